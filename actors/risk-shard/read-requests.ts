/**
 * Orders and executions from the text that the edge has judged: their shape is known, so only what it would be dangerous to trust is
 * looked at again. Numbers become canonical decimal text, as at the edge.
 */

import Big from "big.js";
import { bareDecimal, DECIMAL_PATTERN } from "../../src/domain/decimal.ts";
import { isId, isSymbol } from "../../src/domain/ids.ts";
import { parsedJson } from "../../src/domain/json.ts";
import {
  EXECUTION_TYPES,
  type ExecutionType,
  isTtl,
  ORDER_TYPES,
  type OrderType,
  SIDES,
  type Side,
  TIMES_IN_FORCE,
  type TimeInForce,
} from "../../src/domain/order.ts";
import { isEpochMs } from "../../src/domain/time.ts";
import type { ExecutionTerms, OrderTerms } from "./messages.ts";
import { NO_STRATEGY } from "./state.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Undefined where it is no request that the edge would have let through. */
export const readOrders = (body: string): readonly OrderTerms[] | undefined =>
  read(body, (request) => (Array.isArray(request["orders"]) ? request["orders"] : [request]), orderFrom);

/** The same from a list that is parsed already. */
export const readOrderList = (orders: readonly unknown[]): readonly OrderTerms[] | undefined =>
  readAll(orders, orderFrom);

/** Whether each is an order as the contract wants it without a second look: known fields, all of them plain text of the right form. */
export const areStrict = (orders: readonly unknown[]): boolean => orders.every(isStrict);

export const readExecutions = (body: string): readonly ExecutionTerms[] | undefined =>
  read(body, (request) => request["executions"], executionFrom);

function read<Terms>(
  body: string,
  itemsOf: (request: Fields) => unknown,
  termsFrom: (fields: Fields) => Terms,
): readonly Terms[] | undefined {
  const request = jsonObject(body);
  const items = request === undefined ? undefined : itemsOf(request);
  return Array.isArray(items) ? readAll(items, termsFrom) : undefined;
}

function readAll<Terms>(
  items: readonly unknown[],
  termsFrom: (fields: Fields) => Terms,
): readonly Terms[] | undefined {
  try {
    return items.length > 0 ? items.map((item) => termsFrom(object(item))) : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

function jsonObject(body: string): Fields | undefined {
  const value = parsedJson(body);
  return typeof value === "object" && value !== null ? (value as Fields) : undefined;
}

class Unreadable extends Error {
  override readonly name = "Unreadable";
}

const TEXT_FIELDS: ReadonlySet<string> = new Set([
  "clientOrderId",
  "strategy",
  "symbol",
  "side",
  "type",
  "qty",
  "price",
  "stopPrice",
  "timeInForce",
  "replaces",
]);

const OTHER_FIELDS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  reduceOnly: "boolean",
  ttlMs: "number",
});

/** What `orderFrom` does not look at: with it, an order that both take is one that the contract's schema takes. */
function isStrict(order: unknown): boolean {
  if (typeof order !== "object" || order === null) return false;
  const fields = order as Fields;
  for (const name in fields) {
    const wanted = TEXT_FIELDS.has(name) ? "string" : (OTHER_FIELDS[name] ?? "none");
    if (typeof fields[name] !== wanted) return false;
  }
  return fields["replaces"] === undefined || fields["replaces"] !== fields["clientOrderId"];
}

function orderFrom(fields: Fields): OrderTerms {
  const clientOrderId = id(fields["clientOrderId"]);
  const strategy = optional(fields["strategy"], id) ?? NO_STRATEGY;
  const symbol = symbolIn(fields["symbol"]);
  const side = oneOf<Side>(fields["side"], SIDES);
  const type = oneOf<OrderType>(fields["type"], ORDER_TYPES);
  const qty = positive(fields["qty"]);
  const price = optional(fields["price"], positive);
  const stopPrice = optional(fields["stopPrice"], positive);
  const timeInForce = optional(fields["timeInForce"], (value) => oneOf<TimeInForce>(value, TIMES_IN_FORCE));
  const reduceOnly = fields["reduceOnly"] === true;
  const replaces = optional(fields["replaces"], id);
  const ttlMs = optional(fields["ttlMs"], ttl);
  // An order without the price that its type needs must not be valued as another type.
  if ((type === "limit" || type === "stop-limit") !== (price !== undefined)) throw new Unreadable();
  if ((type === "stop" || type === "stop-limit") !== (stopPrice !== undefined)) throw new Unreadable();
  const body = JSON.stringify([
    strategy,
    symbol,
    side,
    type,
    worth(qty),
    worth(price),
    worth(stopPrice),
    timeInForce ?? null,
    reduceOnly,
    replaces ?? null,
    // Only where it says one: the form of all others is that of the versions before.
    ...(ttlMs === undefined ? [] : [ttlMs]),
  ]);
  return {
    clientOrderId,
    strategy,
    symbol,
    side,
    type,
    qty,
    price,
    stopPrice,
    timeInForce,
    reduceOnly,
    replaces,
    ...(ttlMs === undefined ? {} : { ttlMs }),
    body,
  };
}

