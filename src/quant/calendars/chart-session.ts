/**
 * Trading hours in TradingView's words: regular hours by weekday, the dates without trading, and the dates with other hours.
 * They are those of the instrument's published calendar over the last, the present and the next year, as far as it is known.
 */
import { ALWAYS_OPEN, hoursOfWeek } from "../session-grammar.ts";
import { type CalendarData, changesOf, closuresOf, knownDay } from "./calendar-data.ts";
import { dateText, dayNumber, utcDayOf, weekdayOf, yearOf } from "./dates.ts";
import { type Stretch, stretchesOf } from "./hours.ts";

export type ChartSession = {
  readonly session: string;
  /** The zone of these hours. */
  readonly timezone: string;
  /** `20251225,20260101`; absent where there are none. */
  readonly session_holidays?: string;
  /** `0930-1300:20251128;…`; a time of the day before is marked `F1`. */
  readonly corrections?: string;
};

type Hours = readonly Stretch[];
const CLOSED: Hours = [];
const DAY_MINUTES = 1_440;
const EVERY_DAY = "1234567";

/**
 * Of an instrument without a published calendar: its own words, with the weekdays that a chart would else guess. Around the clock bars
 * are counted from midnight UTC, whatever the instrument's zone.
 */
export const ownSession = (session: string, timezone: string): ChartSession =>
  session === ALWAYS_OPEN
    ? { session, timezone: "UTC" }
    : { session: sessionText(hoursOfWeek(session)), timezone };

export function chartSession(data: CalendarData, now: number): ChartSession {
  const today = utcDayOf(now);
  const hoursOn = dayReader(data);
  const week = new Map([1, 2, 3, 4, 5, 6, 7].map((weekday) => [weekday, regularHours(data, today, weekday)]));
  const holidays: string[] = [];
  const corrections: string[] = [];
  for (const day of knownDays(data, yearOf(today))) {
    const hours = hoursOn(day);
    if (windowsText(hours, "F1") === windowsText(week.get(weekdayOf(day)) ?? CLOSED, "F1")) continue;
    const date = dateText(day).replaceAll("-", "");
    if (hours.length === 0) holidays.push(date);
    else corrections.push(`${windowsText(hours, "F1")}:${date}`);
  }
  return {
    session: data.id === ALWAYS_OPEN ? ALWAYS_OPEN : sessionText(week),
    timezone: data.timeZone,
    ...(holidays.length === 0 ? {} : { session_holidays: holidays.join(",") }),
    ...(corrections.length === 0 ? {} : { corrections: corrections.join(";") }),
  };
}

/** From 1 January of the last year to 31 December of the next one. */
function knownDays(data: CalendarData, year: number): number[] {
  const from = Math.max(knownDay(data.from), dayNumber(year - 1, 1, 1));
  const to = Math.min(knownDay(data.to), dayNumber(year + 2, 1, 1));
  const unknown = new Set(data.unknown.map(knownDay));
  const days = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  return days.filter((day) => !unknown.has(day));
}

function dayReader(data: CalendarData): (day: number) => Hours {
  const changes = changesOf(data);
  const closures = closuresOf(data);
  return (day) =>
    changes.get(day)?.stretches ?? (closures.has(day) ? CLOSED : regularHours(data, day, weekdayOf(day)));
}

function regularHours({ regular }: CalendarData, day: number, weekday: number): Hours {
  const era = regular.findLast(({ since }) => knownDay(since) <= day) ?? regular[0];
  return era?.days[weekday - 1] === "1" ? stretchesOf(era.hours) : CLOSED;
}

/** Weekdays that trade alike share a rule; Sunday is 1. */
function sessionText(week: ReadonlyMap<number, Hours>): string {
  const rules = new Map<string, string>();
  for (const day of EVERY_DAY) {
    const hours = week.get(day === "1" ? 7 : Number(day) - 1) ?? CLOSED;
    if (hours.length === 0) continue;
    const windows = windowsText(hours, "");
    rules.set(windows, (rules.get(windows) ?? "") + day);
  }
  return [...rules].map(([windows, days]) => `${windows}:${days}`).join("|");
}

const windowsText = (hours: Hours, dayBefore: string): string =>
  hours.map(({ start, end }) => `${timeText(start, dayBefore)}-${timeText(end, dayBefore)}`).join(",");

const timeText = (minute: number, dayBefore: string): string => {
  const time = (minute + DAY_MINUTES) % DAY_MINUTES;
  const text = `${two(Math.floor(time / 60))}${two(time % 60)}`;
  return minute < 0 ? text + dayBefore : text;
};
const two = (value: number): string => String(value).padStart(2, "0");
