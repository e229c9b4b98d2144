/** TradingView's grammar of trading hours: `24x7`, or `0930-1600`, `0900-1200,1300-1500`, `1700-1600:23456|0930-1300:7`. */
import type { Stretch } from "./calendars/hours.ts";

export const ALWAYS_OPEN = "24x7";

const WINDOW = /^(?:[01]\d|2[0-3])[0-5]\d-(?:[01]\d|2[0-3])[0-5]\d$/;
/** 1 is Sunday. */
const DAYS = /^[1-7]{1,7}$/;
const EVERY_DAY = "1234567";
const DAY_MINUTES = 1_440;

/** Each rule gives the windows of its days; no day has two rules. */
export function isSession(text: string): boolean {
  if (text === ALWAYS_OPEN) return true;
  const rules = text.split("|").map((rule) => rule.split(":"));
  if (!rules.every(isRule)) return false;
  const days = rules.map(([, named]) => named ?? EVERY_DAY).join("");
  return new Set(days).size === days.length;
}

/** The hours of each weekday, by its ISO number; a weekday without trading has none. For a text that is a session. */
export function hoursOfWeek(text: string): ReadonlyMap<number, readonly Stretch[]> {
  const rules = text === ALWAYS_OPEN ? ["0000-0000"] : text.split("|");
  const week = new Map<number, readonly Stretch[]>();
  for (const rule of rules) {
    const [windows = "", days = EVERY_DAY] = rule.split(":");
    const stretches = windows.split(",").map(stretchOf);
    // Sunday is 1 here and 7 there.
    for (const day of days) week.set(Number(day) === 1 ? 7 : Number(day) - 1, stretches);
  }
  return week;
}

function isRule([windows, days, ...rest]: readonly string[]): boolean {
  if (windows === undefined || rest.length > 0) return false;
  if (days !== undefined && !DAYS.test(days)) return false;
  const listed = windows.split(",");
  return listed.every((window) => WINDOW.test(window)) && areApart(listed.map(stretchOf));
}

/** `0000` as an end is midnight. A window that starts no earlier than it ends began the evening before: it belongs to the day it ends. */
function stretchOf(window: string): Stretch {
  const [start = 0, last = 0] = window
    .split("-")
    .map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(2)));
  const end = last === 0 ? DAY_MINUTES : last;
  return start < end ? { start, end } : { start: start - DAY_MINUTES, end };
}

/** In order, none before the one ahead has ended, and all of a day within 24 hours. */
function areApart(windows: readonly Stretch[]): boolean {
  const times = windows.flatMap(({ start, end }) => [start, end]);
  const ascending = times.every((time, index) => index === 0 || time >= (times[index - 1] ?? time));
  return ascending && (times.at(-1) ?? 0) - (times[0] ?? 0) <= DAY_MINUTES;
}
