/** Trading days of one instrument as a partition of time: every moment is of exactly one, also at night and on holidays. */
import { DAY_MS, type EpochMs, MINUTE_MS } from "../domain/time.ts";
import { Calendars } from "./calendars/calendars.ts";
import { dayNumber, utcDayOf, weekdayOf, yearOf } from "./calendars/dates.ts";
import type { Stretch } from "./calendars/hours.ts";
import type { SessionCalendar } from "./calendars/session-calendar.ts";
import { ZoneEras } from "./calendars/zone-eras.ts";
import { ALWAYS_OPEN, hoursOfWeek } from "./session-grammar.ts";
import type { BarSpan, Span } from "./span.ts";

/** What an instrument says of its trading hours. */
export type TradingTerms = {
  readonly timezone: string;
  readonly session: string;
  /** Id of a published calendar; its dates win over `session` where it covers them. */
  readonly calendar?: string | undefined;
};

export type TradingDay = BarSpan & {
  /** Days since 1 January 1970: the date by which the day is called. */
  readonly day: number;
  /** Midnight of that date in the instrument's zone. */
  readonly midnight: EpochMs;
  /** When it is open, ascending; none where nothing trades on that date. */
  readonly stretches: readonly Span[];
};

/** An actor works in this year and the last one; a reader pages through some more. */
export const YEARS_OF_ZONE_MAX = 8;

/** Shared by all of an isolate: the facts that it opens do not change. */
const published = new Calendars();

export class TradingDays {
  readonly #timeZone: string;
  readonly #week: ReadonlyMap<number, readonly Stretch[]>;
  readonly #always: boolean;
  readonly #calendar: SessionCalendar | undefined;
  /** The zone's clocks by year, newest question last. */
  readonly #years = new Map<number, ZoneEras>();

  constructor({ timezone, session, calendar }: TradingTerms) {
    this.#timeZone = timezone;
    this.#always = session === ALWAYS_OPEN;
    this.#week = hoursOfWeek(session);
    this.#calendar = calendar === undefined ? undefined : published.get(calendar);
  }

  get yearsRemembered(): number {
    return this.#years.size;
  }

  /** The day that the moment is of. */
  dayAt(at: number): TradingDay {
    let day = this.#clocks(yearOf(utcDayOf(at))).dayOf(at);
    while (this.#startOf(day) > at) day--;
    while (this.#startOf(day + 1) <= at) day++;
    return this.dayOn(day);
  }

  /** Empty where the zone has skipped that date. */
  dayOn(day: number): TradingDay {
    const [start, end] = [this.#startOf(day), this.#startOf(day + 1)];
    const stretches = this.#stretchesOn(day)
      .map((stretch) => ({ start: later(stretch.start, start), end: stretch.end }))
      .filter((stretch) => stretch.start < stretch.end);
    const closesAt = stretches.at(-1)?.end ?? end;
    return { day, start, end, closesAt, midnight: this.#momentOf(day, 0), stretches };
  }

  /** Midnight, or the open where that is the evening before; in no case before the last day has closed. */
  #startOf(day: number): EpochMs {
    const midnight = this.#momentOf(day, 0);
    const open = this.#stretchesOn(day)[0]?.start ?? midnight;
    const start = open < midnight ? open : midnight;
    return later(start, this.#stretchesOn(day - 1).at(-1)?.end ?? start);
  }

  #stretchesOn(day: number): readonly Span[] {
    if (this.#calendar?.coversDays(day, day + 1)) return this.#calendar.sessionOn(day)?.stretches ?? [];
    const hours = this.#week.get(weekdayOf(day)) ?? [];
    const momentOf = this.#always
      ? utcMomentOf
      : (date: number, minute: number) => this.#momentOf(date, minute);
    return hours
      .map(({ start, end }) => ({ start: momentOf(day, start), end: momentOf(day, end) }))
      .filter(({ start, end }) => start < end);
  }

  #momentOf(day: number, minute: number): EpochMs {
    return this.#clocks(yearOf(day)).momentOf(day, minute);
  }

  #clocks(year: number): ZoneEras {
    const known = this.#years.get(year);
    if (known !== undefined) return known;
    const opened = new ZoneEras(this.#timeZone, dayNumber(year, 1, 1), dayNumber(year + 1, 1, 1));
    this.#years.set(year, opened);
    const [oldest] = this.#years.keys();
    if (this.#years.size > YEARS_OF_ZONE_MAX && oldest !== undefined) this.#years.delete(oldest);
    return opened;
  }
}

const utcMomentOf = (day: number, minute: number): EpochMs => (day * DAY_MS + minute * MINUTE_MS) as EpochMs;
const later = (one: EpochMs, other: EpochMs): EpochMs => (one < other ? other : one);