function executionFrom(fields: Fields): ExecutionTerms {
  const type = oneOf<ExecutionType>(fields["type"], EXECUTION_TYPES);
  const execId = id(fields["execId"]);
  const clientOrderId = id(fields["clientOrderId"]);
  const symbol = optional(fields["symbol"], symbolIn);
  const side = optional(fields["side"], (value) => oneOf<Side>(value, SIDES));
  const qty = optional(fields["qty"], positive);
  const price = optional(fields["price"], decimal);
  const fee = optional(fields["fee"], decimal);
  const feeCurrency = optional(fields["feeCurrency"], (value) => text(value, CURRENCY_UNITS_MAX));
  const refExecId = optional(fields["refExecId"], id);
  const venueOrderId = optional(fields["venueOrderId"], (value) => text(value, VENUE_ORDER_ID_UNITS_MAX));
  const ts = fields["ts"];
  if (typeof ts !== "number" || !isEpochMs(ts)) throw new Unreadable();
  if (!goTogether(type, { qty, price, fee, refExecId })) throw new Unreadable();
  if (venueOrderId !== undefined && type !== "acknowledge") throw new Unreadable();
  const parts: unknown[] = [type, clientOrderId, symbol ?? null, side ?? null];
  parts.push(worth(qty), worth(price), worth(fee), ts);
  // Only where it says them: the form of all others is that of the versions before.
  if (feeCurrency !== undefined || refExecId !== undefined)
    parts.push(feeCurrency ?? null, refExecId ?? null);
  if (venueOrderId !== undefined) parts.push(venueOrderId);
  const body = JSON.stringify(parts);
  const about = { type, execId, clientOrderId, symbol, side, refExecId, feeCurrency };
  const named = venueOrderId === undefined ? {} : { venueOrderId };
  return { ...about, ...named, qty, price, fee, ts, body };
}

type Stated = Pick<ExecutionTerms, "qty" | "price" | "fee" | "refExecId">;

/** A fill has its numbers, a revision names a fill, and no other report has any of it. */
function goTogether(type: ExecutionType, { qty, price, fee, refExecId }: Stated): boolean {
  if (type === "fill") return qty !== undefined && price !== undefined && refExecId === undefined;
  if (type === "correct") return refExecId !== undefined && (qty ?? price ?? fee) !== undefined;
  return (type === "bust") === (refExecId !== undefined) && (qty ?? price ?? fee) === undefined;
}

/** As the contract has them. */
const CURRENCY_UNITS_MAX = 64;
const VENUE_ORDER_ID_UNITS_MAX = 64;

function text(value: unknown, unitsMax: number): string {
  if (typeof value !== "string" || value.length > unitsMax) throw new Unreadable();
  return value;
}

function object(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Unreadable();
  return value as Fields;
}

const optional = <Value>(value: unknown, readValue: (value: unknown) => Value): Value | undefined =>
  value === undefined ? undefined : readValue(value);

function ttl(value: unknown): number {
  if (typeof value !== "number" || !isTtl(value)) throw new Unreadable();
  return value;
}

function id(value: unknown): string {
  if (typeof value !== "string" || !isId(value)) throw new Unreadable();
  return value;
}

function symbolIn(value: unknown): OrderTerms["symbol"] {
  if (typeof value !== "string" || !isSymbol(value)) throw new Unreadable();
  return value;
}

function oneOf<Word extends string>(value: unknown, words: readonly Word[]): Word {
  const word = words.find((one) => one === value);
  if (word === undefined) throw new Unreadable();
  return word;
}

function decimal(value: unknown): string {
  const text = typeof value === "number" && Number.isFinite(value) ? new Big(value).toFixed() : value;
  if (typeof text !== "string" || !DECIMAL_PATTERN.test(text)) throw new Unreadable();
  return text;
}

/** What is sent again with other trailing zeros is the same. */
function worth(text: string | undefined): string | null {
  return text === undefined ? null : bareDecimal(text);
}

function positive(value: unknown): string {
  const text = decimal(value);
  if (text.startsWith("-") || !/[1-9]/.test(text)) throw new Unreadable();
  return text;
}
