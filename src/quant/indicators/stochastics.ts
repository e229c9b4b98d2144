/** Where a value lies between the lowest and the highest of late. */
import { readerOf } from "./bar.ts";
import { type Extreme, extreme, extremeOf, forkExtreme, HIGHEST, LOWEST } from "./bricks/extremes.ts";
import { fadeBars } from "./bricks/means.ts";
import { percentOf } from "./bricks/ratio.ts";
import { forkWindow, type Window, windowMean, windowOf } from "./bricks/window.ts";
import { type Definition, define } from "./definition.ts";
import { period, smoothing, source } from "./parameters.ts";
import { forkStrength, newStrength, type Strength, strength } from "./strength.ts";

type Band = { high: Extreme; low: Extreme };
type Smoothed = { k: Window; d: Window };

const bandOf = (size: number): Band => ({ high: extremeOf(size), low: extremeOf(size) });
const forkBand = ({ high, low }: Band): Band => ({ high: forkExtreme(high), low: forkExtreme(low) });
const forkSmoothed = ({ k, d }: Smoothed): Smoothed => ({ k: forkWindow(k), d: forkWindow(d) });
const smoothedOf = (k: number, d: number): Smoothed => ({ k: windowOf(k), d: windowOf(d) });

/** %K and %D of a place in the band, as outputs. */
function smooth({ k, d }: Smoothed, place: number, into: Float64Array): void {
  const slow = windowMean(k, place);
  into[0] = slow;
  into[1] = windowMean(d, slow);
}

type SmoothedBand = { band: Band; smoothed: Smoothed };

const stoch = define({
  name: "stoch",
  version: 1,
  title: "Stochastic oscillator",
  inputs: ["high", "low", "close"],
  parameters: [period("period", 14), smoothing("k", 3), smoothing("d", 3)],
  outputs: ["k", "d"],
  seed: "The first period bars, and plain means of k and of d values; null while a bar without range is among them.",
  bind: ({ period, k, d }) => ({
    warmUpBars: period + k + d - 2,
    memoryBars: period + k + d - 2,
    start: () => ({ band: bandOf(period), smoothed: smoothedOf(k, d) }),
    fork: ({ band, smoothed }: SmoothedBand) => ({ band: forkBand(band), smoothed: forkSmoothed(smoothed) }),
    next({ band, smoothed }: SmoothedBand, { h, l, c }, into) {
      const high = extreme(band.high, HIGHEST, h);
      const low = extreme(band.low, LOWEST, l);
      smooth(smoothed, percentOf(c - low, high - low), into);
    },
  }),
});

type StrengthBand = SmoothedBand & { strength: Strength };

const stochrsi = define({
  name: "stochrsi",
  version: 1,
  title: "Stochastic of the relative strength index",
  inputs: ["close"],
  parameters: [period("rsi", 14), period("period", 14), smoothing("k", 3), smoothing("d", 3), source()],
  outputs: ["k", "d"],
  seed: "As rsi, then as stoch; null while the strength has not moved.",
  bind({ rsi, period, k, d, source }) {
    const read = readerOf(source);
    return {
      warmUpBars: rsi + period + k + d - 2,
      memoryBars: rsi + period + k + d - 2 + fadeBars(1 / rsi),
      start: () => ({ strength: newStrength(), band: bandOf(period), smoothed: smoothedOf(k, d) }),
      fork: ({ strength, band, smoothed }: StrengthBand) => ({
        strength: forkStrength(strength),
        band: forkBand(band),
        smoothed: forkSmoothed(smoothed),
      }),
      next(state: StrengthBand, bar, into) {
        const value = strength(state.strength, rsi, read(bar));
        const high = extreme(state.band.high, HIGHEST, value);
        const low = extreme(state.band.low, LOWEST, value);
        smooth(state.smoothed, percentOf(value - low, high - low), into);
      },
    };
  },
});

const willr = define({
  name: "willr",
  version: 1,
  title: "Williams %R",
  inputs: ["high", "low", "close"],
  parameters: [period("period", 14)],
  outputs: ["value"],
  seed: "The first period bars; null where they have no range.",
  bind: ({ period }) => ({
    warmUpBars: period,
    memoryBars: period,
    start: () => bandOf(period),
    fork: forkBand,
    next(band: Band, { h, l, c }, into) {
      const high = extreme(band.high, HIGHEST, h);
      into[0] = percentOf(c - high, high - extreme(band.low, LOWEST, l));
    },
  }),
});

export const STOCHASTICS: readonly Definition[] = [stoch, stochrsi, willr];
