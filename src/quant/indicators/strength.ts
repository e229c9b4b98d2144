/** How much of the movement was upward. */
import { readerOf } from "./bar.ts";
import { fadeBars, forkMean, type Mean, newMean, wilder } from "./bricks/means.ts";
import { percentOf } from "./bricks/ratio.ts";
import { before, forkRing, type Ring, ringOf, slide } from "./bricks/ring.ts";
import { forkWindow, type Window, windowOf, windowSum } from "./bricks/window.ts";
import { type Definition, define } from "./definition.ts";
import { period, source } from "./parameters.ts";

export type Strength = { last: Ring; up: Mean; down: Mean };

export const newStrength = (): Strength => ({ last: ringOf(1), up: newMean(), down: newMean() });

export const forkStrength = ({ last, up, down }: Strength): Strength => ({
  last: forkRing(last),
  up: forkMean(up),
  down: forkMean(down),
});

/** Wilder's relative strength; NaN until `period` changes have been, and where nothing has ever moved. */
export function strength({ last, up, down }: Strength, period: number, value: number): number {
  const from = slide(last, value);
  if (from === undefined) return Number.NaN;
  const rise = wilder(up, period, Math.max(value - from, 0));
  return percentOf(rise, rise + wilder(down, period, Math.max(from - value, 0)));
}

const rsi = define({
  name: "rsi",
  version: 1,
  title: "Relative strength index",
  inputs: ["close"],
  parameters: [period("period", 14), source()],
  outputs: ["value"],
  seed: "The plain means of the first period rises and falls; null where nothing has moved.",
  bind({ period, source }) {
    const read = readerOf(source);
    return {
      warmUpBars: period + 1,
      memoryBars: period + 1 + fadeBars(1 / period),
      start: newStrength,
      fork: forkStrength,
      next(state: Strength, bar, into) {
        into[0] = strength(state, period, read(bar));
      },
    };
  },
});

type Balance = { last: Ring; up: Window; down: Window };
const forkBalance = ({ last, up, down }: Balance): Balance => ({
  last: forkRing(last),
  up: forkWindow(up),
  down: forkWindow(down),
});

const cmo = define({
  name: "cmo",
  version: 1,
  title: "Chande momentum oscillator",
  inputs: ["close"],
  parameters: [period("period", 14), source()],
  outputs: ["value"],
  seed: "The sums of the first period rises and falls; null where nothing has moved.",
  bind({ period, source }) {
    const read = readerOf(source);
    return {
      warmUpBars: period + 1,
      memoryBars: period + 1,
      start: () => ({ last: ringOf(1), up: windowOf(period), down: windowOf(period) }),
      fork: forkBalance,
      next({ last, up, down }: Balance, bar, into) {
        const value = read(bar);
        const from = slide(last, value) ?? Number.NaN;
        const rise = windowSum(up, Math.max(value - from, 0));
        const fall = windowSum(down, Math.max(from - value, 0));
        into[0] = percentOf(rise - fall, rise + fall);
      },
    };
  },
});

const mfi = define({
  name: "mfi",
  version: 1,
  title: "Money flow index",
  inputs: ["high", "low", "close", "volume"],
  parameters: [period("period", 14)],
  outputs: ["value"],
  seed: "The flows of the first period changes of the typical price; null where none has volume.",
  bind: ({ period }) => ({
    warmUpBars: period + 1,
    memoryBars: period + 1,
    start: () => ({ last: ringOf(1), up: windowOf(period), down: windowOf(period) }),
    fork: forkBalance,
    next({ last, up, down }: Balance, bar, into) {
      const typical = (bar.h + bar.l + bar.c) / 3;
      const from = before(last, 0);
      slide(last, typical);
      if (Number.isNaN(from)) return void into.fill(Number.NaN);
      const inward = windowSum(up, typical > from ? typical * bar.v : 0);
      const outward = windowSum(down, typical < from ? typical * bar.v : 0);
      into[0] = percentOf(inward, inward + outward);
    },
  }),
});

export const STRENGTH: readonly Definition[] = [rsi, cmo, mfi];
