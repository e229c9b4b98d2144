/** Which sessions of a symbol have closed, and what is known of each: its trading days, the bars on its disk, and what was kept of them. */

import { divideHalfEven } from "../../../src/domain/decimal.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { MONEY_SCALE } from "../../../src/domain/money.ts";
import { valueTraded } from "../../../src/domain/worth.ts";
import {
  ADJUSTED_SCALE,
  type Factors,
  factorsAt,
  ladderOf,
  product,
  type Step,
  UNCHANGED,
} from "../../../src/quant/adjustment.ts";
import type { Session } from "../../../src/quant/liquidity/session.ts";
import { type Known, LONG_SESSIONS, SHORT_SESSIONS } from "../../../src/quant/liquidity/statistics.ts";
import type { TradingDay } from "../../../src/quant/trading-days.ts";
import type { BarRows } from "../bars/bar-rows.ts";
import { isPartial } from "../bars/bar-text.ts";
import { type Bar, isPriced } from "../bars/bars.ts";
import { isClosed } from "../bars/closing.ts";
import type { SymbolState } from "../state.ts";
import { intervalVolumes } from "./intervals.ts";
import { CLOSED_DAYS_MAX } from "./liquidity-limits.ts";
import type { LiquidityRows, SessionRow } from "./liquidity-rows.ts";

export type SessionSources = {
  readonly state: SymbolState;
  readonly bars: Pick<BarRows, "closed" | "page" | "oldest">;
  readonly rows: LiquidityRows;
  /** Splits and bonus issues that hold from the next session on, and before. */
  readonly steps: (until: number) => readonly Step[];
};

/** The newest that has closed; undefined before the first. Days on which nothing trades are none. */
export function newestClosed(state: SymbolState): TradingDay | undefined {
  const { calendar, watermark, closedUntil, listeningSince } = state;
  if (listeningSince === undefined) return undefined;
  const first = calendar.dayAt(listeningSince).day;
  let day = calendar.dayAt(Math.max(watermark, closedUntil));
  for (let back = 0; back <= CLOSED_DAYS_MAX && day.day >= first; back++) {
    if (day.stretches.length > 0 && isClosed(state, day)) return day;
    day = calendar.daySpanOn(day.day - 1);
  }
  return undefined;
}

/** The next day on which something trades. */
export function sessionAfter({ calendar }: SymbolState, day: number): TradingDay | undefined {
  for (let next = day + 1; next <= day + CLOSED_DAYS_MAX; next++) {
    const found = calendar.daySpanOn(next);
    if (found.stretches.length > 0) return found;
  }
  return undefined;
}

/** `revised` are days whose intervals are read from their bars again. */
export function knownSessions(
  sources: SessionSources,
  newest: TradingDay,
  revised: ReadonlySet<number>,
  instrument: Instrument,
): Known {
  const { state, bars, rows } = sources;
  const days = sessionDays(state, newest);
  const [oldest = newest] = days;
  const short = days.slice(-SHORT_SESSIONS);
  const shortSince = short[0]?.day ?? newest.day;
  const kept = rows.since(shortSince);
  const daily = bars.closed("1D", oldest.start, newest.end);
  const ladder = ladderOf(sources.steps(sessionAfter(state, newest.day)?.start ?? newest.end));
  const scale = ladder.length === 0 ? instrument.sizeScale : Math.max(ADJUSTED_SCALE, instrument.sizeScale);
  const sessions: Session[] = [];
  for (const day of days) {
    const own = daily.filter(({ start }) => day.start <= start && start < day.end);
    // Nothing came, and something is missing: nobody knows whether anything was traded.
    if (own.length === 0 && state.gaps.marks(day.start, () => day.closesAt)) continue;
    const factors = factorsAt(ladder, day.start);
    const raw = day.day < shortSince ? undefined : intervalsOf(sources, day, own, kept.get(day.day), revised);
    sessions.push(sessionOf(state, instrument, day, own, raw, factors, scale));
  }
  // What was traded on days without a session is no close of one: neither between sessions nor before them.
  const earlier = bars.page("1D", { from: 0, to: oldest.start, limit: CLOSED_DAYS_MAX });
  const before = earlier.findLast(({ start }) => state.calendar.dayAt(start).stretches.length > 0);
  return {
    sessions,
    closeBefore: before === undefined ? undefined : adjustedClose(before.c, factorsAt(ladder, before.start)),
    spreads: spreadsOf(state, short, kept),
    scale,
  };
}

/** Ascending. */
function sessionDays(state: SymbolState, newest: TradingDay): readonly TradingDay[] {
  const first = state.calendar.dayAt(state.listeningSince ?? newest.start).day;
  const days: TradingDay[] = [];
  for (let day = newest.day; day >= first && days.length < LONG_SESSIONS; day--) {
    const span = day === newest.day ? newest : state.calendar.daySpanOn(day);
    if (span.stretches.length > 0) days.push(span);
  }
  return days.reverse();
}

/** As kept, else from bars of that width as far as they are here; those are then kept. */
function intervalsOf(
  { bars, rows }: SessionSources,
  day: TradingDay,
  own: readonly Bar[],
  kept: SessionRow | undefined,
  revised: ReadonlySet<number>,
): readonly bigint[] | undefined {
  if (own.length === 0) return intervalVolumes(day, []);
  const isHere = (bars.oldest("5") ?? 0) <= day.start;
  if (kept?.intervals !== undefined && !(isHere && revised.has(day.day))) return kept.intervals;
  if (!isHere) return undefined;
  const intervals = intervalVolumes(day, bars.closed("5", day.start, day.end));
  rows.putIntervals(day.day, intervals);
  return intervals;
}

function sessionOf(
  state: SymbolState,
  instrument: Instrument,
  { day, start }: TradingDay,
  own: readonly Bar[],
  intervals: readonly bigint[] | undefined,
  factors: Factors,
  scale: number,
): Session {
  const adjusted = (volume: bigint): bigint => {
    const { numerator, denominator } = product(
      { numerator: volume, denominator: 10n ** BigInt(instrument.sizeScale) },
      factors.volume,
    );
    return divideHalfEven(numerator, denominator, scale);
  };
  const last = own.findLast(isPriced);
  const sum = (of: (bar: Bar) => bigint): bigint => own.reduce((total, bar) => total + of(bar), 0n);
  return {
    day,
    volume: adjusted(sum(({ v }) => v)),
    value: Number(sum(({ v, pv }) => valueTraded(instrument, v, pv))) / 10 ** MONEY_SCALE,
    close: last === undefined ? undefined : adjustedClose(last.c, factors),
    partial: isPartial(state, "1D", own[0]?.start ?? start),
    intervals: factors === UNCHANGED && scale === instrument.sizeScale ? intervals : intervals?.map(adjusted),
  };
}

const adjustedClose = (close: number, { price }: Factors): number =>
  (close * Number(price.numerator)) / Number(price.denominator);

/** The running track too, where its session has closed and was not told yet. */
function spreadsOf(
  { spreads }: SymbolState,
  days: readonly TradingDay[],
  kept: ReadonlyMap<number, SessionRow>,
) {
  return days.flatMap(({ day }) => {
    const times = kept.get(day)?.spreads ?? (spreads.day === day ? spreads.times : undefined);
    return times === undefined ? [] : [times];
  });
}
