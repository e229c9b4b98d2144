/**
 * One indicator at one width, followed bar by bar: where its run is, the runs of the bars just before, and one that lies far enough back for
 * every bar that can still be revised. What is revised is run again from the newest of them that lies before it.
 */
import { copyRun, type Run, type Stepper } from "../../../src/quant/indicators/run.ts";
import type { State } from "../../../src/quant/indicators/state.ts";
import type { BarSource, TakenBar } from "./indicator-bars.ts";
import {
  CHECKPOINT_BARS,
  CLOSED_TOLD_MAX,
  LARGE_RUN_NUMBERS,
  RECENT_RUNS_MAX,
  REVISED_VALUES_MAX,
} from "./indicator-limits.ts";

/** A run that has taken the bar that starts at `t`, and none behind it. */
export type Place = { readonly t: number; readonly run: Run };
/** JSON text of the values of a bar. */
export type BarValues = { readonly bar: TakenBar; readonly values: string };
/** What a group has changed: values told for the first time, values told anew, and bars that are none any more. */
export type Followed = {
  readonly first: readonly BarValues[];
  readonly again: readonly BarValues[];
  readonly gone: readonly TakenBar[];
  /** The run begins anew behind what was told: nobody can say one by one what has changed. */
  readonly isLost: boolean;
};
/** Where a revision is run again from, and the values behind it as they were; `lost` where the bars that led to them are not all there. */
export type Before = { readonly place: Place; readonly values: readonly BarValues[] } | "lost";

export class KeptIndicator {
  readonly stepper: Stepper;
  readonly #source: BarSource;
  #base: Place;
  #now: Place;
  /** Ascending, all before `now`. */
  #recent: Place[] = [];
  readonly #recentMax: number;
  /** The newest values as they were told, where the source knows nothing of them any more. */
  readonly #told = new Map<number, BarValues>();
  /** Of the newest closed bar. */
  last: BarValues | undefined;
  /** It has moved since it was written. */
  isBaseNew = true;

  constructor(
    stepper: Stepper,
    source: BarSource,
    base: Place,
    now: Place = { t: base.t, run: copyRun(base.run) },
  ) {
    this.stepper = stepper;
    this.#source = source;
    this.#base = base;
    this.#recentMax = numbersIn(base.run) > LARGE_RUN_NUMBERS ? 1 : RECENT_RUNS_MAX;
    this.#now = now;
  }

  get now(): Place {
    return this.#now;
  }
  get base(): Place {
    return this.#base;
  }
  /** Values held in memory. */
  get told(): number {
    return this.#told.size;
  }
  /** Runs held in memory. */
  get runs(): number {
    return 2 + this.#recent.length;
  }

