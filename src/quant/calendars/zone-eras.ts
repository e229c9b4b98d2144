/** The clocks of a time zone over some dates: stretches of one offset, read once from the platform's time-zone data. */
import { Temporal } from "temporal-polyfill";
import { DAY_MS, type EpochMs, MINUTE_MS } from "../../domain/time.ts";

/** From `start` on; the first one held before, too. */
type Era = { readonly start: number; readonly offsetMs: number };

const MS_IN_NANOSECONDS = 1_000_000;
/** No zone is further from UTC than 14 hours. */
const MARGIN_MS = DAY_MS;

export class ZoneEras {
  readonly #eras: readonly Era[];

  /** For dates from `first` up to, not including, `end`. */
  constructor(timeZone: string, first: number, end: number) {
    this.#eras = erasOf(timeZone, first * DAY_MS - MARGIN_MS, end * DAY_MS + MARGIN_MS);
  }

  /** When the clock shows that minute of that date; minutes below zero belong to the day before. A time that is skipped is the moment of the skip. */
  momentOf(day: number, minute: number): EpochMs {
    const wall = day * DAY_MS + minute * MINUTE_MS;
    let moment = wall;
    for (let index = 0; index < this.#eras.length; index++) {
      const { start = 0, offsetMs = 0 } = this.#eras[index] ?? {};
      moment = wall - offsetMs;
      if (index > 0 && moment < start) moment = start;
      const next = this.#eras[index + 1];
      if (next === undefined || moment < next.start) break;
    }
    return moment as EpochMs;
  }

  /** The date on the wall. */
  dayOf(at: number): number {
    let offsetMs = 0;
    for (const era of this.#eras) {
      if (at < era.start) break;
      offsetMs = era.offsetMs;
    }
    return Math.floor((at + offsetMs) / DAY_MS);
  }
}

function erasOf(timeZone: string, from: number, to: number): Era[] {
  const eras: Era[] = [];
  let at: Temporal.ZonedDateTime | null =
    Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
  while (at !== null && at.epochMilliseconds < to) {
    eras.push({ start: at.epochMilliseconds, offsetMs: at.offsetNanoseconds / MS_IN_NANOSECONDS });
    at = at.getTimeZoneTransition("next");
  }
  return eras;
}
