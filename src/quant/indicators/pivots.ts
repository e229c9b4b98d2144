/** Levels of a trading day by high, low and close of the one before: the floor traders' rule. */
import { define } from "./definition.ts";

/** The day under way, and the one before it; `days` counts how many have begun. */
type Days = {
  days: number;
  day: number;
  high: number;
  low: number;
  close: number;
  highBefore: number;
  lowBefore: number;
  closeBefore: number;
};

export const pivots = define({
  name: "pivots",
  version: 1,
  title: "Pivot points of the trading day",
  inputs: ["high", "low", "close"],
  parameters: [],
  outputs: ["p", "r1", "s1", "r2", "s2", "r3", "s3"],
  seed: "From the second trading day on; the first one has to be whole.",
  anchor: "previous-day",
  bind: () => ({
    warmUpBars: null,
    memoryBars: null,
    start: (): Days => ({
      ...{ days: 0, day: 0, high: 0, low: 0, close: 0 },
      ...{ highBefore: 0, lowBefore: 0, closeBefore: 0 },
    }),
    fork: (days: Days) => ({ ...days }),
    next(state: Days, { h, l, c, day }, into) {
      if (state.days === 0 || day !== state.day) turn(state, h, l, day);
      state.high = Math.max(state.high, h);
      state.low = Math.min(state.low, l);
      state.close = c;
      if (state.days < 2) into.fill(Number.NaN);
      else write(state, into);
    },
  }),
});

function turn(state: Days, high: number, low: number, day: number): void {
  state.highBefore = state.high;
  state.lowBefore = state.low;
  state.closeBefore = state.close;
  state.days += 1;
  state.day = day;
  state.high = high;
  state.low = low;
}

function write({ highBefore: high, lowBefore: low, closeBefore: close }: Days, into: Float64Array): void {
  const pivot = (high + low + close) / 3;
  into[0] = pivot;
  into[1] = 2 * pivot - low;
  into[2] = 2 * pivot - high;
  into[3] = pivot + (high - low);
  into[4] = pivot - (high - low);
  into[5] = high + 2 * (pivot - low);
  into[6] = low - 2 * (high - pivot);
}
