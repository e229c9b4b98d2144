/**
 * Moments in event time. They arrive in any order and are folded in one: a moment that comes late is put where it belongs, what was
 * folded after it is taken back and folded again. The cost is that of the moments it jumps over, not of the whole window; and of those in
 * its own minute only, where what follows is of other legs.
 */
import { bucketStart, type EpochMs, MINUTE_MS } from "../../src/domain/time.ts";
import {
  addChange,
  addLeg,
  advance,
  type Fold,
  legOf,
  type MinuteFold,
  restoreMinutes,
  retreat,
  type Step,
  setMark,
} from "./fold.ts";
import { compareMoments, type HoldingChange, type Mark, type Moment } from "./moment.ts";
import { putBack, setAside, type Tail, tailIndex } from "./tail.ts";

export class Timeline {
  /** Everything up to the floor, for good. */
  readonly base: Fold;
  #tip: Fold;
  #steps: Step[] = [];
  #floor: Moment | undefined;

  constructor(base: Fold, floor?: Moment) {
    this.base = base;
    this.#tip = copyOf(base);
    this.#floor = floor;
  }

  /** Everything that has been heard. */
  get tip(): Fold {
    return this.#tip;
  }

  /** Moments that can still be reordered. */
  get size(): number {
    return this.#steps.length;
  }

  /** The newest moment that is folded for good. */
  get floor(): Moment | undefined {
    return this.#floor;
  }

  moments(): Moment[] {
    return this.#steps.map((step) => step.moment);
  }

  /** Whether a moment can be put where it belongs, or comes too late for that. */
  admits(moment: Moment): boolean {
    return this.#floor === undefined || compareMoments(moment, this.#floor) > 0;
  }

  addLeg(symbol: string, unit: bigint, overBound = false): void {
    addLeg(this.base, symbol, unit, overBound);
    addLeg(this.#tip, symbol, unit, overBound);
  }

  /** For a flat leg of which no moment is kept: what it realised stays in the sums. */
  removeLeg(symbol: string): void {
    this.base.legs.delete(symbol);
    this.#tip.legs.delete(symbol);
  }

  insert(arrived: readonly Moment[]): void {
    const fresh = arrived.toSorted(compareMoments);
    const first = fresh[0];
    if (first === undefined) return;
    const late = new Set(fresh.map((moment) => moment.symbol));
    const tail = this.#setAside(bucketStart(fresh.at(-1)?.ts ?? first.ts, MINUTE_MS) + MINUTE_MS, late);
    const jumped = this.#takeBack(this.#indexAfter(first));
    for (const moment of merged(jumped, fresh)) this.#steps.push(advance(this.#tip, moment));
    if (tail !== undefined) for (const step of putBack(this.#tip, tail, late)) this.#steps.push(step);
  }

  /** Held before the first moment. */
  holdFromStart(symbol: string, change: HoldingChange): void {
    this.#changeStart(this.#steps.length === 0, (fold) => addChange(fold, legOf(fold, symbol), change, 1n));
  }

  /** Priced before the first moment. A leg that has not been held so far changes nothing by it. */
  priceFromStart(symbol: string, mark: Mark | undefined): void {
    const untouched =
      legOf(this.base, symbol).qty === 0n && !this.#steps.some((step) => step.moment.symbol === symbol);
    this.#changeStart(untouched, (fold) => setMark(fold, legOf(fold, symbol), mark));
  }

  /** Folds the oldest `count` moments for good. */
  retire(count: number): void {
    const leaving = this.#steps.splice(0, count);
    for (const { moment } of leaving) {
      advance(this.base, moment);
      this.#floor = moment;
    }
    const { minutes } = this.base;
    minutes.splice(0, minutes.length - 1);
    const first = minutes[0]?.start ?? 0;
    const kept = this.#tip.minutes.findIndex((minute) => minute.start >= first);
    this.#tip.minutes.splice(0, Math.max(0, kept));
  }

  /** Moments at the front whose minute ends no later than `end`. */
  countEndedBy(end: number): number {
    const index = this.#steps.findIndex((step) => bucketStart(step.moment.ts, MINUTE_MS) + MINUTE_MS > end);
    return index < 0 ? this.#steps.length : index;
  }

  /** The minute of the moment at `index`, or undefined past the last one. */
  minuteAt(index: number): EpochMs | undefined {
    const step = this.#steps[index];
    return step === undefined ? undefined : bucketStart(step.moment.ts, MINUTE_MS);
  }

  /** Folds all moments again, unless the change is to the tip what it is to the base. */
  #changeStart(foldsAlike: boolean, change: (fold: Fold) => void): void {
    change(this.base);
    if (foldsAlike) {
      change(this.#tip);
      return;
    }
    const moments = this.moments();
    this.#tip = copyOf(this.base);
    this.#steps = moments.map((moment) => advance(this.#tip, moment));
  }

  /** The minutes from `end` on, where nothing in them is of the legs that are late. */
  #setAside(end: number, late: ReadonlySet<string>): Tail | undefined {
    const index = tailIndex(this.#steps, end);
    if (index === this.#steps.length) return undefined;
    const steps = this.#steps.slice(index);
    if (steps.some((step) => late.has(step.moment.symbol))) return undefined;
    this.#steps.length = index;
    const tail = setAside(this.#tip, steps);
    restoreMinutes(this.#tip, this.#steps.at(-1), this.base.minutes.at(-1));
    return tail;
  }

  /** Removes the steps from `index` on and answers their moments. */
  #takeBack(index: number): Moment[] {
    if (index === this.#steps.length) return [];
    const jumped = this.#steps.splice(index);
    for (let at = jumped.length - 1; at >= 0; at--) {
      const step = jumped[at];
      if (step !== undefined) retreat(this.#tip, step);
    }
    restoreMinutes(this.#tip, this.#steps.at(-1), this.base.minutes.at(-1));
    return jumped.map((step) => step.moment);
  }

  /** Where a moment belongs: after all that come no later. Most belong at the end. */
  #indexAfter(moment: Moment): number {
    let low = 0;
    let high = this.#steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const step = this.#steps[middle];
      if (step !== undefined && compareMoments(step.moment, moment) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function* merged(one: readonly Moment[], other: readonly Moment[]): Generator<Moment> {
  let left = 0;
  let right = 0;
  for (;;) {
    const first = one[left];
    const second = other[right];
    if (first === undefined && second === undefined) return;
    if (second === undefined || (first !== undefined && compareMoments(first, second) <= 0)) {
      left += 1;
      if (first !== undefined) yield first;
    } else {
      right += 1;
      yield second;
    }
  }
}

const copyOf = (fold: Fold): Fold => ({
  ...fold,
  legs: new Map([...fold.legs].map(([symbol, leg]) => [symbol, { ...leg }])),
  minutes: fold.minutes.map((minute): MinuteFold => ({ ...minute })),
});
