/** Trading days of an account, by the calendar that it names: every moment is of exactly one, and each is one on which something trades. */
import { assert } from "../domain/assert.ts";
import type { EpochMs } from "../domain/time.ts";
import type { CalendarData } from "./calendars/calendar-data.ts";
import { CALENDARS } from "./calendars/calendars.ts";
import { dateText, dayOfText } from "./calendars/dates.ts";
import { ALWAYS_OPEN } from "./session-grammar.ts";
import { TradingDays } from "./trading-days.ts";

export type AccountDay = {
  /** As 2026-11-20: the date by which the day is called. */
  readonly date: string;
  /** When the trading day before ended: nights, weekends and holidays are of the day that they lead to. */
  readonly start: EpochMs;
  readonly end: EpochMs;
};

/** No market that is known here has been closed for longer; a calendar that says so is wrong. */
const CLOSED_DAYS_MAX = 31;

export class AccountDays {
  readonly #days: TradingDays;

  /** Days of UTC where no calendar is named. */
  constructor(calendar: string = ALWAYS_OPEN) {
    const data = CALENDARS.find(({ id }) => id === calendar);
    assert(data !== undefined, "an account names a calendar that is published");
    this.#days = new TradingDays({ timezone: data.timeZone, session: regularSession(data), calendar });
  }

  dayAt(at: number): AccountDay {
    const day = this.#tradingDay(this.#days.dayAt(at).day, 1);
    return this.#dayOn(at < this.#endOf(day) ? day : this.#tradingDay(day + 1, 1));
  }

  /** The trading day of that date; undefined where nothing trades on it, or there is no such date. */
  on(date: string): AccountDay | undefined {
    const day = dayOfText(date);
    return day === undefined || !this.#trades(day) ? undefined : this.#dayOn(day);
  }

  #dayOn(day: number): AccountDay {
    const before = this.#tradingDay(day - 1, -1);
    return { date: dateText(day), start: this.#endOf(before), end: this.#endOf(day) };
  }

  /** With its session where that opened on the evening before; else what is traded after the close is of the same date, until midnight. */
  #endOf(day: number): EpochMs {
    const { start, midnight, closesAt, end } = this.#days.dayOn(day);
    return start < midnight ? closesAt : end;
  }

  #tradingDay(from: number, step: 1 | -1): number {
    for (let passed = 0; passed < CLOSED_DAYS_MAX; passed++) {
      const day = from + passed * step;
      if (this.#trades(day)) return day;
    }
    throw new Error("a market is open at least once a month");
  }

  #trades(day: number): boolean {
    return this.#days.dayOn(day).stretches.length > 0;
  }
}

/** One for each calendar, shared by all of an isolate: the facts that it opens do not change. */
const opened = new Map<string, AccountDays>();

export function accountDays(calendar: string = ALWAYS_OPEN): AccountDays {
  const known = opened.get(calendar);
  if (known !== undefined) return known;
  const days = new AccountDays(calendar);
  opened.set(calendar, days);
  return days;
}

export const isCalendar = (id: string): boolean => CALENDARS.some((one) => one.id === id);

/** For dates that the calendar does not cover: its latest regular hours, in the words of an instrument. */
function regularSession({ id, regular }: CalendarData): string {
  const latest = regular.at(-1);
  if (id === ALWAYS_OPEN || latest === undefined) return ALWAYS_OPEN;
  const windows = latest.hours.replaceAll(":", "").replaceAll("-2400", "-0000");
  // Monday is first there; Sunday is 1 here.
  const days = [...latest.days].flatMap((open, index) => (open === "1" ? [((index + 1) % 7) + 1] : []));
  return `${windows}:${days.join("")}`;
}
