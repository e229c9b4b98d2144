/** A stop that follows the price at some ranges' distance, and turns when the close crosses it. */
import type { IndicatorBar } from "./bar.ts";
import { fadeBars } from "./bricks/means.ts";
import { type AverageRange, averageRange, forkAverageRange, newAverageRange } from "./bricks/range.ts";
import { define } from "./definition.ts";
import { multiple, period } from "./parameters.ts";

/**
 * Two stops are one once both have turned, and a walk needs the square of a distance to cover it: of 1,160 starts on random walks the last
 * were the same after 8 bars for each square range, beside what the range remembers. Twice that.
 */
const TURN_BARS = 16;

/** `direction` is 0 until there is a range. */
type Trend = { range: AverageRange; upper: number; lower: number; close: number; direction: number };

export const supertrend = define({
  name: "supertrend",
  version: 1,
  title: "Supertrend",
  inputs: ["high", "low", "close"],
  parameters: [period("period", 10), multiple("multiple", 3)],
  outputs: ["value", "direction"],
  seed: "As atr; begins upward with bar period. Direction is 1 upward (the stop is below) and −1 downward.",
  bind: ({ period, multiple }) => ({
    warmUpBars: period,
    memoryBars: period + fadeBars(1 / period) + Math.ceil(TURN_BARS * multiple ** 2),
    start: () => ({ range: newAverageRange(), upper: 0, lower: 0, close: 0, direction: 0 }),
    fork: ({ range, upper, lower, close, direction }: Trend) => ({
      range: forkAverageRange(range),
      ...{ upper, lower, close, direction },
    }),
    next(trend: Trend, bar, into) {
      const half = multiple * averageRange(trend.range, period, bar);
      if (!Number.isNaN(half)) follow(trend, bar, half);
      trend.close = bar.c;
      into[0] = trend.direction === 0 ? Number.NaN : trend.direction > 0 ? trend.lower : trend.upper;
      into[1] = trend.direction === 0 ? Number.NaN : trend.direction;
    },
  }),
});

/** A stop only comes nearer, unless the close before had crossed it. */
function follow(trend: Trend, { h, l, c }: IndicatorBar, half: number): void {
  const middle = (h + l) / 2;
  const [upper, lower] = [middle + half, middle - half];
  const first = trend.direction === 0;
  if (first || upper < trend.upper || trend.close > trend.upper) trend.upper = upper;
  if (first || lower > trend.lower || trend.close < trend.lower) trend.lower = lower;
  if (first) trend.direction = 1;
  else if (trend.direction < 0) trend.direction = c > trend.upper ? 1 : -1;
  else trend.direction = c < trend.lower ? -1 : 1;
}
