/**
 * What an indicator is: its name, its parameters, how it begins, and one step. A definition is bound to values of its parameters once, and
 * is then a pure machine: a state that is plain data, and a step that changes it in place.
 */
import { assertBar, type IndicatorBar } from "./bar.ts";
import type { Parameter, ParameterValues, ValuesOf } from "./parameters.ts";
import { copyState, forkState, type State } from "./state.ts";

export type Input = "open" | "high" | "low" | "close" | "volume";

/** Where a run must begin for the value to be the true one, where no number of bars says it. */
export type Anchor =
  /** The first bar of the trading day. */
  | "day"
  /** The first bar of the trading day before. */
  | "previous-day"
  /** The first bar that there is. */
  | "start";

export type Machine<S extends State = State> = {
  /** The bar, counted from 1, that has the first value of every output; null where an anchor decides. */
  readonly warmUpBars: number | null;
  /** Bars, the newest one with them, before which none is felt at the precision of a float64; null where an anchor decides. */
  readonly memoryBars: number | null;
  /** Bars that a look ahead has to go through again; none where it is a step. */
  readonly lookBars?: number;
  start(): S;
  /** A state to look ahead with: may share lists. Where it is not given it is found slot by slot, which takes ten times as long. */
  fork?(state: S): S;
  /**
   * Takes a bar: changes `state` and writes every output into `into`, NaN where it has no value. What it changes of a list is the spare
   * place of a ring alone.
   */
  next(state: S, bar: IndicatorBar, into: Float64Array): void;
};

type Described = {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  /** What it reads of a bar; where it has a parameter `source` that is read in place of the close. */
  readonly inputs: readonly Input[];
  readonly outputs: readonly string[];
  /** How the first value comes about, in a sentence. */
  readonly seed: string;
  readonly anchor?: Anchor;
};

export type Definition = Described & {
  readonly parameters: readonly Parameter[];
  /** What is wrong with values that are each in range. */
  readonly refuses: (values: ParameterValues) => string | undefined;
  readonly bind: (values: ParameterValues) => Machine;
};

type Written<P extends readonly Parameter[], S extends State> = Described & {
  readonly parameters: P;
  readonly refuses?: (values: ValuesOf<P>) => string | undefined;
  readonly bind: (values: ValuesOf<P>) => Machine<S>;
};

/** A definition from one that knows the types of its own values and state. */
export function define<const P extends readonly Parameter[], S extends State>(
  written: Written<P, S>,
): Definition {
  const { bind, refuses } = written;
  // SAFETY: values come from parametersOf of this very list, and a machine meets only states of its own start.
  return {
    ...written,
    refuses: (refuses ?? (() => undefined)) as Definition["refuses"],
    bind: bind as unknown as Definition["bind"],
  };
}

/** A definition bound to its parameters: what is stepped. */
export type Indicator = {
  /** Canonical: every parameter written out, the source only where it is not the default. */
  readonly id: string;
  readonly definition: Definition;
  readonly parameters: ParameterValues;
  readonly warmUpBars: number | null;
  readonly memoryBars: number | null;
  /** Bars that `peek` goes through again: 0 where it costs a step. */
  readonly lookBars: number;
  readonly start: () => IndicatorState;
  /**
   * Takes a bar, writes its values into the room (NaN where there is none), and tells whether it is warm: no longer one of the warm-up.
   * A bar with a number that is not finite throws before anything has changed.
   */
  readonly next: (state: IndicatorState, bar: IndicatorBar, into: Float64Array) => boolean;
  /** A state that may be stepped once and is then thrown away, cheaper than a copy: see state.ts. */
  readonly fork: (state: IndicatorState) => IndicatorState;
  /** The same as `next`, with the state left as it was: for the bar that still forms. */
  readonly peek: (state: IndicatorState, bar: IndicatorBar, into: Float64Array) => boolean;
  readonly copy: (state: IndicatorState) => IndicatorState;
};

/** How many bars it has taken, and what the machine remembers of them. */
export type IndicatorState = { bars: number; own: State };

export function bound(definition: Definition, id: string, parameters: ParameterValues): Indicator {
  const machine = definition.bind(parameters);
  const { warmUpBars, memoryBars, lookBars = 0 } = machine;
  const next = (state: IndicatorState, bar: IndicatorBar, into: Float64Array): boolean => {
    assertBar(bar);
    state.bars += 1;
    machine.next(state.own, bar, into);
    return warmUpBars === null ? hasAll(into) : state.bars >= warmUpBars;
  };
  const forkOwn = machine.fork ?? forkState;
  const fork = ({ bars, own }: IndicatorState): IndicatorState => ({ bars, own: forkOwn(own) });
  return {
    id,
    definition,
    parameters,
    warmUpBars,
    memoryBars,
    lookBars,
    start: () => ({ bars: 0, own: machine.start() }),
    next,
    fork,
    peek: (state, bar, into) => next(fork(state), bar, into),
    copy: copyState,
  };
}

const hasAll = (into: Float64Array): boolean => into.every((value) => !Number.isNaN(value));

/** Room for the values of an indicator: one for each output. */
export const roomFor = ({ definition }: Indicator): Float64Array =>
  new Float64Array(definition.outputs.length).fill(Number.NaN);

/** As they are told: null where a value does not exist. */
export function valuesIn({ definition }: Indicator, room: Float64Array): Record<string, number | null> {
  const values: Record<string, number | null> = {};
  for (const [place, output] of definition.outputs.entries()) {
    const value = room[place];
    values[output] = value !== undefined && Number.isFinite(value) ? value : null;
  }
  return values;
}
