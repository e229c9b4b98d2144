/** Trades gathered into one bar, exactly: prices and sizes are integers at the instrument's scales, sums of them are bigints. */

import { type Counts, countsForHighLow, countsForOpenClose, countsForVolume } from "../trade-conditions.ts";

/** Order of trades: event time, then the venue's own count, then arrival. */
export type TradeKey = readonly [ts: number, ordinal: number, arrival: number];

/** One that counts for nothing is in no bar. */
export type SeriesTrade = {
  readonly key: TradeKey;
  readonly price: number;
  readonly size: number;
  readonly counts: Counts;
};

export type Prices = { o: number; c: number; openKey: TradeKey; closeKey: TradeKey };
export type Gathered = {
  /** Of all its trades, whatever they count for. */
  first: TradeKey;
  last: TradeKey;
  /** Of those that count for open and close; undefined while there is none. */
  prices: Prices | undefined;
  /** Of those that count for high and low, or for open and close: a bar holds its own open and close. */
  extremes: { h: number; l: number } | undefined;
  /** Of those that count for volume. */
  v: bigint;
  pv: bigint;
  /** All of them. */
  n: number;
};

export const isEarlier = (one: TradeKey, other: TradeKey): boolean =>
  (one[0] - other[0] || one[1] - other[1] || one[2] - other[2]) < 0;

/** Trades may come in any order: what is gathered is the same. */
export function gather(bar: Gathered | undefined, trade: SeriesTrade): Gathered {
  const { key, price, size, counts } = trade;
  const into = bar ?? { first: key, last: key, prices: undefined, extremes: undefined, v: 0n, pv: 0n, n: 0 };
  if (isEarlier(key, into.first)) into.first = key;
  if (isEarlier(into.last, key)) into.last = key;
  if (countsForOpenClose(counts)) into.prices = priced(into.prices, trade);
  if (countsForOpenClose(counts) || countsForHighLow(counts)) into.extremes = widened(into.extremes, price);
  if (countsForVolume(counts)) {
    into.v += BigInt(size);
    into.pv += BigInt(price) * BigInt(size);
  }
  into.n += 1;
  return into;
}

function priced(prices: Prices | undefined, { key, price }: SeriesTrade): Prices {
  if (prices === undefined) return { o: price, c: price, openKey: key, closeKey: key };
  if (isEarlier(key, prices.openKey)) {
    prices.o = price;
    prices.openKey = key;
  }
  if (isEarlier(prices.closeKey, key)) {
    prices.c = price;
    prices.closeKey = key;
  }
  return prices;
}

function widened(extremes: Gathered["extremes"], price: number): { h: number; l: number } {
  if (extremes === undefined) return { h: price, l: price };
  extremes.h = Math.max(extremes.h, price);
  extremes.l = Math.min(extremes.l, price);
  return extremes;
}
