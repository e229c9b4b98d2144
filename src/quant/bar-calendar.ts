/**
 * Where bars begin, end and close. Time is cut without gap or overlap at every width: in a session bars are counted from its open, and
 * from where it goes on after a break; outside of sessions from midnight of the instrument's zone; days, weeks and months are trading days.
 */
import { type DatedResolution, isDated, type Resolution, type SecondResolution } from "../domain/bar.ts";
import { bucketStart, type EpochMs, MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import { dateText, dayNumber, weekdayOf } from "./calendars/dates.ts";
import type { BarSpan, Span } from "./span.ts";
import { type TradingDay, TradingDays, type TradingTerms } from "./trading-days.ts";

/** A symbol works in today and, for late ticks, yesterday; a reader may ask for some more. */
export const DAYS_REMEMBERED_MAX = 8;
/** Instruments that trade alike share a calendar; a market has few kinds of them. */
export const CALENDARS_REMEMBERED_MAX = 64;

export type BarResolution = Resolution | SecondResolution;

const WIDTHS: Readonly<Record<Exclude<BarResolution, DatedResolution>, number>> = {
  "1S": SECOND_MS,
  "5S": 5 * SECOND_MS,
  "1": MINUTE_MS,
  "3": 3 * MINUTE_MS,
  "5": 5 * MINUTE_MS,
  "15": 15 * MINUTE_MS,
  "30": 30 * MINUTE_MS,
  "60": 60 * MINUTE_MS,
  "240": 240 * MINUTE_MS,
};
/** Of a whole bar; days and wider have no one width. */
export const widthMsOf = (resolution: BarResolution): number | undefined =>
  isDated(resolution) ? undefined : WIDTHS[resolution];

/** The two spans that were asked for last, of one width: ticks come in the newest bar and, late, in the one before. */
type Recent = { near: BarSpan; far: BarSpan };

export class BarCalendar {
  readonly #tradingDays: TradingDays;
  readonly #recent = new Map<BarResolution, Recent>();
  /** Days asked for last, newest question first. */
  #days: readonly TradingDay[] = [];

  constructor(terms: TradingTerms) {
    this.#tradingDays = new TradingDays(terms);
  }

  get daysRemembered(): number {
    return this.#days.length;
  }

  /** The bar of that width that holds the moment. */
  spanOf(resolution: BarResolution, at: number): BarSpan {
    const recent = this.#recent.get(resolution);
    if (recent === undefined) {
      const span = this.#spanAt(resolution, at);
      this.#recent.set(resolution, { near: span, far: span });
      return span;
    }
    const { near, far } = recent;
    if (near.start <= at && at < near.end) return near;
    recent.near = far.start <= at && at < far.end ? far : this.#spanAt(resolution, at);
    recent.far = near;
    return recent.near;
  }

  /** The trading day that the moment is of. */
  dayAt(at: number): TradingDay {
    const [newest] = this.#days;
    if (newest !== undefined && newest.start <= at && at < newest.end) return newest;
    const known = this.#days.find(({ start, end }) => start <= at && at < end);
    if (known !== undefined) return known;
    const day = this.#tradingDays.dayAt(at);
    this.#days = [day, ...this.#days].slice(0, DAYS_REMEMBERED_MAX);
    return day;
  }

  /** Days since 1 January 1970 of the trading day that the moment is of; of a week's or month's start, its first date. */
  dayNumberOf(at: number): number {
    return this.dayAt(at).day;
  }

  /** The trading day of that date. It is empty where the zone has skipped the date. */
  daySpanOn(day: number): TradingDay {
    return this.#days.find((known) => known.day === day) ?? this.#tradingDays.dayOn(day);
  }

  /** The open stretch that holds the moment, between a session's breaks; undefined while nothing trades. */
  stretchAt(at: number): Span | undefined {
    return this.dayAt(at).stretches.find(({ start, end }) => start <= at && at < end);
  }

  isOpen(at: number): boolean {
    return this.stretchAt(at) !== undefined;
  }

  #spanAt(resolution: BarResolution, at: number): BarSpan {
    switch (resolution) {
      case "1D":
        return this.dayAt(at);
      case "1W":
        return this.#weekOf(this.dayNumberOf(at));
      case "1M":
        return this.#monthOf(this.dayNumberOf(at));
      case "1S":
      case "5S":
      case "1":
        // Sessions open on whole minutes: so do these on the clock's.
        return gridSpan(bucketStart(at, WIDTHS[resolution]), WIDTHS[resolution]);
      default:
        return spanWithin(this.dayAt(at), at, WIDTHS[resolution]);
    }
  }

  #weekOf(day: number): BarSpan {
    const monday = day - weekdayOf(day) + 1;
    return this.#datesFrom(monday, monday + 7);
  }

  #monthOf(day: number): BarSpan {
    const [year = 0, month = 0] = dateText(day).split("-").map(Number);
    return this.#datesFrom(
      dayNumber(year, month, 1),
      month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1),
    );
  }

  /** Closed with the last session of these dates. */
  #datesFrom(first: number, until: number): BarSpan {
    const { start } = this.daySpanOn(first);
    const { start: end } = this.daySpanOn(until);
    for (let day = until - 1; day >= first; day--) {
      const { stretches, closesAt } = this.daySpanOn(day);
      if (stretches.length > 0) return { start, end, closesAt };
    }
    return { start, end, closesAt: end };
  }
}

const remembered = new Map<string, BarCalendar>();

/** One for all instruments of an isolate that trade alike. */
export function barCalendarOf({ timezone, session, calendar }: TradingTerms): BarCalendar {
  const key = `${timezone} ${session} ${calendar ?? ""}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const opened = new BarCalendar({ timezone, session, calendar });
  remembered.set(key, opened);
  const [oldest] = remembered.keys();
  if (remembered.size > CALENDARS_REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
  return opened;
}

/** From the open, or else from midnight; cut where a stretch or the day begins or ends. */
function spanWithin(day: TradingDay, at: number, widthMs: number): BarSpan {
  let [from, to] = [day.start, day.end];
  for (const stretch of day.stretches) {
    if (at < stretch.start) {
      to = stretch.start;
      break;
    }
    if (at < stretch.end) return cut(at, stretch.start, widthMs, stretch.start, stretch.end);
    from = stretch.end;
  }
  return cut(at, day.midnight, widthMs, from, to);
}

function cut(at: number, anchor: number, widthMs: number, from: number, to: number): BarSpan {
  const grid = anchor + Math.floor((at - anchor) / widthMs) * widthMs;
  const end = Math.min(grid + widthMs, to) as EpochMs;
  return { start: Math.max(grid, from) as EpochMs, end, closesAt: end };
}

const gridSpan = (start: EpochMs, widthMs: number): BarSpan => {
  const end = (start + widthMs) as EpochMs;
  return { start, end, closesAt: end };
};
