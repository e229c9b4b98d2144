/** Dates as numbers, days since 1 January 1970, by integer arithmetic alone: a year of a calendar asks for hundreds of them. */
import { DAY_MS } from "../../domain/time.ts";

/** ISO numbers of weekdays. */
export const [MON, TUE, WED, THU, FRI, SAT, SUN] = [1, 2, 3, 4, 5, 6, 7] as const;

const EPOCH_DAY = 719_468;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Years begin in March here: the day that may be missing is then the last one. */
export function dayNumber(year: number, month: number, date: number): number {
  const years = month <= 2 ? year - 1 : year;
  const months = (month + 9) % 12;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return 365 * years + leapDays + Math.floor((153 * months + 2) / 5) + date - 1 - EPOCH_DAY;
}

export function yearOf(day: number): number {
  const guess = 1970 + Math.floor(day / 365.2425);
  if (day < dayNumber(guess, 1, 1)) return guess - 1;
  return day < dayNumber(guess + 1, 1, 1) ? guess : guess + 1;
}

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

export function dateText(day: number): string {
  const year = yearOf(day);
  let month = 12;
  while (month > 1 && day < dayNumber(year, month, 1)) month--;
  const date = day - dayNumber(year, month, 1) + 1;
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(date)}`;
}

/** Undefined where the text names no date that exists. */
export function dayOfText(text: string): number | undefined {
  const [, year, month, date] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const day = dayNumber(Number(year), Number(month), Number(date));
  return Number(month) >= 1 && Number(month) <= 12 && dateText(day) === text ? day : undefined;
}

/** The date of UTC at a moment. */
export const utcDayOf = (at: number): number => Math.floor(at / DAY_MS);

const two = (value: number): string => String(value).padStart(2, "0");
