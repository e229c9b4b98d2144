/** Bars from trades. A minute is built from trades; every wider bar is folded from minutes, or from days that were. */
import { type EpochMs, MINUTE_MS } from "../../src/domain/time.ts";
import type { Span } from "../../src/quant/span.ts";

/** Order of trades: event time, then the venue's own count (0 where it gives none), then arrival. Open is the first, close the last. */
export type OrderKey = readonly [ts: number, ordinal: number, arrival: number];

/** A trade at the instrument's scales. */
export type Print = { readonly price: number; readonly size: number; readonly key: OrderKey };

export type Bar = {
  readonly start: EpochMs;
  o: number;
  h: number;
  l: number;
  c: number;
  /** A sum of safe integers can pass 2^53. */
  v: bigint;
  n: number;
  /** Σ price × size, at priceScale + sizeScale. */
  pv: bigint;
  /** Trades that were taken after the bar had closed. */
  rev: number;
};
/** Keeps the keys of its first and last trade, so that a late one can still become open or close. */
export type MinuteBar = Bar & { first: OrderKey; last: OrderKey };

export const isBefore = (one: OrderKey, other: OrderKey): boolean =>
  (one[0] - other[0] || one[1] - other[1] || one[2] - other[2]) < 0;

export function openMinute(start: EpochMs, { price, size, key }: Print): MinuteBar {
  return {
    start,
    o: price,
    h: price,
    l: price,
    c: price,
    v: BigInt(size),
    n: 1,
    pv: worth(price, size),
    rev: 0,
    first: key,
    last: key,
  };
}

/** Trades may come in any order: the bar is the same. */
export function addTrade(bar: MinuteBar, { price, size, key }: Print): void {
  if (isBefore(key, bar.first)) {
    bar.o = price;
    bar.first = key;
  }
  if (isBefore(bar.last, key)) {
    bar.c = price;
    bar.last = key;
  }
  bar.h = Math.max(bar.h, price);
  bar.l = Math.min(bar.l, price);
  bar.v += BigInt(size);
  bar.n += 1;
  bar.pv += worth(price, size);
}

/** Price × size, exact: a product of numbers that was rounded is beyond all safe integers. */
export function worth(price: number, size: number): bigint {
  const product = price * size;
  return Number.isSafeInteger(product) ? BigInt(product) : BigInt(price) * BigInt(size);
}

/** O of the first, H the highest, L the lowest, C of the last, V, n and Σpv summed. Undefined where nothing was traded: gaps stay gaps. */
export function rollUp(children: readonly Bar[], start: EpochMs, rev: number): Bar | undefined {
  const [first] = children;
  if (first === undefined) return undefined;
  const { o, h, l, c } = first;
  const bar: Bar = { start, o, h, l, c, v: 0n, n: 0, pv: 0n, rev };
  for (const child of children) {
    bar.h = Math.max(bar.h, child.h);
    bar.l = Math.min(bar.l, child.l);
    bar.c = child.c;
    bar.v += child.v;
    bar.n += child.n;
    bar.pv += child.pv;
  }
  return bar;
}

export const minuteEnd = (bar: Bar): number => bar.start + MINUTE_MS;

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
