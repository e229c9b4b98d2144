/** Wilder's directional movement, and Aroon's time since the extremes. */
import type { IndicatorBar } from "./bar.ts";
import { type Extreme, extreme, extremeOf, forkExtreme, HIGHEST, LOWEST } from "./bricks/extremes.ts";
import { fadeBars, forkMean, type Mean, newMean, wilder } from "./bricks/means.ts";
import { trueRange } from "./bricks/range.ts";
import { percentOf } from "./bricks/ratio.ts";
import { type Definition, define } from "./definition.ts";
import { period } from "./parameters.ts";

type Movement = {
  bars: number;
  high: number;
  low: number;
  close: number;
  /** Wilder's sums: the first period − 1 changes, then each fades by a share of 1 / period. */
  up: number;
  down: number;
  range: number;
  index: Mean;
};

const adx = define({
  name: "adx",
  version: 1,
  title: "Average directional index, with its indicators",
  inputs: ["high", "low", "close"],
  parameters: [period("period", 14, 2)],
  outputs: ["adx", "plusDi", "minusDi"],
  seed: "Sums of the first period − 1 changes, told from bar period on; adx is the mean of the first period indices. Null where there is no range; without movement the index is 0.",
  bind: ({ period }) => ({
    warmUpBars: 2 * period - 1,
    memoryBars: 2 * period + fadeBars(1 / period, 2),
    start: (): Movement => ({
      ...{ bars: 0, high: 0, low: 0, close: 0, up: 0, down: 0, range: 0 },
      index: newMean(),
    }),
    fork: (state: Movement): Movement => ({ ...state, index: forkMean(state.index) }),
    next(state: Movement, bar, into) {
      move(state, bar, period);
      const told = state.bars >= period;
      const plus = told ? percentOf(state.up, state.range) : Number.NaN;
      const minus = told ? percentOf(state.down, state.range) : Number.NaN;
      into[0] = Number.isNaN(plus) ? Number.NaN : wilder(state.index, period, indexOf(plus, minus));
      into[1] = plus;
      into[2] = minus;
    },
  }),
});

/** No movement has no direction. */
const indexOf = (plus: number, minus: number): number =>
  plus + minus === 0 ? 0 : (100 * Math.abs(plus - minus)) / (plus + minus);

function move(state: Movement, bar: IndicatorBar, period: number): void {
  state.bars += 1;
  if (state.bars > 1) {
    const kept = state.bars <= period ? 1 : (period - 1) / period;
    const [up, down] = [bar.h - state.high, state.low - bar.l];
    state.up = kept * state.up + (up > down && up > 0 ? up : 0);
    state.down = kept * state.down + (down > up && down > 0 ? down : 0);
    state.range = kept * state.range + trueRange(bar, state.close);
  }
  state.high = bar.h;
  state.low = bar.l;
  state.close = bar.c;
}

type Extremes = { high: Extreme; low: Extreme };

const aroon = define({
  name: "aroon",
  version: 1,
  title: "Aroon, with its oscillator",
  inputs: ["high", "low"],
  parameters: [period("period", 14)],
  outputs: ["up", "down", "oscillator"],
  seed: "The first period + 1 bars; of equal extremes the latest counts.",
  bind: ({ period }) => ({
    warmUpBars: period + 1,
    memoryBars: period + 1,
    start: () => ({ high: extremeOf(period + 1), low: extremeOf(period + 1) }),
    fork: ({ high, low }: Extremes) => ({ high: forkExtreme(high), low: forkExtreme(low) }),
    next({ high, low }: Extremes, { h, l }, into) {
      const told = !Number.isNaN(extreme(high, HIGHEST, h) + extreme(low, LOWEST, l));
      const up = told ? (100 * (period - high.age)) / period : Number.NaN;
      const down = told ? (100 * (period - low.age)) / period : Number.NaN;
      into[0] = up;
      into[1] = down;
      into[2] = up - down;
    },
  }),
});

export const DIRECTION: readonly Definition[] = [adx, aroon];
