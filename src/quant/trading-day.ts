/** Dates of an instrument's time zone as numbers: days since 1 January 1970, whatever hour their midnight has in UTC. */
import { Temporal } from "temporal-polyfill";
import { DAY_MS, type EpochMs } from "../domain/time.ts";

const EPOCH_DATE = Temporal.PlainDate.from("1970-01-01");
const MS_IN_NANOSECONDS = 1_000_000;

/** The date on the wall at that moment. */
export function dayNumberOf(timeZone: string, at: number): number {
  const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return Math.floor((at + offsetNanoseconds / MS_IN_NANOSECONDS) / DAY_MS);
}

/** When that date begins there. A date that a zone has skipped begins with the next one. */
export function dayStart(timeZone: string, dayNumber: number): EpochMs {
  return EPOCH_DATE.add({ days: dayNumber }).toZonedDateTime(timeZone).epochMilliseconds as EpochMs;
}
