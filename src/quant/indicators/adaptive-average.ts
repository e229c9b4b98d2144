/** Kaufman's mean: fast where the price goes straight, slow where it only swings. */
import { readerOf } from "./bar.ts";
import { exponentialWeight, fadeBars } from "./bricks/means.ts";
import { before, forkRing, type Ring, ringOf, slide } from "./bricks/ring.ts";
import { forkWindow, type Window, windowOf, windowSum } from "./bricks/window.ts";
import { define } from "./definition.ts";
import { period, source } from "./parameters.ts";

type Adaptive = { values: Ring; moves: Window; mean: number };

export const kama = define({
  name: "kama",
  version: 1,
  title: "Kaufman's adaptive moving average",
  inputs: ["close"],
  parameters: [period("period", 10), period("fast", 2), period("slow", 30), source()],
  outputs: ["value"],
  seed: "The value of bar period. Where nothing has moved for period bars it goes at the fast pace.",
  refuses: ({ fast, slow }) => (fast < slow ? undefined : "fast is below slow"),
  bind({ period, fast, slow, source }) {
    const read = readerOf(source);
    const slowest = exponentialWeight(slow);
    const span = exponentialWeight(fast) - slowest;
    return {
      warmUpBars: period,
      memoryBars: period + fadeBars(slowest ** 2),
      start: () => ({ values: ringOf(period), moves: windowOf(period), mean: 0 }),
      fork: ({ values, moves, mean }: Adaptive) => ({
        values: forkRing(values),
        moves: forkWindow(moves),
        mean,
      }),
      next(state: Adaptive, bar, into) {
        const value = read(bar);
        const last = before(state.values, 0);
        const path = Number.isNaN(last) ? Number.NaN : windowSum(state.moves, Math.abs(value - last));
        const from = slide(state.values, value);
        if (from === undefined) state.mean = value;
        else state.mean += (span * efficiency(value - from, path) + slowest) ** 2 * (value - state.mean);
        into[0] = state.values.count === period ? state.mean : Number.NaN;
      },
    };
  },
});

const efficiency = (way: number, path: number): number => (path === 0 ? 1 : Math.abs(way) / path);
