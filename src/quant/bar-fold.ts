/** A wider bar as the fold of narrower ones. */
import type { EpochMs } from "../domain/time.ts";

/** Prices and sizes are integers at the instrument's scales. */
export type FoldedBar = {
  readonly start: EpochMs;
  o: number;
  h: number;
  l: number;
  c: number;
  /** A sum of safe integers can pass 2^53. */
  v: bigint;
  n: number;
  /** Σ price × size, at one scale for all bars of a fold. */
  pv: bigint;
  /** Trades that were taken after the bar had closed. */
  rev: number;
};

/** No price is zero: a bar without one has no trade that counts for open and close, only for volume perhaps. It is told to nobody. */
export const NO_PRICE = 0;

/** O of the first that has one, H the highest, L the lowest, C of the last, V, n and Σpv summed. Undefined where nothing was taken: gaps stay gaps. */
export function foldBars(children: readonly FoldedBar[], start: EpochMs, rev: number): FoldedBar | undefined {
  const [first] = children;
  if (first === undefined) return undefined;
  const { o, h, l, c } = first;
  const bar: FoldedBar = { start, o, h, l, c, v: 0n, n: 0, pv: 0n, rev };
  for (const child of children) {
    if (bar.o === NO_PRICE) bar.o = child.o;
    bar.h = Math.max(bar.h, child.h);
    bar.l = Math.min(bar.l, child.l);
    if (child.c !== NO_PRICE) bar.c = child.c;
    bar.v += child.v;
    bar.n += child.n;
    bar.pv += child.pv;
  }
  return bar;
}
