/**
 * A run of one indicator over bars in order: what a stream keeps and a read goes through, one code, so that both say the same of the same
 * bars. Beside the machine's own state it counts trading days: what is anchored to one is warm once its beginning was in the run.
 */
import type { IndicatorBar } from "./bar.ts";
import { type Indicator, type IndicatorState, roomFor, valuesIn } from "./definition.ts";
import { copyState } from "./state.ts";

/** `days`: trading days that the run has seen, `day` the newest; `whole` is 1 where it began with the first bar that there is. */
export type Run = { machine: IndicatorState; days: number; day: number; whole: number };

export const startRun = (indicator: Indicator, isWhole: boolean): Run => ({
  machine: indicator.start(),
  days: 0,
  day: 0,
  whole: isWhole ? 1 : 0,
});

export const copyRun = (run: Run): Run => copyState(run);

export class Stepper {
  readonly indicator: Indicator;
  readonly #room: Float64Array;

  constructor(indicator: Indicator) {
    this.indicator = indicator;
    this.#room = roomFor(indicator);
  }

  /** Takes a bar that no other has to follow in its place. */
  take(run: Run, bar: IndicatorBar): void {
    this.#step(run, bar);
  }

  /** The same, and the JSON text of the values: `{"value":1.5,"warm":true}`. */
  tell(run: Run, bar: IndicatorBar): string {
    return this.#text(this.#step(run, bar));
  }

  /** What `tell` would say of a bar that still forms; the run stays as it is. */
  peek(run: Run, bar: IndicatorBar): string {
    const { days, day, whole } = run;
    return this.#text(this.#step({ machine: this.indicator.fork(run.machine), days, day, whole }, bar));
  }

  #step(run: Run, bar: IndicatorBar): boolean {
    if (run.days === 0 || bar.day !== run.day) {
      run.days += 1;
      run.day = bar.day;
    }
    return this.indicator.next(run.machine, bar, this.#room) && this.#isAnchored(run);
  }

  #isAnchored({ days, whole }: Run): boolean {
    const { anchor } = this.indicator.definition;
    if (anchor === undefined || whole === 1) return true;
    return anchor !== "start" && days > DAYS_BEFORE[anchor];
  }

  #text(warm: boolean): string {
    return JSON.stringify({ ...valuesIn(this.indicator, this.#room), warm });
  }
}

/** A run begins anywhere in its first day, so that one does not count. */
const DAYS_BEFORE = { day: 1, "previous-day": 2 } as const;
