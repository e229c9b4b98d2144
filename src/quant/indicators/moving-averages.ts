/** Means of one number of each bar: plain, weighted, and those that fade. */
import { readerOf } from "./bar.ts";
import {
  exponentialFrom,
  exponentialWeight,
  fadeBars,
  forkMean,
  type Mean,
  newMean,
  wilder,
} from "./bricks/means.ts";
import {
  forkWeightedWindow,
  forkWindow,
  type WeightedWindow,
  type Window,
  weightedMean,
  weightedWindowOf,
  windowMean,
  windowOf,
} from "./bricks/window.ts";
import { type Definition, define } from "./definition.ts";
import { period, source } from "./parameters.ts";

const MEAN = { version: 1, inputs: ["close"], outputs: ["value"] } as const;

const sma = define({
  ...MEAN,
  name: "sma",
  title: "Simple moving average",
  parameters: [period("period", 20), source()],
  seed: "The mean of the first period values.",
  bind({ period, source }) {
    const read = readerOf(source);
    return {
      warmUpBars: period,
      memoryBars: period,
      start: () => windowOf(period),
      fork: forkWindow,
      next(window: Window, bar, into) {
        into[0] = windowMean(window, read(bar));
      },
    };
  },
});

const ema = define({
  ...MEAN,
  name: "ema",
  title: "Exponential moving average",
  parameters: [period("period", 20), source()],
  seed: "The first value; told from bar period on.",
  bind({ period, source }) {
    const read = readerOf(source);
    const weight = exponentialWeight(period);
    return {
      warmUpBars: period,
      memoryBars: period + fadeBars(weight),
      start: newMean,
      fork: forkMean,
      next(mean: Mean, bar, into) {
        into[0] = exponentialFrom(mean, weight, period, read(bar));
      },
    };
  },
});

const wma = define({
  ...MEAN,
  name: "wma",
  title: "Weighted moving average",
  parameters: [period("period", 20), source()],
  seed: "The mean of the first period values, the oldest counted once and the newest period times.",
  bind({ period, source }) {
    const read = readerOf(source);
    return {
      warmUpBars: period,
      memoryBars: period,
      start: () => weightedWindowOf(period),
      fork: forkWeightedWindow,
      next(window: WeightedWindow, bar, into) {
        into[0] = weightedMean(window, read(bar));
      },
    };
  },
});

const rma = define({
  ...MEAN,
  name: "rma",
  title: "Wilder's moving average",
  parameters: [period("period", 14), source()],
  seed: "The mean of the first period values.",
  bind({ period, source }) {
    const read = readerOf(source);
    return {
      warmUpBars: period,
      memoryBars: period + fadeBars(1 / period),
      start: newMean,
      fork: forkMean,
      next(mean: Mean, bar, into) {
        into[0] = wilder(mean, period, read(bar));
      },
    };
  },
});

type Two = { once: Mean; twice: Mean };
type Three = Two & { thrice: Mean };

const dema = define({
  ...MEAN,
  name: "dema",
  title: "Double exponential moving average",
  parameters: [period("period", 20), source()],
  seed: "Each mean begins with the first value that it is told; told from bar 2 period − 1 on.",
  bind({ period, source }) {
    const read = readerOf(source);
    const weight = exponentialWeight(period);
    return {
      warmUpBars: 2 * period - 1,
      memoryBars: 2 * period + fadeBars(weight, 2),
      start: () => ({ once: newMean(), twice: newMean() }),
      fork: ({ once, twice }: Two) => ({ once: forkMean(once), twice: forkMean(twice) }),
      next({ once, twice }: Two, bar, into) {
        const first = exponentialFrom(once, weight, period, read(bar));
        into[0] = 2 * first - exponentialFrom(twice, weight, period, first);
      },
    };
  },
});

const tema = define({
  ...MEAN,
  name: "tema",
  title: "Triple exponential moving average",
  parameters: [period("period", 20), source()],
  seed: "Each mean begins with the first value that it is told; told from bar 3 period − 2 on.",
  bind({ period, source }) {
    const read = readerOf(source);
    const weight = exponentialWeight(period);
    return {
      warmUpBars: 3 * period - 2,
      memoryBars: 3 * period + fadeBars(weight, 3),
      start: () => ({ once: newMean(), twice: newMean(), thrice: newMean() }),
      fork: ({ once, twice, thrice }: Three) => ({
        once: forkMean(once),
        twice: forkMean(twice),
        thrice: forkMean(thrice),
      }),
      next({ once, twice, thrice }: Three, bar, into) {
        const first = exponentialFrom(once, weight, period, read(bar));
        const second = exponentialFrom(twice, weight, period, first);
        into[0] = 3 * (first - second) + exponentialFrom(thrice, weight, period, second);
      },
    };
  },
});

type Hull = { half: WeightedWindow; whole: WeightedWindow; smoothed: WeightedWindow };

const hma = define({
  ...MEAN,
  name: "hma",
  title: "Hull moving average",
  parameters: [period("period", 9, 2), source()],
  seed: "Weighted means of period / 2 and of √period bars, both rounded down.",
  bind({ period, source }) {
    const read = readerOf(source);
    const half = Math.floor(period / 2);
    const root = Math.floor(Math.sqrt(period));
    return {
      warmUpBars: period + root - 1,
      memoryBars: period + root - 1,
      start: () => ({
        half: weightedWindowOf(half),
        whole: weightedWindowOf(period),
        smoothed: weightedWindowOf(root),
      }),
      fork: ({ half, whole, smoothed }: Hull) => ({
        half: forkWeightedWindow(half),
        whole: forkWeightedWindow(whole),
        smoothed: forkWeightedWindow(smoothed),
      }),
      next({ half, whole, smoothed }: Hull, bar, into) {
        const value = read(bar);
        into[0] = weightedMean(smoothed, 2 * weightedMean(half, value) - weightedMean(whole, value));
      },
    };
  },
});

export const MOVING_AVERAGES: readonly Definition[] = [sma, ema, wma, rma, dema, tema, hma];
