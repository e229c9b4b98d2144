/** Times as sources write them, to epoch milliseconds. The unit is said, never guessed: a number in another unit is no moment. */

import { DAY_MS, HOUR_MS, isEpochMs, MINUTE_MS, SECOND_MS } from "../domain/time.ts";
import { dayOfText } from "../quant/calendars/dates.ts";

export const TIME_UNITS = ["s", "ms", "us", "ns", "iso"] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

/** Digits behind the millisecond; a second has three too few. */
const FINER_DIGITS = { s: -3, ms: 0, us: 3, ns: 6 } as const;
const NUMBER = /^(\d{1,20})(?:\.(\d{1,9}))?$/;
const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** What is finer than a millisecond is cut off, so that a moment never lies after the one that was meant. */
export function momentOf(text: string, unit: TimeUnit): number | undefined {
  const at = unit === "iso" ? isoMoment(text) : numberedMoment(text, FINER_DIGITS[unit]);
  return at !== undefined && isEpochMs(at) ? at : undefined;
}

function numberedMoment(text: string, finer: number): number | undefined {
  const [, whole, fraction = ""] = NUMBER.exec(text) ?? [];
  if (whole === undefined) return undefined;
  if (finer < 0) return Number(whole + fraction.slice(0, -finer).padEnd(-finer, "0"));
  return Number(whole.slice(0, whole.length - finer));
}

/** A time without its zone is no moment. */
function isoMoment(text: string): number | undefined {
  const [, date = "", hours, minutes, seconds, fraction = "", sign, zoneHours, zoneMinutes] =
    RFC_3339.exec(text) ?? [];
  const day = dayOfText(date);
  const clock = clockMs(hours, minutes);
  const zone = sign === undefined ? 0 : clockMs(zoneHours, zoneMinutes);
  if (day === undefined || clock === undefined || zone === undefined || Number(seconds) > 59)
    return undefined;
  const local =
    day * DAY_MS + clock + Number(seconds) * SECOND_MS + Number(fraction.slice(0, 3).padEnd(3, "0"));
  return sign === "-" ? local + zone : local - zone;
}

function clockMs(hours = "", minutes = ""): number | undefined {
  const [hour, minute] = [Number(hours), Number(minutes)];
  return hour <= 23 && minute <= 59 ? hour * HOUR_MS + minute * MINUTE_MS : undefined;
}
