/** How far bars reach: the true range, its mean, and that in percent of the close. */
import { fadeBars } from "./bricks/means.ts";
import {
  type AverageRange,
  averageRange,
  type Close,
  closeBefore,
  forkAverageRange,
  forkClose,
  newAverageRange,
  noClose,
  trueRange,
} from "./bricks/range.ts";
import { percentOf } from "./bricks/ratio.ts";
import { type Definition, define } from "./definition.ts";
import { period } from "./parameters.ts";

const RANGE = { version: 1, inputs: ["high", "low", "close"], outputs: ["value"] } as const;

const tr = define({
  ...RANGE,
  name: "tr",
  title: "True range",
  parameters: [],
  seed: "High − low of the first bar.",
  bind: () => ({
    warmUpBars: 1,
    memoryBars: 2,
    start: noClose,
    fork: forkClose,
    next(last: Close, bar, into) {
      into[0] = trueRange(bar, closeBefore(last, bar));
    },
  }),
});

const averaged = (period: number) => ({
  warmUpBars: period,
  memoryBars: period + fadeBars(1 / period) + 1,
  start: newAverageRange,
  fork: forkAverageRange,
});

const atr = define({
  ...RANGE,
  name: "atr",
  title: "Average true range",
  parameters: [period("period", 14)],
  seed: "The mean of the first period true ranges, that of the first bar being high − low.",
  bind: ({ period }) => ({
    ...averaged(period),
    next(state: AverageRange, bar, into) {
      into[0] = averageRange(state, period, bar);
    },
  }),
});

const natr = define({
  ...RANGE,
  name: "natr",
  title: "Average true range, percent of the close",
  parameters: [period("period", 14)],
  seed: "As atr; null where the close is 0.",
  bind: ({ period }) => ({
    ...averaged(period),
    next(state: AverageRange, bar, into) {
      into[0] = percentOf(averageRange(state, period, bar), bar.c);
    },
  }),
});

export const RANGES: readonly Definition[] = [atr, natr, tr];
