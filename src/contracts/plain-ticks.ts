/**
 * Trades and quotes that are plainly right, told at a tenth of what the schema costs. It takes a part of what the schema takes and
 * nothing else (`test/contracts/plain-ticks.test.ts`); whatever it does not take the schema judges, and says what is wrong.
 */
import { DECIMAL_PATTERN } from "../domain/decimal.ts";
import { isId, isSymbol } from "../domain/ids.ts";
import { isEpochMs } from "../domain/time.ts";

type Fields = Readonly<Record<string, unknown>>;
type Judge = (value: unknown) => boolean;

export function isPlainTick(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const tick = value as Fields; // SAFETY: an object that is no array.
  if (tick["type"] === "trade") return hasOnly(tick, TRADE, TRADE_FIELDS);
  return tick["type"] === "quote" && hasOnly(tick, QUOTE, QUOTE_FIELDS);
}

/** Each field is right, and so many of them are those that must be there. */
function hasOnly(tick: Fields, judges: Readonly<Record<string, Judge>>, required: number): boolean {
  let found = 0;
  for (const name in tick) {
    if (judges[name]?.(tick[name]) !== true) return false;
    if (name !== "id" && name !== "seq") found += 1;
  }
  return found === required;
}

const isText: Judge = () => true;
/** A sign means below zero, or a zero that pretends to be: the schema's matter. */
const isUnsigned = (value: unknown): value is string =>
  typeof value === "string" && value.charCodeAt(0) !== 45 && DECIMAL_PATTERN.test(value);
const isPositive: Judge = (value) => isUnsigned(value) && /[1-9]/.test(value);
const isSequence: Judge = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

const BASE = {
  type: isText,
  symbol: (value: unknown) => typeof value === "string" && isSymbol(value),
  ts: (value: unknown) => typeof value === "number" && isEpochMs(value),
  seq: isSequence,
};
const TRADE: Readonly<Record<string, Judge>> = Object.assign(Object.create(null), BASE, {
  price: isPositive,
  size: isPositive,
  id: (value: unknown) => typeof value === "string" && isId(value),
});
const TRADE_FIELDS = 5;
const QUOTE: Readonly<Record<string, Judge>> = Object.assign(Object.create(null), BASE, {
  bid: isPositive,
  bidSize: isUnsigned,
  ask: isPositive,
  askSize: isUnsigned,
});
const QUOTE_FIELDS = 7;
