/** Totals of the package trading-signals, which go on from the first bar: of two bars it says what the newer adds, and the total is ours. */
import { AccumulativeSwingIndex, AD, NVI, PVI, PVT, WAD } from "trading-signals";
import type { IndicatorBar } from "../bar.ts";
import { type Definition, define } from "../definition.ts";
import type { Borrowed } from "./borrowed.ts";

type Total = {
  readonly name: string;
  readonly title: string;
  readonly make: () => Borrowed;
  readonly base: number;
};
type Totalled = { bars: number; total: number; before: number[] };

/** `base`: what an index begins with and is multiplied from; 0 where it is a sum. */
const runningTotal = ({ name, title, make, base }: Total): Definition =>
  define({
    name: `ts-${name}`,
    version: 1,
    title,
    inputs: ["open", "high", "low", "close", "volume"],
    parameters: [],
    outputs: ["value"],
    anchor: "start",
    seed: base === 0 ? "Begins with what the first bar adds to 0." : `Begins with ${base}.`,
    bind: () => ({
      warmUpBars: null,
      memoryBars: null,
      start: (): Totalled => ({ bars: 0, total: base, before: [] }),
      next(state: Totalled, bar, into) {
        const { before } = state;
        const object = make();
        const from = before.length === 0 ? undefined : object.add(candleOf(before));
        const to = object.add(candleOf(numbersOf(bar)));
        state.total = moved(state.total, base, from, to);
        state.before = numbersOf(bar);
        state.bars += 1;
        into[0] = typeof to === "number" ? state.total : Number.NaN;
      },
    }),
  });

function moved(total: number, base: number, from: unknown, to: unknown): number {
  if (typeof to !== "number") return total;
  if (base === 0) return total + to - (typeof from === "number" ? from : 0);
  return typeof from === "number" && from !== 0 ? total * (to / from) : total;
}

const numbersOf = ({ o, h, l, c, v }: IndicatorBar): number[] => [o, h, l, c, v];
const candleOf = ([open, high, low, close, volume]: readonly number[]): never =>
  // SAFETY: an object of the package reads of a candle the fields that it needs.
  ({ open, high, low, close, volume }) as never;

export const RUNNING_TOTALS: readonly Definition[] = [
  runningTotal({ name: "ad", title: "Accumulation, distribution", make: () => new AD(), base: 0 }),
  runningTotal({
    name: "asi",
    title: "Accumulative swing index",
    make: () => new AccumulativeSwingIndex(),
    base: 0,
  }),
  runningTotal({ name: "nvi", title: "Negative volume index", make: () => new NVI(), base: 1_000 }),
  runningTotal({ name: "pvi", title: "Positive volume index", make: () => new PVI(), base: 1_000 }),
  runningTotal({ name: "pvt", title: "Price volume trend", make: () => new PVT(), base: 0 }),
  runningTotal({ name: "wad", title: "Williams accumulation, distribution", make: () => new WAD(), base: 0 }),
];
