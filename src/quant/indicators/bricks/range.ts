/** How far a bar reaches, with the gap to the close before it. */
import type { IndicatorBar } from "../bar.ts";
import { forkMean, type Mean, newMean, wilder } from "./means.ts";

/** Whether a bar has been, and its close. */
export type Close = { seen: number; close: number };

export const noClose = (): Close => ({ seen: 0, close: 0 });

export const forkClose = ({ seen, close }: Close): Close => ({ seen, close });

/** The close before this bar, which takes its place; NaN for the first bar. */
export function closeBefore(state: Close, bar: IndicatorBar): number {
  const before = state.seen === 0 ? Number.NaN : state.close;
  state.seen = 1;
  state.close = bar.c;
  return before;
}

/** True range of Wilder; of the first bar high − low. */
export function trueRange({ h, l }: IndicatorBar, closeBefore: number): number {
  const range = h - l;
  return Number.isNaN(closeBefore)
    ? range
    : Math.max(range, Math.abs(h - closeBefore), Math.abs(l - closeBefore));
}

export type AverageRange = { last: Close; mean: Mean };

export const newAverageRange = (): AverageRange => ({ last: noClose(), mean: newMean() });

export const forkAverageRange = ({ last, mean }: AverageRange): AverageRange => ({
  last: forkClose(last),
  mean: forkMean(mean),
});

/** Wilder's mean of the true range; NaN until `period` bars have been. */
export function averageRange({ last, mean }: AverageRange, period: number, bar: IndicatorBar): number {
  return wilder(mean, period, trueRange(bar, closeBefore(last, bar)));
}
