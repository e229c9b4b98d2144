/** A bar of a series as its builder hands it out: nothing in it changes any more. */
import type { Gathered, TradeKey } from "./gathered.ts";

export type Direction = "up" | "down";

export type SeriesBar = {
  /** Place in its trading day, from 0. */
  readonly i: number;
  readonly first: TradeKey;
  readonly last: TradeKey;
  readonly o: number;
  readonly h: number;
  readonly l: number;
  readonly c: number;
  readonly v: bigint;
  readonly pv: bigint;
  readonly n: number;
  /** Of a whole brick. */
  readonly direction?: Direction;
};

/** Undefined where none of the trades counts for open and close: such a bar has no price yet. */
export function barOf(
  i: number,
  { first, last, prices, extremes, v, pv, n }: Gathered,
): SeriesBar | undefined {
  if (prices === undefined || extremes === undefined) return undefined;
  return { i, first, last, o: prices.o, h: extremes.h, l: extremes.l, c: prices.c, v, pv, n };
}
