/** TradingView's grammar of trading hours: `24x7`, or `0930-1600`, `0900-1200,1300-1500`, `1700-1600:23456|0930-1300:7`. */

const WINDOW = /^(?:[01]\d|2[0-3])[0-5]\d-(?:[01]\d|2[0-3])[0-5]\d$/;
/** 1 is Sunday. */
const DAYS = /^[1-7]{1,7}$/;
const EVERY_DAY = "1234567";
const DAY_MINUTES = 1_440;

/** Each rule gives the windows of its days; no day has two rules. */
export function isSession(text: string): boolean {
  if (text === "24x7") return true;
  const rules = text.split("|").map((rule) => rule.split(":"));
  if (!rules.every(isRule)) return false;
  const days = rules.map(([, named]) => named ?? EVERY_DAY).join("");
  return new Set(days).size === days.length;
}

function isRule([windows, days, ...rest]: readonly string[]): boolean {
  if (windows === undefined || rest.length > 0) return false;
  if (days !== undefined && !DAYS.test(days)) return false;
  const listed = windows.split(",");
  return listed.every((window) => WINDOW.test(window)) && areApart(listed.map(minutesOf));
}

type Window = readonly [start: number, end: number];

/** `0000` as an end is midnight. A window that starts no earlier than it ends began the evening before: it belongs to the day it ends. */
function minutesOf(window: string): Window {
  const [start = 0, last = 0] = window
    .split("-")
    .map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(2)));
  const end = last === 0 ? DAY_MINUTES : last;
  return start < end ? [start, end] : [start - DAY_MINUTES, end];
}

/** In order, none before the one ahead has ended, and all of a day within 24 hours. */
function areApart(windows: readonly Window[]): boolean {
  const times = windows.flat();
  const ascending = times.every((time, index) => index === 0 || time >= (times[index - 1] ?? time));
  return ascending && (times.at(-1) ?? 0) - (times[0] ?? 0) <= DAY_MINUTES;
}
