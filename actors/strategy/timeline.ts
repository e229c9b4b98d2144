/**
 * Moments in event time. They arrive in any order and are folded in one: a moment that comes late is put where it belongs, what was
 * folded after it is taken back and folded again. The cost is that of the moments it jumps over, not of the whole window; and of those in
 * its own minute only, where what follows is of other legs.
 */
import { assert } from "../../src/domain/assert.ts";
import { bucketStart, type EpochMs, MINUTE_MS } from "../../src/domain/time.ts";
import { type HoldingAmounts, sumOf } from "../../src/quant/money/holding.ts";
import type { RateSource } from "./currency-sums.ts";
import { advance, copyOfFold, type Fold, restoreMinutes, retreat, type Step } from "./fold.ts";
import {
  addChange,
  addLeg,
  becomeLeg,
  type LegTerms,
  legOf,
  removeLeg,
  setMark,
  setSources,
} from "./holdings.ts";
import {
  type BookingMoment,
  compareMoments,
  type HeardMoment,
  isBooking,
  type Mark,
  type Moment,
  type RevisedMoment,
} from "./moment.ts";
import { movesTail, putBack, setAside, type Tail, tailIndex } from "./tail.ts";

export class Timeline {
  /** Everything up to the floor, for good. */
  readonly base: Fold;
  #tip: Fold;
  #steps: Step[] = [];
  #floor: Moment | undefined;

  constructor(base: Fold, floor?: Moment) {
    this.base = base;
    this.#tip = copyOfFold(base);
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

  addLeg(terms: LegTerms): void {
    addLeg(this.base, terms);
    addLeg(this.#tip, terms);
  }

  /** For a symbol that was no leg: nothing of it is held. */
  becomeLeg(terms: LegTerms): void {
    becomeLeg(this.base, terms);
    becomeLeg(this.#tip, terms);
  }

  /** For a flat leg of which no moment is kept: what it realised stays in the sums. */
  removeLeg(symbol: string): void {
    removeLeg(this.base, symbol);
    removeLeg(this.#tip, symbol);
  }

  /** From which symbols the rates come, for all that can still be folded again. */
  /** Of a group: from the start. */
  sumUp(): void {
    this.#changeStart(this.#steps.length === 0, (fold) => {
      fold.isSum = true;
    });
  }

  rateBy(sources: readonly RateSource[]): void {
    this.#changeStart(this.#steps.length === 0, (fold) => setSources(fold, sources));
  }

  insert(arrived: readonly HeardMoment[]): void {
    const { fresh, revised } = this.#told(arrived);
    const first = earliest(fresh[0], revised[0]);
    if (first === undefined) return;
    const last = Math.max(fresh.at(-1)?.ts ?? 0, revised.at(-1)?.ts ?? 0);
    const late = new Set(arrived.map((moment) => moment.symbol));
    const tail = this.#setAside(bucketStart(last, MINUTE_MS) + MINUTE_MS, late);
    const jumped = this.#takeBack(this.#indexAfter(first) - (first === revised[0] ? 1 : 0));
    for (const moment of merged(withRevisions(jumped, revised), fresh))
      this.#steps.push(advance(this.#tip, moment));
    if (tail !== undefined) for (const step of putBack(this.#tip, tail, late)) this.#steps.push(step);
  }

  /** What comes new, and the bookings among the kept ones that are other than they were; both in order. */
  #told(arrived: readonly HeardMoment[]): { fresh: Moment[]; revised: BookingMoment[] } {
    const plain = arrived.filter((moment) => moment.kind !== "revised");
    const revisions = Map.groupBy(
      arrived.filter((moment) => moment.kind === "revised"),
      (revision) => revision.of,
    );
    const fresh = plain.map((moment) => {
      const own = revisions.get(moment.order) ?? [];
      revisions.delete(moment.order);
      return isBooking(moment) ? withChanges(moment, own) : moment;
    });
    const revised = [...revisions.values()].map((own) => withChanges(this.#bookingOf(own[0]), own));
    return { fresh: fresh.sort(compareMoments), revised: revised.sort(compareMoments) };
  }

  #bookingOf(revision: RevisedMoment | undefined): BookingMoment {
    assert(revision !== undefined, "a group has an entry");
    let low = 0;
    let high = this.#steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#steps[middle]?.moment.ts ?? 0) < revision.ts) low = middle + 1;
      else high = middle;
    }
    while (this.#steps[low]?.moment.ts === revision.ts && this.#steps[low]?.moment.order !== revision.of)
      low += 1;
    const moment = this.#steps[low]?.moment;
    assert(moment !== undefined && isBooking(moment), "a revision is of a booking that can be folded again");
    return moment;
  }

  /** Held before the first moment. */
  holdFromStart(symbol: string, change: HoldingAmounts): void {
    this.#changeStart(this.#steps.length === 0, (fold) => addChange(fold, legOf(fold, symbol), change));
  }

  /** Priced before the first moment. A leg that has not been held so far changes nothing by it. */
  priceFromStart(symbol: string, mark: Mark | undefined): void {
    const leg = legOf(this.base, symbol);
    const untouched =
      leg.qty === 0n && leg.rates.length === 0 && !this.#steps.some((step) => step.moment.symbol === symbol);
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
    this.#tip = copyOfFold(this.base);
    this.#steps = moments.map((moment) => advance(this.#tip, moment));
  }

  /** The minutes from `end` on, where nothing in them is of the legs that are late. */
  #setAside(end: number, late: ReadonlySet<string>): Tail | undefined {
    const index = tailIndex(this.#steps, end);
    if (index === this.#steps.length) return undefined;
    for (const symbol of late) if (!movesTail(legOf(this.#tip, symbol))) return undefined;
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

/** Of what is kept and what is new, which is first. */
function earliest(one: Moment | undefined, other: Moment | undefined): Moment | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return compareMoments(one, other) <= 0 ? one : other;
}

const withChanges = (moment: BookingMoment, revisions: readonly RevisedMoment[]): BookingMoment =>
  revisions.length === 0
    ? moment
    : { ...moment, change: revisions.reduce((sum, { change }) => sumOf(sum, change), moment.change) };

function withRevisions(moments: readonly Moment[], revised: readonly BookingMoment[]): readonly Moment[] {
  if (revised.length === 0) return moments;
  const anew = new Map(revised.map((moment) => [moment.order, moment]));
  return moments.map((moment) => anew.get(moment.order) ?? moment);
}
