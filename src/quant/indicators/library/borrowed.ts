/**
 * Indicators of the package trading-signals as definitions of ours, named `ts-…`. Its objects cannot be restored, so a state holds the bars
 * that one was fed since it began; from time to time it begins anew with the newest of them. Both happen at the same bars whether the
 * object lived on or was made again, so a restored run says the same to the last bit.
 */
import type { IndicatorBar } from "../bar.ts";
import { exponentialWeight, fadeBars } from "../bricks/means.ts";
import { type Definition, define, type Input } from "../definition.ts";
import type { NumberParameter, ParameterValues } from "../parameters.ts";

/** As long as the package's own defaults are. */
const PERIOD_MAX = 100;
/** A state holds twice as many bars, of five numbers each: 120 kB. Of what lies before them Wilder's mean of 100 still feels 3 parts in ten million. */
const MEMORY_BARS_MAX = 1_500;
/** What follows its own past without an end, as a trailing stop does, begins so many bars back. */
export const PATH_BARS = 500;

/** What is used of an object of the package: its own types of candles and results are narrower. */
export type Borrowed = {
  add(input: never): unknown;
  getRequiredInputs(): number;
  readonly isStable: boolean;
};
type Reads = "close" | "volume" | "bar";
/** Values by name, in the order of the parameters. */
type Values = readonly number[];

export type Loan = {
  /** Without the `ts-`. */
  readonly name: string;
  readonly title: string;
  readonly reads?: Reads;
  readonly parameters?: readonly NumberParameter[];
  /** More than one where its result is an object; a signal is 1 or −1, a flag 1 or 0. */
  readonly outputs?: readonly string[];
  readonly make: (...values: number[]) => Borrowed;
  /** Bars beyond the first value that are felt; none of a window. */
  readonly fades?: (...values: number[]) => number;
  /** The bar of the first value, where the package counts it otherwise. */
  readonly warmUp?: (...values: number[]) => number;
  readonly refuses?: (...values: number[]) => string | undefined;
};

export const whole = (name: string, byDefault: number, min = 2): NumberParameter => ({
  ...{ name, kind: "integer", default: byDefault, min, max: PERIOD_MAX },
});
export const fraction = (name: string, byDefault: number, min: number, max: number): NumberParameter => ({
  ...{ name, kind: "decimal", default: byDefault, min, max },
});

/** Until exponential means, each of the one before, have forgotten where they began. */
export const fade = (period: number, stages = 1): number => fadeBars(exponentialWeight(period), stages);
export const wilderFade = (period: number, stages = 1): number => fadeBars(1 / period, stages);

type Fed = { from: number; count: number; places: number[] };
type Live = { readonly from: number; count: number; readonly object: Borrowed };

const INPUTS: Readonly<Record<Reads, readonly Input[]>> = {
  close: ["close"],
  volume: ["volume"],
  bar: ["open", "high", "low", "close", "volume"],
};

export function borrowed(loan: Loan): Definition {
  const { name, title, reads = "close", parameters = [], outputs = ["value"], refuses } = loan;
  const listOf = (values: ParameterValues): number[] => parameters.map((one) => Number(values[one.name]));
  return define({
    name: `ts-${name}`,
    version: 1,
    title,
    inputs: INPUTS[reads],
    parameters,
    outputs,
    seed: "That of the package trading-signals; the run begins anew from time to time, as many bars back as it remembers.",
    refuses: (values: ParameterValues) => refuses?.(...listOf(values)),
    bind: (values: ParameterValues) => machineOf(loan, outputs, reads, listOf(values)),
  });
}

function machineOf({ make, fades, warmUp }: Loan, outputs: readonly string[], reads: Reads, values: Values) {
  const stride = INPUTS[reads].length;
  const warmUpBars = warmUp?.(...values) ?? make(...values).getRequiredInputs();
  const memoryBars = Math.min(MEMORY_BARS_MAX, warmUpBars + (fades?.(...values) ?? 0));
  // The bars of two memories, and the spare place that a look ahead may write into.
  const size = 2 * memoryBars + 1;
  const objects = new WeakMap<Fed, Live>();
  const inputAt = ({ places }: Fed, place: number): never => inputOf(places, (place % size) * stride, reads);
  const madeAgain = (state: Fed): Live => {
    const object = make(...values);
    for (let place = state.from; place < state.from + state.count; place += 1)
      object.add(inputAt(state, place));
    return { from: state.from, count: state.count, object };
  };
  return {
    warmUpBars,
    memoryBars,
    lookBars: 2 * memoryBars,
    start: (): Fed => ({ from: 0, count: 0, places: new Array<number>(size * stride).fill(0) }),
    next(state: Fed, bar: IndicatorBar, into: Float64Array): void {
      const known = objects.get(state);
      const live = known?.from === state.from && known.count === state.count ? known : madeAgain(state);
      const place = state.from + state.count;
      writeInput(state.places, (place % size) * stride, reads, bar);
      const result = live.object.add(inputAt(state, place));
      state.count += 1;
      live.count += 1;
      objects.set(state, live);
      if (state.count === 2 * memoryBars) {
        state.from = (state.from + memoryBars) % size;
        state.count = memoryBars;
      }
      for (const [at, output] of outputs.entries()) into[at] = numberOf(result, output);
    },
  };
}

function writeInput(places: number[], at: number, reads: Reads, { o, h, l, c, v }: IndicatorBar): void {
  if (reads === "bar")
    [places[at], places[at + 1], places[at + 2], places[at + 3], places[at + 4]] = [o, h, l, c, v];
  else places[at] = reads === "close" ? c : v;
}

function inputOf(places: readonly number[], at: number, reads: Reads): never {
  const [open, high, low, close, volume] = places.slice(at, at + 5);
  // SAFETY: an object of the package takes a number, or a candle of which it reads the fields that it needs.
  return (reads === "bar" ? { open, high, low, close, volume } : places[at]) as never;
}

function numberOf(result: unknown, output: string): number {
  if (result === null || result === undefined) return Number.NaN;
  const value = typeof result === "object" ? (result as Record<string, unknown>)[output] : result;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === "BULLISH") return 1;
  if (value === "BEARISH") return -1;
  return typeof value === "number" ? value : Number.NaN;
}
