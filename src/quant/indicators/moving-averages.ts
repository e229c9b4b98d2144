/** Means of one number of each bar: plain, weighted, and those that fade. */
import { readerOf } from "./bar.ts";
import { add, type ExactSum, exactSum, total } from "./bricks/exact-sum.ts";
import { exponential, exponentialWeight, fadeBars, type Mean, newMean, wilder } from "./bricks/means.ts";
import { isFull, type Ring, ringOf, slide } from "./bricks/ring.ts";
import { type Definition, define } from "./definition.ts";
import { period, source } from "./parameters.ts";

type Window = { ring: Ring; sum: ExactSum };

const sma = define({
  name: "sma",
  version: 1,
  title: "Simple moving average",
  inputs: ["close"],
  parameters: [period("period", 20), source()],
  outputs: ["value"],
  seed: "The mean of the first period values.",
  bind({ period, source }) {
    const read = readerOf(source);
    return {
      warmUpBars: period,
      memoryBars: period,
      start: () => ({ ring: ringOf(period), sum: exactSum() }),
      next({ ring, sum }: Window, bar, into) {
        const value = read(bar);
        const left = slide(ring, value);
        if (left !== undefined) add(sum, -left);
        add(sum, value);
        const warm = isFull(ring);
        into[0] = warm ? total(sum) / period : Number.NaN;
        return warm;
      },
    };
  },
});

const ema = define({
  name: "ema",
  version: 1,
  title: "Exponential moving average",
  inputs: ["close"],
  parameters: [period("period", 20), source()],
  outputs: ["value"],
  seed: "Begins with the first value; told from bar period on.",
  bind({ period, source }) {
    const read = readerOf(source);
    const weight = exponentialWeight(period);
    return {
      warmUpBars: period,
      memoryBars: period + fadeBars(weight),
      start: newMean,
      next(state: Mean, bar, into) {
        const mean = exponential(state, weight, read(bar));
        const warm = state.count >= period;
        into[0] = warm ? mean : Number.NaN;
        return warm;
      },
    };
  },
});

const rma = define({
  name: "rma",
  version: 1,
  title: "Wilder's moving average",
  inputs: ["close"],
  parameters: [period("period", 14), source()],
  outputs: ["value"],
  seed: "The mean of the first period values.",
  bind({ period, source }) {
    const read = readerOf(source);
    return {
      warmUpBars: period,
      memoryBars: period + fadeBars(1 / period),
      start: newMean,
      next(state: Mean, bar, into) {
        into[0] = wilder(state, period, read(bar));
        return state.count === period;
      },
    };
  },
});

export const MOVING_AVERAGES: readonly Definition[] = [sma, ema, rma];
