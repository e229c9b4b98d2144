/**
 * The fold of moments into profit and loss. Everything is a sum over legs, so each moment is one addition and can be taken back
 * exactly; the minutes that it passes through are kept as candles in the making.
 */

import { assert } from "../../src/domain/assert.ts";
import { PRICE_AGE_MS_MAX } from "../../src/domain/price.ts";
import { bucketStart, MINUTE_MS } from "../../src/domain/time.ts";
import { type HoldingChange, lastMark, type Mark, type Moment, quoteMark } from "./moment.ts";

export type LegFold = {
  readonly symbol: string;
  /** What price 1 × size 1 is worth in 10⁻¹² of the currency. */
  readonly unit: bigint;
  /** Its prices are not heard. */
  readonly overBound: boolean;
  qty: bigint;
  cost: bigint;
  realised: bigint;
  fees: bigint;
  mark: Mark | undefined;
  /** What the leg adds to the sums of its fold: nothing while it has no mark. */
  unrealised: bigint;
  gross: bigint;
};

export type LegFlags = { staleLegs: readonly string[]; missingLegs: readonly string[] };

export type MinuteFold = LegFlags & {
  readonly start: number;
  open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  realised: bigint;
  unrealised: bigint;
  fees: bigint;
  gross: bigint;
  tickCount: number;
  /** A leg of which not every change arrives was held. */
  unsure: boolean;
  /** The flags of the legs are those at its end. */
  sealed: boolean;
};

export type Fold = {
  readonly legs: Map<string, LegFold>;
  /** With what legs left behind that are no longer there. */
  realised: bigint;
  fees: bigint;
  unrealised: bigint;
  gross: bigint;
  /** Held legs of which not every change arrives: marked between bid and ask, or over the bound. */
  unsureLegs: number;
  /** Ascending; the last one is in the making. */
  readonly minutes: MinuteFold[];
};

/** One moment, folded, with what it takes to take it back. */
export type Step = {
  readonly moment: Moment;
  readonly was: Mark | undefined;
  /** The minute in the making after it, and how far it was. */
  readonly minute: number | undefined;
  /** Above and below the minute's open. */
  readonly high: bigint;
  readonly low: bigint;
  readonly tickCount: number;
  readonly unsure: boolean;
  readonly sealed: boolean;
};

export const emptyFold = (): Fold => ({
  legs: new Map(),
  realised: 0n,
  fees: 0n,
  unrealised: 0n,
  gross: 0n,
  unsureLegs: 0,
  minutes: [],
});

export const totalOf = (fold: Fold): bigint => fold.realised + fold.unrealised - fold.fees;

export function addLeg(fold: Fold, symbol: string, unit: bigint, overBound: boolean): void {
  assert(!fold.legs.has(symbol), "a leg is met once");
  const nothing = { qty: 0n, cost: 0n, realised: 0n, fees: 0n, unrealised: 0n, gross: 0n };
  fold.legs.set(symbol, { symbol, unit, overBound, ...nothing, mark: undefined });
}

export function advance(fold: Fold, moment: Moment): Step {
  const leg = legOf(fold, moment.symbol);
  const was = leg.mark;
  sealBefore(fold, moment.ts);
  if (take(fold, leg, moment)) observe(fold, moment);
  const minute = fold.minutes.at(-1);
  return {
    moment,
    was,
    minute: minute?.start,
    high: minute === undefined ? 0n : minute.high - minute.open,
    low: minute === undefined ? 0n : minute.low - minute.open,
    tickCount: minute?.tickCount ?? 0,
    unsure: minute?.unsure ?? false,
    sealed: minute?.sealed ?? false,
  };
}

/** Takes the newest step back: the legs and the sums. The minutes are `restoreMinutes`' matter. */
export function retreat(fold: Fold, { moment, was }: Step): void {
  const leg = legOf(fold, moment.symbol);
  if (moment.kind === "fill" || moment.kind === "opening") addChange(fold, leg, moment.change, -1n);
  else setMark(fold, leg, was);
}

/** The minutes as they were after `last`, or as `start` had them where no step is left. */
export function restoreMinutes(fold: Fold, last: Step | undefined, start: MinuteFold | undefined): void {
  const { minutes } = fold;
  const target = last === undefined ? start?.start : last.minute;
  while (minutes.length > 0 && (target === undefined || (minutes.at(-1)?.start ?? 0) > target)) minutes.pop();
  const minute = minutes.at(-1);
  if (minute === undefined) return;
  const { tickCount, unsure, sealed } = last ?? start ?? minute;
  const high = last === undefined ? (start ?? minute).high : minute.open + last.high;
  const low = last === undefined ? (start ?? minute).low : minute.open + last.low;
  Object.assign(minute, { high, low, tickCount, unsure, sealed });
}

