/** Returns of the symbol's closed bars, close to close, in the shares of one day: what it tells of its past to who reckons with covariances. */
import {
  RETOLD,
  RETURN_RESOLUTIONS,
  RETURN_SCALE,
  RETURNS_MAX,
  type ReturnNews,
  type ReturnResolution,
  type SlotReturn,
  type SymbolReturns,
} from "../../../src/domain/bar-return.ts";
import { factorsAt, ladderOf, type Ratio, type Step } from "../../../src/quant/adjustment.ts";
import { widthMsOf } from "../../../src/quant/bar-calendar.ts";
import { barsShown } from "../bars/bar-page.ts";
import type { Bar } from "../bars/bars.ts";
import { sessionAfter } from "../liquidity/sessions.ts";
import type { PastSources } from "./past-prices.ts";

/** Days on which nothing trades that may have a bar, between two that are told: a long closing of an exchange. */
const IDLE_DAYS_MAX = 10;
const ONE = 10 ** RETURN_SCALE;

export class PastReturns {
  readonly #sources: PastSources;

  constructor(sources: PastSources) {
    this.#sources = sources;
  }

  /** The newest so many. */
  history(resolution: ReturnResolution): SymbolReturns {
    const bars = this.#closed(resolution, Number.MAX_SAFE_INTEGER, RETURNS_MAX + 1);
    const ladder = this.#ladder();
    const returns = bars.flatMap((bar, index): SlotReturn[] => {
      const before = bars[index - 1];
      return before === undefined ? [] : [[this.#slotOf(resolution, bar), returned(bar, before, ladder)]];
    });
    return { resolution, barsPerDay: this.#barsPerDay(resolution), returns: returns.slice(-RETURNS_MAX) };
  }

  /** Of bars that have closed or were revised, with those that stand on them. What is none any more is to be asked for. */
  news(untold: ReadonlyMap<ReturnResolution, UntoldBars>): readonly ReturnNews[] {
    return [...untold].flatMap(([resolution, starts]): readonly ReturnNews[] => {
      if (starts === "retold") return [[resolution, 0, 0, RETOLD]];
      const ends = starts.flatMap((start) => [start, this.#startAfter(resolution, start) ?? start]);
      return [...new Set(ends)].sort(ascending).flatMap((start) => this.#newsOf(resolution, start));
    });
  }

  #newsOf(resolution: ReturnResolution, start: number): readonly ReturnNews[] {
    if (!this.#isCounted(resolution, start)) return [];
    const newest = this.#closed(resolution, start + 1, 2);
    const [bar, before] = [newest.at(-1), newest.at(-2)];
    if (bar?.start !== start) return [[resolution, 0, 0, RETOLD]];
    if (before === undefined) return [];
    const value = returned(bar, before, this.#ladder());
    return [[resolution, this.#slotOf(resolution, bar), value, this.#slotOf(resolution, before)]];
  }

  #startAfter(resolution: ReturnResolution, start: number): number | undefined {
    const { state, bars } = this.#sources;
    const range = { from: start + 1, to: Number.MAX_SAFE_INTEGER, limit: RETURNS_MAX };
    const later = barsShown(state, bars, resolution, range);
    return later.find(({ bar, closed }) => closed && this.#isCounted(resolution, bar.start))?.bar.start;
  }

  /** The newest of those that have closed and start earlier, ascending. */
  #closed(resolution: ReturnResolution, to: number, count: number): readonly Bar[] {
    const { state, bars } = this.#sources;
    const idle = resolution === "1D" ? Math.max(IDLE_DAYS_MAX, count) : 0;
    // One or two that are forming are among them.
    const shown = barsShown(state, bars, resolution, { from: 0, to, limit: count + idle + 2 });
    return shown
      .filter(({ bar, closed }) => closed && this.#isCounted(resolution, bar.start))
      .map(({ bar }) => bar)
      .slice(-count);
  }

  /** What is traded on a date without a session is no close of one. */
  #isCounted(resolution: ReturnResolution, start: number): boolean {
    return resolution !== "1D" || this.#sources.state.calendar.dayAt(start).stretches.length > 0;
  }

  #slotOf(resolution: ReturnResolution, { start }: Bar): number {
    const widthMs = widthMsOf(resolution);
    return widthMs === undefined
      ? this.#sources.state.calendar.dayNumberOf(start)
      : Math.floor(start / widthMs);
  }

  #barsPerDay(resolution: ReturnResolution): number {
    const { state } = this.#sources;
    const widthMs = widthMsOf(resolution);
    if (widthMs === undefined) return 1;
    const today = state.calendar.dayAt(state.watermark);
    const { stretches = [] } = today.stretches.length > 0 ? today : (sessionAfter(state, today.day) ?? {});
    const count = stretches.reduce((sum, { start, end }) => sum + Math.ceil((end - start) / widthMs), 0);
    return Math.max(1, count);
  }

  #ladder(): readonly Step[] {
    return ladderOf(this.#sources.steps(Number.MAX_SAFE_INTEGER));
  }
}

const ascending = (one: number, other: number): number => one - other;

function returned(bar: Bar, before: Bar, ladder: readonly Step[]): number {
  const [now, then] = [bar, before].map(({ start, c }) => c * asNumber(factorsAt(ladder, start).price));
  return now === undefined || then === undefined ? 0 : Math.round((now / then - 1) * ONE);
}

const asNumber = ({ numerator, denominator }: Ratio): number => Number(numerator) / Number(denominator);

/** Starts of bars; `retold` where there are too many of them, or where all may be others. */
export type UntoldBars = readonly number[] | "retold";

/** Of the bars that turns have told, those that the hub has not heard of. */
export class UntoldReturns {
  #bars = new Map<ReturnResolution, UntoldBars>();

  get size(): number {
    return this.#bars.size;
  }

  /** True where one of them is not to wait for the next price: only minutes come soon enough by themselves. */
  note(told: Iterable<{ readonly resolution: string; readonly bar: { readonly start: number } }>): boolean {
    let isWaitedFor = false;
    for (const { resolution, bar } of told) {
      const width = RETURN_RESOLUTIONS.find((known) => known === resolution);
      if (width === undefined) continue;
      this.#bars.set(width, withStart(this.#bars.get(width) ?? [], bar.start));
      if (width !== "1") isWaitedFor = true;
    }
    return isWaitedFor;
  }

  /** A split is known since, or is none any more; or what was told did not arrive. */
  noteRetold(): void {
    for (const resolution of RETURN_RESOLUTIONS) this.#bars.set(resolution, "retold");
  }

  take(): ReadonlyMap<ReturnResolution, UntoldBars> {
    const taken = this.#bars;
    this.#bars = new Map();
    return taken;
  }

  /** They were not heard. */
  putBack(taken: ReadonlyMap<ReturnResolution, UntoldBars>): void {
    for (const [resolution, starts] of taken) {
      const since = this.#bars.get(resolution) ?? [];
      const both = starts === "retold" || since === "retold" ? "retold" : since.reduce(withStart, starts);
      this.#bars.set(resolution, both);
    }
  }
}

/** Bars of one width that wait for the hub: one that has closed, and one that was revised. */
const UNTOLD_MAX = 2;

function withStart(starts: UntoldBars, start: number): UntoldBars {
  if (starts === "retold" || starts.includes(start)) return starts;
  return starts.length >= UNTOLD_MAX ? "retold" : [...starts, start];
}
