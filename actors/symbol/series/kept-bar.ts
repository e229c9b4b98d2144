/** A bar of a series as the symbol keeps it, whole or forming, and where it stands among the others. */
import type { Gathered } from "../../../src/quant/series/gathered.ts";
import type { Direction, SeriesBar } from "../../../src/quant/series/series-bar.ts";

/** A trading day, as far as a series knows it. */
export type SeriesDay = { readonly day: number; readonly start: number; readonly end: number };

export type KeptBar = {
  readonly day: number;
  /** When that day ends: no bar goes on into the next one. */
  readonly dayEnd: number;
  /** Place in the day, from 0. */
  readonly i: number;
  /** Trades before it are missing, so where it begins is not where it would. */
  partial: boolean;
  /** What it holds; of a forming bar the builder's own. */
  held: Gathered;
  /** Of bricks that form: the line they would begin on. */
  line: number | undefined;
  direction: Direction | undefined;
  /** Ended by a trade; else it forms, or the day's end has cut it. */
  whole: boolean;
  /** Where it has no price any more, what it held when it had; for the turn that took the price from it. */
  had: Gathered | undefined;
  /** Told once, but its trades belong to others now: it is not listed, and its number goes on where it comes back. */
  gone: boolean;
  /** Changes told since it was closed. */
  rev: number;
};

/** What a builder makes of trades, before anybody has told it. */
export type MadeBar = Pick<KeptBar, "i" | "held" | "line" | "direction" | "whole">;

export function wholeBar({ i, first, last, o, h, l, c, v, pv, n, direction }: SeriesBar): MadeBar {
  const prices = { o, c, openKey: first, closeKey: last };
  const held = { first, last, prices, extremes: { h, l }, v, pv, n };
  return { i, held, line: undefined, direction, whole: true };
}

export const keptBar = (made: MadeBar, { day, end }: SeriesDay, partial: boolean, rev: number): KeptBar => ({
  ...made,
  day,
  dayEnd: end,
  partial,
  rev,
  gone: false,
  had: undefined,
});

/** Whether both say the same to a reader. */
export function isSame(kept: MadeBar, made: MadeBar): boolean {
  const [one, other] = [kept.held, made.held];
  return (
    kept.whole === made.whole &&
    kept.direction === made.direction &&
    kept.line === made.line &&
    one.first[0] === other.first[0] &&
    one.last[0] === other.last[0] &&
    one.n === other.n &&
    one.v === other.v &&
    one.pv === other.pv &&
    pricesShown(kept) === pricesShown(made)
  );
}

/** A brick that forms begins on its line, wherever its first trade was. */
function pricesShown({ held: { prices, extremes }, line }: MadeBar): string {
  if (prices === undefined || extremes === undefined) return "";
  const o = line ?? prices.o;
  return [o, Math.max(extremes.h, o), Math.min(extremes.l, o), prices.c].join();
}

/** Where a bar of that day and place stands, or would. `bars` ascend by both. */
export function placeOf(bars: readonly KeptBar[], day: number, i: number): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const bar = bars[middle];
    if (bar !== undefined && (bar.day < day || (bar.day === day && bar.i < i))) low = middle + 1;
    else high = middle;
  }
  return low;
}
