/**
 * The fold of moments into profit and loss: each moment changes what is held or what it is worth, and can be taken back exactly; the
 * minutes that it passes through are kept as candles in the making.
 */
import { assert } from "../../src/domain/assert.ts";
import { bucketStart, MINUTE_MS } from "../../src/domain/time.ts";
import { negated } from "../../src/quant/money/holding.ts";
import {
  addChange,
  copyOfHoldings,
  emptyHoldings,
  flagsAt,
  type Holdings,
  type LegFlags,
  type LegFold,
  leadsToMoney,
  legOf,
  setMark,
  totalOf,
} from "./holdings.ts";
import { isBooking, lastMark, type Mark, type Moment, quoteMark, splitMark } from "./moment.ts";

/** In the account's currency. */
export type MinuteFold = LegFlags & {
  readonly start: number;
  open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  realised: bigint;
  unrealised: bigint;
  fees: bigint;
  funding: bigint;
  gross: bigint;
  tickCount: number;
  /** Something was held of which not every change arrives. */
  unsure: boolean;
  /** The flags of the legs are those at its end. */
  sealed: boolean;
};

/** The minutes ascend; the last one is in the making. */
export type Fold = Holdings & {
  readonly minutes: MinuteFold[];
  /** A group: its first minute opens at what its members had made, and not at 0. */
  isSum: boolean;
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

export const emptyFold = (): Fold => ({ ...emptyHoldings(), minutes: [], isSum: false });

export const copyOfFold = (fold: Fold): Fold => ({
  ...copyOfHoldings(fold),
  isSum: fold.isSum,
  minutes: fold.minutes.map((minute): MinuteFold => ({ ...minute })),
});

export function advance(fold: Fold, moment: Moment): Step {
  const leg = legOf(fold, moment.symbol);
  const was = leg.mark;
  sealBefore(fold, moment.ts);
  const before = fold.isSum && fold.minutes.length === 0 ? totalOf(fold) : 0n;
  if (take(fold, leg, moment)) observe(fold, moment, before);
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
  if (isBooking(moment)) addChange(fold, leg, negated(moment.change));
  if (!isBooking(moment) || moment.kind === "split") setMark(fold, leg, was);
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

/** True where the moment drives the candle. */
function take(fold: Fold, leg: LegFold, moment: Moment): boolean {
  switch (moment.kind) {
    case "price":
    case "rate":
      setMark(fold, leg, lastMark(moment));
      return true;
    case "quote":
      return takeQuote(fold, leg, quoteMark(moment));
    case "seen":
      if (leg.mark !== undefined)
        setMark(fold, leg, { ...leg.mark, pricedAt: moment.ts, countsFrom: moment.ts });
      return false;
    case "baseline":
      setMark(fold, leg, moment.mark && { ...moment.mark, countsFrom: moment.ts });
      return false;
    case "split":
      // What was priced since then is of the new shares already: a split may be heard of late.
      if (leg.mark !== undefined && leg.mark.pricedAt < moment.effective)
        setMark(fold, leg, splitMark(leg.mark, moment));
      addChange(fold, leg, moment.change);
      return true;
    case "fill":
      addChange(fold, leg, moment.change);
      return true;
    case "opening":
      addChange(fold, leg, moment.change);
      return false;
  }
}

function takeQuote(fold: Fold, leg: LegFold, mark: Mark): boolean {
  const before = leg.mark;
  setMark(fold, leg, mark);
  const isOther = before?.halves !== mark.halves || before.over !== undefined;
  return isOther && (leg.qty !== 0n || leadsToMoney(fold, leg));
}

/** The flags of a minute's legs are those at its end: before anything later is folded. */
export function sealBefore(fold: Fold, ts: number): void {
  const minute = fold.minutes.at(-1);
  if (minute === undefined || minute.sealed || ts < minute.start + MINUTE_MS) return;
  Object.assign(minute, flagsAt(fold, minute.start + MINUTE_MS), { sealed: true });
}

function observe(fold: Fold, moment: Moment, before: bigint): void {
  const total = totalOf(fold);
  const minute = minuteOf(fold, bucketStart(moment.ts, MINUTE_MS), before);
  if (total > minute.high) minute.high = total;
  if (total < minute.low) minute.low = total;
  minute.close = total;
  minute.realised = fold.realised;
  minute.unrealised = fold.unrealised;
  minute.fees = fold.fees;
  minute.funding = fold.funding;
  minute.gross = fold.gross;
  if (moment.kind === "price") minute.tickCount += 1;
  if (fold.unsure > 0) minute.unsure = true;
}

/** A new minute opens where the one before it closed; the very first at `before`. */
function minuteOf(fold: Fold, start: number, before: bigint): MinuteFold {
  const last = fold.minutes.at(-1);
  if (last?.start === start) return last;
  assert(last === undefined || last.start < start, "moments are folded in order");
  const open = last?.close ?? before;
  const sums = { realised: 0n, unrealised: 0n, fees: 0n, funding: 0n, gross: 0n };
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
