/**
 * The newest bars of one series, ascending, in memory while the object lives: which of them are still told as forming, what a turn has changed,
 * and what has left. What was closed when it changes has one revision more, once in a turn.
 */
import { isSame, type KeptBar, keptBar, type MadeBar, placeOf, type SeriesDay } from "./kept-bar.ts";
import { SERIES_BARS_KEPT, SERIES_BARS_MAX } from "./series-limits.ts";

/** Whether a bar that began then, of a day that ends then, is closed now; and whether it was when the last turn ended. */
export type Closings = {
  readonly isClosed: (began: number, dayEnd: number) => boolean;
  readonly wasClosed: (began: number, dayEnd: number) => boolean;
};
/** `isNews`: it has changed, whatever it was. */
export type Keeping = {
  readonly isNews?: boolean;
  readonly isPartial: boolean;
  /** Nobody was told of any bar yet. */
  readonly isFirst: boolean;
};

/** What a turn has left: bars that a reader sees change or close, all that differ from the disk, and the newest of those that left. */
export type TurnOfBars = {
  readonly told: readonly KeptBar[];
  readonly changed: readonly KeptBar[];
  readonly trimmed: KeptBar | undefined;
};

export class KeptBars {
  readonly #bars: KeptBar[];
  readonly #closings: Closings;
  /** Told as forming last: at most that of the newest day, and of the one before until it has closed. */
  readonly #open: Set<KeptBar>;
  /** Of this turn, with the revision that was told before. */
  readonly #touched = new Map<KeptBar, number>();
  /** They hold other trades that look the same. */
  readonly #unseen = new Set<KeptBar>();
  #trimmed: KeptBar | undefined;

  /** `bars` ascend, as the last turn left them: this one may be under way. */
  constructor(bars: KeptBar[], closings: Closings) {
    this.#bars = bars;
    this.#closings = closings;
    this.#open = new Set(
      bars.filter((bar) => !bar.whole && !bar.gone && !closings.wasClosed(bar.held.first[0], bar.dayEnd)),
    );
  }

  /** Those that are gone among them. */
  get all(): readonly KeptBar[] {
    return this.#bars;
  }

  /** With a price or without. */
  get newest(): KeptBar | undefined {
    return this.#bars.findLast(({ gone }) => !gone);
  }

  isOpen(bar: KeptBar): boolean {
    return this.#open.has(bar);
  }

  /** Of that day, ascending; those that are gone are its last. */
  ofDay(day: number): readonly KeptBar[] {
    return this.#bars.slice(placeOf(this.#bars, day, 0), placeOf(this.#bars, day + 1, 0));
  }

  /** The one before it in its day. */
  before({ day, i }: KeptBar): KeptBar | undefined {
    const bar = this.#bars[placeOf(this.#bars, day, i) - 1];
    return bar?.day === day ? bar : undefined;
  }

  keep(made: MadeBar, day: SeriesDay, { isNews = false, isPartial, isFirst }: Keeping): void {
    const place = placeOf(this.#bars, day.day, made.i);
    const present = this.#bars[place];
    const isKnown = present?.day === day.day && present.i === made.i;
    const wasClosed = !isFirst && this.#closings.wasClosed(made.held.first[0], day.end);
    const bar = isKnown ? present : keptBar(made, day, isPartial, wasClosed ? 1 : 0);
    const had = !bar.gone && made.held.prices === undefined ? bar.held : undefined;
    if (!isKnown) {
      this.#bars.splice(place, 0, bar);
      this.#touched.set(bar, 0);
    } else if (had?.prices !== undefined) this.#withdraw(bar);
    else if (isNews || bar.gone || !isSame(bar, made)) this.#touch(bar);
    else this.#unseen.add(bar);
    Object.assign(bar, made, { gone: false, had: had?.prices === undefined ? undefined : had });
    if (!bar.whole && !wasClosed) this.#open.add(bar);
  }

  /** What stood from there on in a day is these bars now. */
  replace(day: SeriesDay, old: readonly KeptBar[], made: readonly MadeBar[], keeping: Keeping): void {
    const since = this.#sinceOf(old, made);
    const places = new Set(made.map(({ i }) => i));
    for (const bar of old) {
      if (bar.gone || bar.i < since || places.has(bar.i)) continue;
      this.#withdraw(bar);
      bar.gone = true;
    }
    for (const bar of made) if (bar.i >= since) this.keep(bar, day, keeping);
    this.trim();
  }

  /** Their trades are not all known any more: they stand as they are, and say so. */
  losePlace(bars: readonly KeptBar[]): void {
    for (const bar of bars) {
      if (bar.gone || bar.partial) continue;
      this.#touch(bar);
      bar.partial = true;
    }
  }

  trim(): void {
    if (this.#bars.length <= SERIES_BARS_MAX) return;
    const gone = this.#bars.splice(0, this.#bars.length - SERIES_BARS_KEPT);
    for (const bar of gone) {
      this.#touched.delete(bar);
      this.#unseen.delete(bar);
      this.#open.delete(bar);
    }
    this.#trimmed = gone.at(-1);
  }

  /** The turn is over. Ascending. */
  endTurn(): TurnOfBars {
    for (const bar of this.#open) {
      const isClosed = this.#closings.isClosed(bar.held.first[0], bar.dayEnd);
      if (bar.gone || bar.whole || isClosed) this.#open.delete(bar);
      if (isClosed) this.#touched.set(bar, bar.rev);
    }
    const told = [...this.#touched.keys()].sort((one, other) => one.day - other.day || one.i - other.i);
    const changed = [...new Set([...told, ...this.#unseen])];
    const trimmed = this.#trimmed;
    this.#touched.clear();
    this.#unseen.clear();
    this.#trimmed = undefined;
    return { told, changed, trimmed };
  }

  /** The first of these bars that stays: what has left does not come back, and of more than are kept the oldest leave. */
  #sinceOf(old: readonly KeptBar[], made: readonly MadeBar[]): number {
    const [oldest] = old;
    const left = oldest !== undefined && this.#bars[0] === oldest ? oldest.i : 0;
    return Math.max(left, (made.at(-1)?.i ?? 0) + 1 - SERIES_BARS_MAX);
  }

  /** Before its first change in a turn. */
  #touch(bar: KeptBar): void {
    if (this.#touched.has(bar)) return;
    this.#touched.set(bar, bar.rev);
    if (!this.#open.has(bar)) bar.rev += 1;
  }

  /** It is told as no bar any more, also where it formed. */
  #withdraw(bar: KeptBar): void {
    this.#touch(bar);
    bar.rev = Math.max(bar.rev, (this.#touched.get(bar) ?? 0) + 1);
  }
}
