/**
 * Trades and quotes that are plainly right, told at a tenth of what the schema costs, and the form in which the edge hands them to their
 * symbol: values without names. It takes a part of what the schema takes and nothing else (`test/contracts/plain-ticks.test.ts`);
 * whatever it does not take goes on as it came, and the schema says what is wrong with it.
 */
import { DECIMAL_PATTERN } from "../domain/decimal.ts";
import { isId } from "../domain/ids.ts";
import { isEpochMs } from "../domain/time.ts";

/** `index` is the tick's place in its request. */
export type PlainTrade = readonly [
  index: number,
  ts: number,
  price: string,
  size: string,
  /** As `idValue` has it. */
  id: string | number | null,
  seq: number | null,
];
export type PlainQuote = readonly [
  index: number,
  ts: number,
  bid: string,
  bidSize: string,
  ask: string,
  askSize: string,
  seq: number | null,
];
export type PlainTick = PlainTrade | PlainQuote;

/**
 * Ids that are plain numbers travel and are kept as such: the parser puts short texts into a table of all that it has met, where each new one
 * costs as much as the rest of its tick, and a set of numbers takes a third of the memory. `007` is not `7`.
 */
export const idValue = (id: string): string | number => (PLAIN_NUMBER.test(id) ? Number(id) : id);
export const PLAIN_NUMBER = /^(0|[1-9]\d{0,14})$/;

type Fields = Readonly<Record<string, unknown>>;

/** Undefined where the schema must judge. Of the symbol it asks only that there is one: who sorts by it judges its form. */
export function plainTick(index: number, tick: Fields): PlainTick | undefined {
  if (typeof tick["symbol"] !== "string") return undefined;
  if (tick["type"] === "trade") return plainTrade(index, tick);
  return tick["type"] === "quote" ? plainQuote(index, tick) : undefined;
}

function plainTrade(index: number, tick: Fields): PlainTrade | undefined {
  const { ts, price, size, id = null, seq = null } = tick;
  if (!isTime(ts) || !isPositive(price) || !isPositive(size)) return undefined;
  if (!(id === null || isName(id)) || !isSequence(seq)) return undefined;
  return hasOnly(tick, TRADE_FIELDS + one(id) + one(seq))
    ? [index, ts, price, size, id === null ? null : idValue(id), seq]
    : undefined;
}

function plainQuote(index: number, tick: Fields): PlainQuote | undefined {
  const { ts, bid, bidSize, ask, askSize, seq = null } = tick;
  if (!isTime(ts) || !isPositive(bid) || !isUnsigned(bidSize)) return undefined;
  if (!isPositive(ask) || !isUnsigned(askSize) || !isSequence(seq)) return undefined;
  return hasOnly(tick, QUOTE_FIELDS + one(seq)) ? [index, ts, bid, bidSize, ask, askSize, seq] : undefined;
}

const TRADE_FIELDS = 5;
const QUOTE_FIELDS = 7;

/** So many fields as were read and no other: one that is written as null was read as one that is not there, and is one too many. */
function hasOnly(tick: Fields, fields: number): boolean {
  let found = 0;
  for (const _name in tick) found += 1;
  return found === fields;
}

const one = (value: string | number | null): number => (value === null ? 0 : 1);
const isTime = (value: unknown): value is number => typeof value === "number" && isEpochMs(value);
/** A sign means below zero, or a zero that pretends to be: the schema's matter. */
const isUnsigned = (value: unknown): value is string =>
  typeof value === "string" && value.charCodeAt(0) !== 45 && DECIMAL_PATTERN.test(value);
const isPositive = (value: unknown): value is string => isUnsigned(value) && /[1-9]/.test(value);
const isName = (value: unknown): value is string => typeof value === "string" && isId(value);
const isSequence = (value: unknown): value is number | null =>
  value === null || (Number.isSafeInteger(value) && (value as number) >= 0);
