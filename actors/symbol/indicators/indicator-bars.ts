/** A symbol's bars of one width as indicators take them: closed ones as they stand on disk, and those that form. */
import { isSecondResolution, type Resolution, type SecondResolution } from "../../../src/domain/bar.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { bucketStart } from "../../../src/domain/time.ts";
import type { BarResolution } from "../../../src/quant/bar-calendar.ts";
import type { IndicatorBar } from "../../../src/quant/indicators/bar.ts";
import type { BarRows } from "../bars/bar-rows.ts";
import { type Bar, isPriced, minuteEnd } from "../bars/bars.ts";
import { formingSpans, isClosed } from "../bars/closing.ts";
import { newestSeconds, SECOND_WIDTHS, secondsIn } from "../bars/seconds.ts";
import { foldOf } from "../bars/window.ts";
import type { TradeLog } from "../log/trade-log.ts";
import type { SymbolState } from "../state.ts";

/** With the revision that is told with its values. */
export type TakenBar = IndicatorBar & { readonly rev: number };
/** Those that start behind `after`, up to and with `until`: of more than `limit` the newest, ascending. */
export type BarStretch = { readonly after: number; readonly until: number; readonly limit: number };

export type BarSource = {
  closed(stretch: BarStretch): readonly TakenBar[];
  forming(): readonly TakenBar[];
  /** The bar that holds that moment, where its trades were all cancelled and no closed bar of the width tells of it. */
  goneAt(ts: number): TakenBar | undefined;
  /** The revision of a bar that was told, and is none any more. */
  revOf(start: number): number;
  /** Whether every closed bar behind that moment is still here. */
  holdsBehind(after: number): boolean;
  /** Until a group is written it tells bars as they were. Bars of seconds are folded of a log that has the group's trades at once. */
  readonly tellsOld: boolean;
};
export type BarPlaces = {
  readonly bars: Pick<BarRows, "page" | "oldest" | "revOf">;
  readonly log: Pick<TradeLog, "entries" | "reach" | "newestTs" | "isWhole">;
};

/** Bars that are read once for all indicators of a width, until it is told that they have changed. */
export class SharedBars implements BarSource {
  readonly #source: BarSource;
  readonly #read = new Map<string, readonly TakenBar[]>();

  constructor(source: BarSource) {
    this.#source = source;
  }

  get tellsOld(): boolean {
    return this.#source.tellsOld;
  }

  changed(): void {
    this.#read.clear();
  }

  closed(stretch: BarStretch): readonly TakenBar[] {
    const { after, until, limit } = stretch;
    return this.#once(`${after} ${until} ${limit}`, () => this.#source.closed(stretch));
  }

  forming(): readonly TakenBar[] {
    return this.#once("forming", () => this.#source.forming());
  }

  goneAt(ts: number): TakenBar | undefined {
    return this.#once(`gone ${ts}`, () => {
      const gone = this.#source.goneAt(ts);
      return gone === undefined ? [] : [gone];
    })[0];
  }

  revOf(start: number): number {
    return this.#source.revOf(start);
  }

  holdsBehind(after: number): boolean {
    return this.#source.holdsBehind(after);
  }

  #once(key: string, read: () => readonly TakenBar[]): readonly TakenBar[] {
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const bars = read();
    this.#read.set(key, bars);
    return bars;
  }
}

type Terms = {
  readonly state: SymbolState;
  readonly places: BarPlaces;
  readonly instrument: Instrument;
};

export const barSource = (terms: Terms, resolution: BarResolution): BarSource =>
  isSecondResolution(resolution) ? secondSource(terms, resolution) : storedSource(terms, resolution);

/** Minutes that have a row and form: one that waits out its grace, and the newest. */
const FORMING_MAX = 2;

function storedSource({ state, places: { bars }, instrument }: Terms, resolution: Resolution): BarSource {
  const isOver = (bar: Bar): boolean =>
    resolution !== "1" || isClosed(state, { start: bar.start, closesAt: minuteEnd(bar) });
  const taken = (list: readonly Bar[]): TakenBar[] => takenBars(state, list, instrument);
  return {
    tellsOld: true,
    closed: ({ after, until, limit }) => {
      const rows = bars.page(resolution, { from: after + 1, to: until + 1, limit: limit + FORMING_MAX });
      return taken(rows.filter(isOver)).slice(-limit);
    },
    forming: () => taken(formingSpans(state, resolution).flatMap((span) => foldOf(state, span, 0) ?? [])),
    goneAt: (ts) => {
      const span = state.calendar.spanOf(resolution, ts);
      const bar = isClosed(state, span) ? undefined : foldOf(state, span, 0);
      return bar === undefined || isPriced(bar) ? undefined : takenBar(state, bar, instrument);
    },
    revOf: (start) => bars.revOf(resolution, start),
    holdsBehind: (after) => (bars.oldest(resolution) ?? 0) <= after + 1,
  };
}

function secondSource(
  { state, places: { log }, instrument }: Terms,
  resolution: SecondResolution,
): BarSource {
  const widthMs = SECOND_WIDTHS[resolution];
  const isOver = ({ start }: Bar): boolean => isClosed(state, { start, closesAt: start + widthMs });
  const taken = (list: readonly Bar[]): TakenBar[] => takenBars(state, list, instrument);
  const wholeSince = (): number => bucketStart(log.reach.ts + widthMs - 1, widthMs);
  return {
    tellsOld: false,
    closed: ({ after, until, limit }) => {
      const range = { from: Math.max(after + 1, wholeSince()), to: Math.min(until, log.newestTs) + 1 };
      return taken(newestSeconds(log, widthMs, { ...range, limit }).filter(isOver)).slice(-limit);
    },
    forming: () => {
      const recent = secondsIn(log, widthMs, state.closedUntil - widthMs, log.newestTs + 1);
      return taken(recent.filter((bar) => !isOver(bar)));
    },
    goneAt: (ts) => {
      const start = bucketStart(ts, widthMs);
      const bar = secondsIn(log, widthMs, start, start + widthMs).find((one) => one.start === start);
      return bar === undefined || isPriced(bar) ? undefined : takenBar(state, bar, instrument);
    },
    revOf: () => 0,
    holdsBehind: (after) => log.isWhole || wholeSince() <= after + 1,
  };
}

const takenBars = (state: SymbolState, bars: readonly Bar[], instrument: Instrument): TakenBar[] =>
  bars.filter(isPriced).map((bar) => takenBar(state, bar, instrument));

function takenBar(state: SymbolState, bar: Bar, { priceScale, sizeScale }: Instrument): TakenBar {
  const { start: t, o, h, l, c, v, rev } = bar;
  const unit = 10 ** priceScale;
  const { start: day } = state.calendar.dayAt(t);
  return { t, o: o / unit, h: h / unit, l: l / unit, c: c / unit, v: volumeOf(v, sizeScale), day, rev };
}

/** The float64 that the decimal is read as, also of a sum beyond all safe integers. */
const volumeOf = (v: bigint, sizeScale: number): number =>
  v <= Number.MAX_SAFE_INTEGER ? Number(v) / 10 ** sizeScale : Number(decimalText(v, sizeScale));
