/**
 * Orders that are plainly right, told at a tenth of what the schema costs. It takes a part of what the schema takes and nothing else
 * (`test/contracts/plain-orders.test.ts`); whatever it does not take the schema judges, and says what is wrong.
 */
import { DECIMAL_PATTERN } from "../domain/decimal.ts";
import { ID_PATTERN, SYMBOL_PATTERN } from "../domain/ids.ts";
import { isTtl, ORDER_TYPES, SIDES, TIMES_IN_FORCE } from "../domain/order.ts";

type Fields = Readonly<Record<string, unknown>>;

/** One order, or `{orders: […]}` of at most `max`. */
export function plainOrders(value: unknown, max: number): readonly Fields[] | undefined {
  if (!isObject(value)) return undefined;
  const { orders } = value;
  if (orders === undefined) return isPlainOrder(value) ? [value] : undefined;
  if (!Array.isArray(orders) || orders.length === 0 || orders.length > max) return undefined;
  for (const name in value) if (name !== "orders") return undefined;
  return orders.every(isPlainOrder) ? orders : undefined;
}

function isPlainOrder(value: unknown): value is Fields {
  if (!isObject(value)) return false;
  for (const name in value) if (FIELDS[name]?.(value[name]) !== true) return false;
  const { clientOrderId, symbol, side, type, qty, price, stopPrice, replaces } = value;
  if (clientOrderId === undefined || symbol === undefined || side === undefined || qty === undefined)
    return false;
  const hasLimit = type === "limit" || type === "stop-limit";
  const hasStop = type === "stop" || type === "stop-limit";
  return (
    type !== undefined &&
    hasLimit === (price !== undefined) &&
    hasStop === (stopPrice !== undefined) &&
    replaces !== clientOrderId
  );
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Judge = (value: unknown) => boolean;
const oneOf =
  (words: readonly string[]): Judge =>
  (value) =>
    typeof value === "string" && words.includes(value);
const isId: Judge = (value) => typeof value === "string" && ID_PATTERN.test(value);
/** As text, and above zero; a number is the schema's to make text of. */
const isPositive: Judge = (value) =>
  typeof value === "string" &&
  value.charCodeAt(0) !== 45 &&
  DECIMAL_PATTERN.test(value) &&
  /[1-9]/.test(value);

const FIELDS: Readonly<Record<string, Judge>> = Object.assign(Object.create(null), {
  clientOrderId: isId,
  strategy: isId,
  symbol: (value: unknown) => typeof value === "string" && SYMBOL_PATTERN.test(value),
  side: oneOf(SIDES),
  type: oneOf(ORDER_TYPES),
  qty: isPositive,
  price: isPositive,
  stopPrice: isPositive,
  timeInForce: oneOf(TIMES_IN_FORCE),
  reduceOnly: (value: unknown) => typeof value === "boolean",
  replaces: isId,
  ttlMs: (value: unknown) => typeof value === "number" && isTtl(value),
});
