/** Means in which a bar counts as much as was traded in it, and volume by the way the price went. */
import { readerOf } from "./bar.ts";
import { add, type ExactSum, exactSum, forkSum, total } from "./bricks/exact-sum.ts";
import { type Close, closeBefore, forkClose, noClose } from "./bricks/range.ts";
import { ratioOf } from "./bricks/ratio.ts";
import { forkWindow, type Window, windowOf, windowSum } from "./bricks/window.ts";
import { type Definition, define } from "./definition.ts";
import { period, source } from "./parameters.ts";

type Weighed = { worth: Window; volume: Window };

const vwma = define({
  name: "vwma",
  version: 1,
  title: "Volume-weighted moving average",
  inputs: ["close", "volume"],
  parameters: [period("period", 20), source()],
  outputs: ["value"],
  seed: "The first period bars; null where none of them has volume.",
  bind({ period, source }) {
    const read = readerOf(source);
    return {
      warmUpBars: period,
      memoryBars: period,
      start: () => ({ worth: windowOf(period), volume: windowOf(period) }),
      fork: ({ worth, volume }: Weighed) => ({ worth: forkWindow(worth), volume: forkWindow(volume) }),
      next({ worth, volume }: Weighed, bar, into) {
        into[0] = ratioOf(windowSum(worth, read(bar) * bar.v), windowSum(volume, bar.v));
      },
    };
  },
});

type Daily = { day: number; worth: number; volume: number };

const vwap = define({
  name: "vwap",
  version: 1,
  title: "Volume-weighted average price of the trading day",
  inputs: ["high", "low", "close", "volume"],
  parameters: [source("hlc3")],
  outputs: ["value"],
  seed: "Anew with the first bar of each trading day; null until something is traded.",
  anchor: "day",
  bind({ source }) {
    const read = readerOf(source);
    return {
      warmUpBars: 1,
      memoryBars: null,
      start: () => ({ day: 0, worth: 0, volume: 0 }),
      fork: ({ day, worth, volume }: Daily) => ({ day, worth, volume }),
      next(state: Daily, bar, into) {
        const same = bar.day === state.day;
        state.day = bar.day;
        state.worth = (same ? state.worth : 0) + read(bar) * bar.v;
        state.volume = (same ? state.volume : 0) + bar.v;
        into[0] = ratioOf(state.worth, state.volume);
      },
    };
  },
});

type Balance = { last: Close; volume: ExactSum };

const obv = define({
  name: "obv",
  version: 1,
  title: "On-balance volume",
  inputs: ["close", "volume"],
  parameters: [],
  outputs: ["value"],
  seed: "0 with the first bar; its level means nothing, only how it moves.",
  anchor: "start",
  bind: () => ({
    warmUpBars: 1,
    memoryBars: null,
    start: () => ({ last: noClose(), volume: exactSum() }),
    fork: ({ last, volume }: Balance) => ({ last: forkClose(last), volume: forkSum(volume) }),
    next({ last, volume }: Balance, bar, into) {
      const before = closeBefore(last, bar);
      if (bar.c > before) add(volume, bar.v);
      else if (bar.c < before) add(volume, -bar.v);
      into[0] = total(volume);
    },
  }),
});

export const VOLUME_AVERAGES: readonly Definition[] = [vwma, vwap];
export const VOLUME: readonly Definition[] = [obv];
