/** Rules by which dates come again: each says the days of a year. */
import { knownDay } from "../../src/quant/calendars/calendar-data.ts";
import { dayNumber, SAT, SUN, weekdayOf, yearOf } from "../../src/quant/calendars/dates.ts";

export type DayRule = (year: number) => number;
export type DaysRule = (year: number) => readonly number[];

export const fixed =
  (month: number, date: number): DayRule =>
  (year) =>
    dayNumber(year, month, date);

/** `nth(3, MON, 1)`: the third Monday of January. */
export const nth =
  (count: number, weekday: number, month: number): DayRule =>
  (year) => {
    const first = dayNumber(year, month, 1);
    return first + ((weekday - weekdayOf(first) + 7) % 7) + (count - 1) * 7;
  };

export const last =
  (weekday: number, month: number): DayRule =>
  (year) => {
    const end = (month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1)) - 1;
    return end - ((weekdayOf(end) - weekday + 7) % 7);
  };

/** So many days from Easter Sunday of the Gregorian calendar. */
export const easter =
  (days: number): DayRule =>
  (year) =>
    easterSunday(year) + days;

export const shifted =
  (rule: DayRule, days: number): DayRule =>
  (year) =>
    rule(year) + days;

/** A Saturday is kept on the Friday before, a Sunday on the Monday after. */
export const nearestWeekday = moved({ [SAT]: -1, [SUN]: 1 });
/** A Sunday is kept on the Monday after; a Saturday is lost. */
export const sundayToMonday = moved({ [SUN]: 1 });
/** A weekend day is kept on the Monday after. */
export const weekendToMonday = moved({ [SAT]: 2, [SUN]: 1 });
/** Of two days that follow each other: whichever falls on the weekend is kept two days later. */
export const weekendTwoLater = moved({ [SAT]: 2, [SUN]: 2 });
/** What would fall on the weekend is done on the Friday before. */
export const weekendToFriday = moved({ [SAT]: -1, [SUN]: -2 });

function moved(days: Readonly<Record<number, number>>): (rule: DayRule) => DayRule {
  return (rule) => (year) => {
    const day = rule(year);
    return day + (days[weekdayOf(day)] ?? 0);
  };
}

type Limits = {
  readonly since?: number;
  readonly until?: number;
  readonly except?: readonly number[];
  /** Only where the day is one of these weekdays. */
  readonly on?: readonly number[];
};

/** Each year within the limits; both years are included. */
export const yearly =
  (rule: DayRule, { since = 0, until = Number.POSITIVE_INFINITY, except = [], on }: Limits = {}): DaysRule =>
  (year) => {
    if (year < since || year > until || except.includes(year)) return [];
    const day = rule(year);
    return on === undefined || on.includes(weekdayOf(day)) ? [day] : [];
  };

/** What no rule gives. */
export const dates =
  (...texts: readonly string[]): DaysRule =>
  (year) =>
    texts.map(knownDay).filter((day) => yearOf(day) === year);

/**
 * The Sunday on or after the full moon of spring, as the church reckons both: how far the moon has come in its cycle of 19 years,
 * corrected for leap days that centuries leave out, then the Sunday that follows the 14th day of that moon.
 */
function easterSunday(year: number): number {
  const century = Math.floor(year / 100) + 1;
  const leftOut = Math.floor((3 * century) / 4) - 12;
  const drift = Math.floor((8 * century + 5) / 25) - 5;
  const golden = (year % 19) + 1;
  let moonAge = (((11 * golden + 20 + drift - leftOut) % 30) + 30) % 30;
  if (moonAge === 24 || (moonAge === 25 && golden > 11)) moonAge++;
  let fullMoon = 44 - moonAge;
  if (fullMoon < 21) fullMoon += 30;
  const day = dayNumber(year, 3, 1) + fullMoon - 1;
  return day + 7 - (weekdayOf(day) % 7);
}
