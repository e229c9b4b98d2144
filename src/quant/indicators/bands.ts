/** A middle and a band around it: by deviation, by range, by extremes. */
import { readerOf } from "./bar.ts";
import { type Extreme, extreme, extremeOf, forkExtreme, HIGHEST, LOWEST } from "./bricks/extremes.ts";
import {
  exponentialFrom,
  exponentialWeight,
  fadeBars,
  forkMean,
  type Mean,
  newMean,
} from "./bricks/means.ts";
import { type AverageRange, averageRange, forkAverageRange, newAverageRange } from "./bricks/range.ts";
import { forkWindow, squaresAround, type Window, windowMean, windowOf } from "./bricks/window.ts";
import { type Definition, define } from "./definition.ts";
import { multiple, period, source } from "./parameters.ts";

const OUTPUTS = ["upper", "middle", "lower"] as const;

function write(into: Float64Array, middle: number, half: number): void {
  into[0] = middle + half;
  into[1] = middle;
  into[2] = middle - half;
}

const bbands = define({
  name: "bbands",
  version: 1,
  title: "Bollinger bands",
  inputs: ["close"],
  parameters: [period("period", 20), multiple("deviations", 2), source()],
  outputs: OUTPUTS,
  seed: "The mean of the first period values and their deviation as a population (divided by period).",
  bind({ period, deviations, source }) {
    const read = readerOf(source);
    return {
      warmUpBars: period,
      memoryBars: period,
      start: () => windowOf(period),
      fork: forkWindow,
      next(window: Window, bar, into) {
        const mean = windowMean(window, read(bar));
        write(into, mean, deviations * Math.sqrt(squaresAround(window, mean) / period));
      },
    };
  },
});

type Channel = { middle: Mean; range: AverageRange };

const keltner = define({
  name: "keltner",
  version: 1,
  title: "Keltner channel",
  inputs: ["high", "low", "close"],
  parameters: [period("period", 20), multiple("multiple", 2), period("atr", 10), source()],
  outputs: OUTPUTS,
  seed: "As ema and atr.",
  bind({ period, multiple, atr, source }) {
    const read = readerOf(source);
    const weight = exponentialWeight(period);
    return {
      warmUpBars: Math.max(period, atr),
      memoryBars: Math.max(period + fadeBars(weight), atr + fadeBars(1 / atr) + 1),
      start: () => ({ middle: newMean(), range: newAverageRange() }),
      fork: ({ middle, range }: Channel) => ({ middle: forkMean(middle), range: forkAverageRange(range) }),
      next({ middle, range }: Channel, bar, into) {
        const mean = exponentialFrom(middle, weight, period, read(bar));
        write(into, mean, multiple * averageRange(range, atr, bar));
      },
    };
  },
});

type Extremes = { high: Extreme; low: Extreme };

const donchian = define({
  name: "donchian",
  version: 1,
  title: "Donchian channel",
  inputs: ["high", "low"],
  parameters: [period("period", 20)],
  outputs: OUTPUTS,
  seed: "The highest high and the lowest low of the first period bars, the newest with them.",
  bind: ({ period }) => ({
    warmUpBars: period,
    memoryBars: period,
    start: () => ({ high: extremeOf(period), low: extremeOf(period) }),
    fork: ({ high, low }: Extremes) => ({ high: forkExtreme(high), low: forkExtreme(low) }),
    next({ high, low }: Extremes, { h, l }, into) {
      const upper = extreme(high, HIGHEST, h);
      const lower = extreme(low, LOWEST, l);
      into[0] = upper;
      into[1] = (upper + lower) / 2;
      into[2] = lower;
    },
  }),
});

export const BANDS: readonly Definition[] = [bbands, keltner, donchian];
