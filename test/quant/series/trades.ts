/** Trades for tests of series, and a builder of bars by another road: each bar is found by looking at the whole day at once. */
import type { SeriesTrade } from "../../../src/quant/series/gathered.ts";
import type { SeriesRule } from "../../../src/quant/series/rule.ts";
import type { SeriesBar } from "../../../src/quant/series/series-bar.ts";
import { dayBegins, SeriesBuilder, type SeriesProgress } from "../../../src/quant/series/series-builder.ts";
import { type Counts, EVERYTHING } from "../../../src/quant/trade-conditions.ts";

export const trade = (
  arrival: number,
  price: number,
  size = 1,
  counts: Counts = EVERYTHING,
): SeriesTrade => ({
  key: [1_000 + arrival, 0, arrival],
  price,
  size,
  counts,
});

export function built(
  rule: SeriesRule,
  trades: readonly SeriesTrade[],
): { bars: SeriesBar[]; forming: SeriesBar | undefined; progress: SeriesProgress } {
  const builder = new SeriesBuilder(rule, dayBegins());
  const bars = trades.flatMap((each) => builder.add(each));
  return { bars, forming: builder.forming(), progress: builder.progress };
}

export const inOrder = (trades: readonly SeriesTrade[]): SeriesTrade[] =>
  [...trades].sort(({ key: a }, { key: b }) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
