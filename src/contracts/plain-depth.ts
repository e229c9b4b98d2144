/**
 * Depth that is plainly right, told at a third of what the schema costs: a message of Binance has dozens of levels. It takes a part of what the
 * schema takes and nothing else (`test/contracts/plain-depth.test.ts`); whatever it does not take the schema judges.
 */
import { DECIMAL_PATTERN } from "../domain/decimal.ts";
import { isSymbol } from "../domain/ids.ts";
import { isEpochMs } from "../domain/time.ts";
import { DEPTH_TICK_LEVELS_MAX, type Tick } from "./ticks.ts";

type DepthShape = Extract<Tick, { type: "depth" }>;
type Fields = Readonly<Record<string, unknown>>;

/** The tick itself, as the schema would give it back. */
export function plainDepth(value: unknown): DepthShape | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const tick = value as Fields; // SAFETY: any object.
  const { type, symbol, ts, bids, asks, snapshot } = tick;
  if (type !== "depth" || typeof symbol !== "string" || !isSymbol(symbol)) return undefined;
  if (typeof ts !== "number" || !isEpochMs(ts)) return undefined;
  if (!(snapshot === undefined || typeof snapshot === "boolean")) return undefined;
  if (!isNumbered(tick) || !hasOnlyKnown(tick)) return undefined;
  // SAFETY: every field that it has was looked at.
  return isSide(bids) && isSide(asks) ? (tick as unknown as DepthShape) : undefined;
}

const FIELDS: ReadonlySet<string> = new Set([
  ...["type", "symbol", "ts", "bids", "asks"],
  ...["snapshot", "firstSeq", "lastSeq", "prevSeq"],
]);

function hasOnlyKnown(tick: Fields): boolean {
  for (const name in tick) if (!FIELDS.has(name)) return false;
  return true;
}

function isNumbered({ firstSeq, lastSeq, prevSeq }: Fields): boolean {
  if (lastSeq === undefined) return firstSeq === undefined && prevSeq === undefined;
  if (!isSequence(lastSeq) || !(prevSeq === undefined || isSequence(prevSeq))) return false;
  return firstSeq === undefined || (isSequence(firstSeq) && firstSeq <= lastSeq);
}

const isSequence = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isSide(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > DEPTH_TICK_LEVELS_MAX) return false;
  for (const level of value) {
    if (!Array.isArray(level) || level.length !== 2) return false;
    const [price, size] = level;
    if (!isUnsigned(price) || !/[1-9]/.test(price) || !isUnsigned(size)) return false;
  }
  return true;
}

/** A sign means below zero, or a zero that pretends to be: the schema's matter. */
const isUnsigned = (value: unknown): value is string =>
  typeof value === "string" && value.charCodeAt(0) !== 45 && DECIMAL_PATTERN.test(value);
