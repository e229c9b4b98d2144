/** How far a value has come: from the one some bars ago, from its own mean, or of a fast mean from a slow one. */
import { type IndicatorBar, readerOf } from "./bar.ts";
import {
  exponentialFrom,
  exponentialWeight,
  fadeBars,
  forkMean,
  type Mean,
  newMean,
} from "./bricks/means.ts";
import { percentOf, ratioOf } from "./bricks/ratio.ts";
import { forkRing, type Ring, ringOf, slide } from "./bricks/ring.ts";
import { distancesFrom, forkWindow, type Window, windowMean, windowOf } from "./bricks/window.ts";
import { type Definition, define } from "./definition.ts";
import { period, source, type ValuesOf } from "./parameters.ts";

/** The value of `period` bars before. */
const lookingBack = (period: number) => ({
  warmUpBars: period + 1,
  memoryBars: period + 1,
  start: () => ringOf(period),
  fork: forkRing,
});

const mom = define({
  name: "mom",
  version: 1,
  title: "Momentum",
  inputs: ["close"],
  parameters: [period("period", 10), source()],
  outputs: ["value"],
  seed: "The difference to the value period bars before.",
  bind({ period, source }) {
    const read = readerOf(source);
    return {
      ...lookingBack(period),
      next(ring: Ring, bar, into) {
        const value = read(bar);
        into[0] = value - (slide(ring, value) ?? Number.NaN);
      },
    };
  },
});

const roc = define({
  name: "roc",
  version: 1,
  title: "Rate of change, percent",
  inputs: ["close"],
  parameters: [period("period", 10), source()],
  outputs: ["value"],
  seed: "The change from the value period bars before; null where that is 0.",
  bind({ period, source }) {
    const read = readerOf(source);
    return {
      ...lookingBack(period),
      next(ring: Ring, bar, into) {
        const value = read(bar);
        const from = slide(ring, value) ?? Number.NaN;
        into[0] = percentOf(value - from, from);
      },
    };
  },
});

/** Lambert's constant: 70 to 80 % of the values then lie between −100 and 100. */
const LAMBERT = 0.015;

const cci = define({
  name: "cci",
  version: 1,
  title: "Commodity channel index",
  inputs: ["high", "low", "close"],
  parameters: [period("period", 20, 2)],
  outputs: ["value"],
  seed: "The first period typical prices; null where they are all the same.",
  bind: ({ period }) => ({
    warmUpBars: period,
    memoryBars: period,
    start: () => windowOf(period),
    fork: forkWindow,
    next(window: Window, { h, l, c }: IndicatorBar, into) {
      const typical = (h + l + c) / 3;
      const mean = windowMean(window, typical);
      into[0] = Number.isNaN(mean)
        ? mean
        : ratioOf(typical - mean, (LAMBERT * distancesFrom(window, mean)) / period);
    },
  }),
});

type Crossing = { fast: Mean; slow: Mean; signal: Mean };

const FAST_SLOW = [period("fast", 12), period("slow", 26), period("signal", 9), source()] as const;
const fastBelowSlow = ({ fast, slow }: { fast: number; slow: number }): string | undefined =>
  fast < slow ? undefined : "fast is below slow";

/** The distance of two means as `distance` measures it, its own mean, and what it is above that. */
const crossing =
  (distance: (fast: number, slow: number) => number) =>
  ({ fast, slow, signal, source }: ValuesOf<typeof FAST_SLOW>) => {
    const read = readerOf(source);
    const [fastWeight, slowWeight] = [exponentialWeight(fast), exponentialWeight(slow)];
    const signalWeight = exponentialWeight(signal);
    return {
      warmUpBars: slow + signal - 1,
      memoryBars: slow + fadeBars(slowWeight) + signal + fadeBars(signalWeight),
      start: () => ({ fast: newMean(), slow: newMean(), signal: newMean() }),
      fork: ({ fast, slow, signal }: Crossing): Crossing => ({
        fast: forkMean(fast),
        slow: forkMean(slow),
        signal: forkMean(signal),
      }),
      next(state: Crossing, bar: IndicatorBar, into: Float64Array) {
        const value = read(bar);
        const quick = exponentialFrom(state.fast, fastWeight, fast, value);
        const line = distance(quick, exponentialFrom(state.slow, slowWeight, slow, value));
        const mean = exponentialFrom(state.signal, signalWeight, signal, line);
        into[0] = line;
        into[1] = mean;
        into[2] = line - mean;
      },
    };
  };

const macd = define({
  name: "macd",
  version: 1,
  title: "Moving average convergence divergence",
  inputs: ["close"],
  parameters: FAST_SLOW,
  outputs: ["macd", "signal", "histogram"],
  seed: "Both means begin with the first value; macd is told from bar slow on, and begins the signal.",
  refuses: fastBelowSlow,
  bind: crossing((fast, slow) => fast - slow),
});

const ppo = define({
  name: "ppo",
  version: 1,
  title: "Percentage price oscillator",
  inputs: ["close"],
  parameters: FAST_SLOW,
  outputs: ["ppo", "signal", "histogram"],
  seed: "As macd, in percent of the slow mean; null where that is 0.",
  refuses: fastBelowSlow,
  bind: crossing((fast, slow) => percentOf(fast - slow, slow)),
});

type Smoothing = { last: Ring; moves: Two; sizes: Two; signal: Mean };
type Two = { once: Mean; twice: Mean };
const forkTwo = ({ once, twice }: Two): Two => ({ once: forkMean(once), twice: forkMean(twice) });

const tsi = define({
  name: "tsi",
  version: 1,
  title: "True strength index",
  inputs: ["close"],
  parameters: [period("long", 25), period("short", 13), period("signal", 13), source()],
  outputs: ["tsi", "signal"],
  seed: "Each mean begins with the first value that it is told; null where nothing has moved.",
  bind({ long, short, signal, source }) {
    const read = readerOf(source);
    const [longWeight, shortWeight] = [exponentialWeight(long), exponentialWeight(short)];
    const signalWeight = exponentialWeight(signal);
    const twice = (means: Two, value: number): number =>
      exponentialFrom(means.twice, shortWeight, short, exponentialFrom(means.once, longWeight, long, value));
    return {
      warmUpBars: long + short + signal - 1,
      memoryBars:
        long + short + signal + fadeBars(longWeight) + fadeBars(shortWeight) + fadeBars(signalWeight),
      start: (): Smoothing => ({
        last: ringOf(1),
        moves: { once: newMean(), twice: newMean() },
        sizes: { once: newMean(), twice: newMean() },
        signal: newMean(),
      }),
      fork: ({ last, moves, sizes, signal }: Smoothing): Smoothing => ({
        last: forkRing(last),
        moves: forkTwo(moves),
        sizes: forkTwo(sizes),
        signal: forkMean(signal),
      }),
      next({ last, moves, sizes, signal: told }: Smoothing, bar, into) {
        const value = read(bar);
        const move = value - (slide(last, value) ?? Number.NaN);
        const line = percentOf(twice(moves, move), twice(sizes, Math.abs(move)));
        into[0] = line;
        into[1] = exponentialFrom(told, signalWeight, signal, line);
      },
    };
  },
});

export const MOMENTUM: readonly Definition[] = [macd, ppo, roc, mom, cci, tsi];
