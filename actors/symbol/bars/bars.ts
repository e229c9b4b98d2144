/** Bars from trades. A minute is built from trades; every wider bar is folded from minutes, or from days that were. */
import { type EpochMs, MINUTE_MS } from "../../../src/domain/time.ts";
import { type FoldedBar, foldBars, NO_PRICE } from "../../../src/quant/bar-fold.ts";
import type { Span } from "../../../src/quant/span.ts";
import {
  type Counts,
  countsForHighLow,
  countsForOpenClose,
  countsForVolume,
  EVERYTHING,
} from "../../../src/quant/trade-conditions.ts";

import { foldSides, type Sides } from "../quotes/sides.ts";

/** Order of trades: event time, then the venue's own count (0 where it gives none), then arrival. Open is the first, close the last. */
export type OrderKey = readonly [ts: number, ordinal: number, arrival: number];

/** A trade at the instrument's scales. */
export type Print = {
  readonly price: number;
  readonly size: number;
  readonly key: OrderKey;
  readonly counts: Counts;
};

export type Bar = FoldedBar & {
  /** Only of a bar of quotes. */
  sides?: Sides;
  /** Only where it is told that a bar is none any more. */
  withdrawn?: true;
};
/** Keeps the keys of its first and last trade, so that a late one can still become open or close. */
export type MinuteBar = Bar & { first: OrderKey; last: OrderKey };

/** One without a price is told to nobody. */
export const isPriced = ({ o }: Bar): boolean => o !== NO_PRICE;

export const isBefore = (one: OrderKey, other: OrderKey): boolean =>
  (one[0] - other[0] || one[1] - other[1] || one[2] - other[2]) < 0;

export function openMinute(start: EpochMs, print: Print): MinuteBar {
  const minute = emptyMinute(start);
  addTrade(minute, print);
  return minute;
}

/** What a minute is before its first trade: each trade is before its first and after its last, above its high and below its low. */
export const emptyMinute = (start: EpochMs): MinuteBar => ({
  start,
  o: NO_PRICE,
  h: NO_PRICE,
  l: Number.MAX_SAFE_INTEGER,
  c: NO_PRICE,
  v: 0n,
  n: 0,
  pv: 0n,
  rev: 0,
  first: [Number.MAX_SAFE_INTEGER, 0, 0],
  last: [0, 0, 0],
});

/** Trades may come in any order: the bar is the same. One that counts for nothing leaves it as it is. */
export function addTrade(bar: MinuteBar, { price, size, key, counts }: Print): void {
  if (counts === 0) return;
  bar.n += 1;
  if (counts === EVERYTHING || countsForOpenClose(counts)) addToOpenClose(bar, price, key);
  if (counts === EVERYTHING || countsForHighLow(counts)) {
    if (price > bar.h) bar.h = price;
    if (price < bar.l) bar.l = price;
  }
  if (counts === EVERYTHING || countsForVolume(counts)) {
    bar.v += BigInt(size);
    bar.pv += worth(price, size);
  }
}

function addToOpenClose(bar: MinuteBar, price: number, key: OrderKey): void {
  if (isBefore(key, bar.first)) {
    bar.o = price;
    bar.first = key;
  }
  if (isBefore(bar.last, key)) {
    bar.c = price;
    bar.last = key;
  }
}

/** Price × size, exact: a product of numbers that was rounded is beyond all safe integers. */
export function worth(price: number, size: number): bigint {
  const product = price * size;
  return Number.isSafeInteger(product) ? BigInt(product) : BigInt(price) * BigInt(size);
}

/** The fold of narrower bars, with the sides of those that have some. */
export function rollUp(children: readonly Bar[], start: EpochMs, rev: number): Bar | undefined {
  const bar = foldBars(children, start, rev);
  const sides = foldSides(children);
  return bar === undefined || sides === undefined ? bar : { ...bar, sides };
}

export const minuteEnd = (bar: Bar): number => bar.start + MINUTE_MS;

/** The minute that starts then, an empty one where there was none. Most are the newest. */
export function minuteAt(minutes: MinuteBar[], start: EpochMs): MinuteBar {
  const newest = minutes.at(-1);
  if (newest?.start === start) return newest;
  const place = newest !== undefined && newest.start < start ? minutes.length : placeOf(minutes, start);
  const present = minutes[place];
  if (present?.start === start) return present;
  const opened = emptyMinute(start);
  minutes.splice(place, 0, opened);
  return opened;
}

/** Those that begin in a span. `bars` ascend. */
export const barsIn = <Kind extends Bar>(bars: readonly Kind[], { start, end }: Span): readonly Kind[] =>
  bars.slice(placeOf(bars, start), placeOf(bars, end));

/** Where a bar stands, or would stand: behind all that start earlier. Most questions are about the newest. */
export function placeOf(bars: readonly Bar[], start: number): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bars[middle]?.start ?? start) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