/** Held legs without a price, and those whose price is too old at `at`. */
export function flagsAt(fold: Fold, at: number): LegFlags {
  const staleLegs: string[] = [];
  const missingLegs: string[] = [];
  for (const leg of fold.legs.values()) {
    const flag = flagOf(leg, at);
    if (flag === "missing") missingLegs.push(leg.symbol);
    if (flag === "stale") staleLegs.push(leg.symbol);
  }
  return { staleLegs: staleLegs.sort(), missingLegs: missingLegs.sort() };
}

export function flagOf({ qty, mark }: LegFold, at: number): "missing" | "stale" | undefined {
  if (qty === 0n) return undefined;
  if (mark === undefined) return "missing";
  return at - mark.pricedAt > PRICE_AGE_MS_MAX ? "stale" : undefined;
}

export function addChange(fold: Fold, leg: LegFold, change: HoldingChange, times: 1n | -1n): void {
  leg.realised += times * change.realised;
  leg.fees += times * change.fees;
  fold.realised += times * change.realised;
  fold.fees += times * change.fees;
  revalue(fold, leg, leg.qty + times * change.qty, leg.cost + times * change.cost, leg.mark);
}

export const setMark = (fold: Fold, leg: LegFold, mark: Mark | undefined): void =>
  revalue(fold, leg, leg.qty, leg.cost, mark);

export function legOf(fold: Fold, symbol: string): LegFold {
  const leg = fold.legs.get(symbol);
  assert(leg !== undefined, "a moment is of a leg");
  return leg;
}

/** True where the moment drives the candle. */
function take(fold: Fold, leg: LegFold, moment: Moment): boolean {
  switch (moment.kind) {
    case "price":
      setMark(fold, leg, lastMark(moment));
      return true;
    case "quote": {
      const before = leg.mark?.halves;
      setMark(fold, leg, quoteMark(moment));
      return leg.qty !== 0n && leg.mark?.halves !== before;
    }
    case "seen":
      if (leg.mark !== undefined)
        setMark(fold, leg, { ...leg.mark, pricedAt: moment.ts, countsFrom: moment.ts });
      return false;
    case "baseline":
      setMark(fold, leg, moment.mark && { ...moment.mark, countsFrom: moment.ts });
      return false;
    case "fill":
      addChange(fold, leg, moment.change, 1n);
      return true;
    case "opening":
      addChange(fold, leg, moment.change, 1n);
      return false;
  }
}

function revalue(fold: Fold, leg: LegFold, qty: bigint, cost: bigint, mark: Mark | undefined): void {
  fold.unrealised -= leg.unrealised;
  fold.gross -= leg.gross;
  if (isUnsure(leg)) fold.unsureLegs -= 1;
  leg.qty = qty;
  leg.cost = cost;
  leg.mark = mark;
  const value = mark === undefined ? undefined : valueAt(qty, mark, leg.unit);
  leg.unrealised = value === undefined ? 0n : value - cost;
  leg.gross = value === undefined ? 0n : magnitude(value);
  fold.unrealised += leg.unrealised;
  fold.gross += leg.gross;
  if (isUnsure(leg)) fold.unsureLegs += 1;
}

/** Exact at a last price; in the middle of bid and ask the last half of 10⁻¹² is cut off, towards minus infinity. */
export const valueAt = (qty: bigint, mark: Mark, unit: bigint): bigint => (mark.halves * qty * unit) >> 1n;

const isUnsure = ({ qty, mark, overBound }: LegFold): boolean =>
  qty !== 0n && (overBound || mark?.source === "mid");
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** The flags of a minute's legs are those at its end: before anything later is folded. */
export function sealBefore(fold: Fold, ts: number): void {
  const minute = fold.minutes.at(-1);
  if (minute === undefined || minute.sealed || ts < minute.start + MINUTE_MS) return;
  Object.assign(minute, flagsAt(fold, minute.start + MINUTE_MS), { sealed: true });
}

function observe(fold: Fold, moment: Moment): void {
  const total = totalOf(fold);
  const minute = minuteOf(fold, bucketStart(moment.ts, MINUTE_MS));
  if (total > minute.high) minute.high = total;
  if (total < minute.low) minute.low = total;
  minute.close = total;
  minute.realised = fold.realised;
  minute.unrealised = fold.unrealised;
  minute.fees = fold.fees;
  minute.gross = fold.gross;
  if (moment.kind === "price") minute.tickCount += 1;
  if (fold.unsureLegs > 0) minute.unsure = true;
}

/** A new minute opens where the one before it closed; the very first at 0. */
function minuteOf(fold: Fold, start: number): MinuteFold {
  const last = fold.minutes.at(-1);
  if (last?.start === start) return last;
  assert(last === undefined || last.start < start, "moments are folded in order");
  const open = last?.close ?? 0n;
  const sums = { realised: 0n, unrealised: 0n, fees: 0n, gross: 0n };
  const flags = { staleLegs: [], missingLegs: [], unsure: false, sealed: false };
  const minute: MinuteFold = {
    start,
    open,
    high: open,
    low: open,
    close: open,
    ...sums,
    tickCount: 0,
    ...flags,
  };
  fold.minutes.push(minute);
  return minute;
}