  /** Takes closed bars in order, each behind the newest. */
  take(bars: readonly TakenBar[]): BarValues[] {
    const values = bars.map((bar, place) => {
      const { t, run } = this.#now;
      if (place >= bars.length - this.#recentMax) this.#recent.push({ t, run: copyRun(run) });
      this.#now = { t: bar.t, run };
      return { bar, values: this.stepper.tell(run, bar) };
    });
    this.#recent = this.#recent.slice(-this.#recentMax);
    this.last = values.at(-1) ?? this.last;
    this.#moveBase();
    return values;
  }

  /** Before the bars of a group are written: the values that a revision from that start on may change. Undefined where it changes none. */
  before(start: number): Before | undefined {
    if (start > this.#now.t || (start <= this.#base.t && !this.#hasMoved)) return undefined;
    const place = this.#recent.findLast(({ t }) => t < start) ?? this.#base;
    if (start <= place.t || !this.#source.holdsBehind(place.t)) return "lost";
    const run = copyRun(place.run);
    const values = this.#takenSince(place).map((bar) => ({ bar, values: this.stepper.tell(run, bar) }));
    return { place, values: this.#source.tellsOld ? values : values.filter(({ bar }) => bar.t < start) };
  }

  /** After they are written: takes the bars that closed, and runs again what was revised. */
  follow(before: Before | undefined): Followed {
    if (before === "lost") return LOST;
    const told = this.#now.t;
    const { place, values: old } = before ?? { place: this.#now, values: [] };
    const limit = old.length + CLOSED_TOLD_MAX;
    const bars = this.#source.closed({ after: place.t, until: FOREVER, limit: limit + 1 });
    if (bars.length > limit) return LOST;
    if (before !== undefined) this.#goBackTo(place);
    const values = this.take(bars);
    const known = new Map([...this.#told.values(), ...old].map((one) => [one.bar.t, one]));
    if (!this.#source.tellsOld) this.#remember(values);
    const standing = new Set(bars.map(({ t }) => t));
    return {
      first: values.filter(({ bar }) => bar.t > told),
      again: values.filter((one) => one.bar.t <= told && !isSame(one, known.get(one.bar.t))),
      gone: old.filter(({ bar }) => !standing.has(bar.t)).map(({ bar }) => this.#withdrawn(bar)),
      isLost: false,
    };
  }

  /** Values of the bars that form, the run left as it is. */
  forming(): BarValues[] {
    const bars = this.#source.forming().filter(({ t }) => t > this.#now.t);
    const [newest] = bars.slice(-1);
    if (newest === undefined) return [];
    if (bars.length === 1) return [{ bar: newest, values: this.stepper.peek(this.#now.run, newest) }];
    const run = copyRun(this.#now.run);
    return bars.map((bar) => ({ bar, values: this.stepper.tell(run, bar) }));
  }

  /** The bars before it have gone: what is revised there cannot be run again. */
  get #hasMoved(): boolean {
    return this.#base.run.machine.bars > 0;
  }

  #goBackTo({ t, run }: Place): void {
    this.#recent = this.#recent.filter((place) => place.t < t);
    this.#now = { t, run: copyRun(run) };
    this.last = undefined;
  }

  /** So far back that no more bars are needed than are kept. */
  #moveBase(): void {
    const { bars } = this.#now.run.machine;
    if (bars - this.#base.run.machine.bars < 2 * CHECKPOINT_BARS) return;
    const taken = this.#source.holdsBehind(this.#base.t) ? this.#takenSince(this.#base) : [];
    const run = copyRun(this.#base.run);
    const early = taken.slice(0, -CHECKPOINT_BARS);
    for (const bar of early) this.stepper.take(run, bar);
    const newest = early.at(-1);
    this.#base = newest === undefined ? (this.#recent[0] ?? this.#now) : { t: newest.t, run };
    this.isBaseNew = true;
  }

  #remember(values: readonly BarValues[]): void {
    for (const one of values) {
      this.#told.delete(one.bar.t);
      this.#told.set(one.bar.t, one);
    }
    for (const t of this.#told.keys()) {
      if (this.#told.size <= REVISED_VALUES_MAX) break;
      this.#told.delete(t);
    }
  }

  #withdrawn(bar: TakenBar): TakenBar {
    return { ...bar, rev: this.#source.revOf(bar.t) };
  }

  #takenSince({ t }: Place): readonly TakenBar[] {
    return this.#source.closed({ after: t, until: this.#now.t, limit: TAKEN_MAX });
  }
}

/** Behind a checkpoint there are never as many. */
const TAKEN_MAX = 2 * CHECKPOINT_BARS + 2 * CLOSED_TOLD_MAX;
/** Of a state: what it costs in memory. */
function numbersIn(state: State): number {
  let numbers = 0;
  for (const value of Object.values(state)) {
    if (typeof value === "number") numbers += 1;
    else numbers += Array.isArray(value) ? value.length : numbersIn(value);
  }
  return numbers;
}

const isSame = (one: BarValues, other: BarValues | undefined): boolean =>
  one.values === other?.values && one.bar.rev === other.bar.rev;
const FOREVER = Number.MAX_SAFE_INTEGER - 1;
const NOTHING = { first: [], again: [], gone: [] };
const LOST: Followed = { ...NOTHING, isLost: true };
