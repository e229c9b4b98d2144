/** Where bars begin and end: minutes on UTC, the day at midnight of the instrument's own time zone. */
import { Temporal } from "temporal-polyfill";
import type { Resolution } from "../domain/bar.ts";
import { bucketStart, type EpochMs, MINUTE_MS } from "../domain/time.ts";

/** From `start` up to, not including, `end`. */
export type Span = { readonly start: EpochMs; readonly end: EpochMs };

/** A symbol works in today and, for late ticks, yesterday; a reader may ask for some more. */
export const DAYS_REMEMBERED_MAX = 8;

const WIDTHS: Readonly<Record<Exclude<Resolution, "1D">, number>> = {
  "1": MINUTE_MS,
  "5": 5 * MINUTE_MS,
  "15": 15 * MINUTE_MS,
  "60": 60 * MINUTE_MS,
};

export class Calendar {
  readonly timeZone: string;
  /** Days asked for last, newest question first: a zone's rules are slow to read (about 40 µs a day). */
  #days: readonly Span[] = [];

  constructor(timeZone: string) {
    this.timeZone = timeZone;
  }

  get daysRemembered(): number {
    return this.#days.length;
  }

  /** The bar of that width that holds the moment. */
  spanOf(resolution: Resolution, at: number): Span {
    return resolution === "1D" ? this.dayOf(at) : minutesOf(at, WIDTHS[resolution]);
  }

  /** From midnight to midnight: 23 or 25 hours where the clocks change, and no midnight at all where they change at midnight. */
  dayOf(at: number): Span {
    const known = this.#days.find(({ start, end }) => start <= at && at < end);
    if (known !== undefined) return known;
    const day = dayIn(this.timeZone, at);
    this.#days = [day, ...this.#days].slice(0, DAYS_REMEMBERED_MAX);
    return day;
  }
}

function minutesOf(at: number, widthMs: number): Span {
  const start = bucketStart(at, widthMs);
  return { start, end: (start + widthMs) as EpochMs };
}

function dayIn(timeZone: string, at: number): Span {
  const midnight = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).startOfDay();
  const day = dayFrom(midnight);
  // St John's once set its clocks back at 00:01: the hour that came twice lies behind the first midnight, so in the new day.
  return at < day.end ? day : dayFrom(midnight.add({ days: 1 }).startOfDay());
}

function dayFrom(midnight: Temporal.ZonedDateTime): Span {
  const next = midnight.add({ days: 1 }).startOfDay();
  return { start: midnight.epochMilliseconds as EpochMs, end: next.epochMilliseconds as EpochMs };
}
