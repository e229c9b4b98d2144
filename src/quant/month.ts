/** Months of the UTC calendar, as `YYYY-MM`. */
import { Temporal } from "temporal-polyfill";

export type Month = string;

export const monthOf = (at: number): Month =>
  Temporal.Instant.fromEpochMilliseconds(at).toString().slice(0, 7);
export const nextMonth = (month: Month): Month =>
  Temporal.PlainYearMonth.from(month).add({ months: 1 }).toString();
export const monthBefore = (month: Month, months: number): Month =>
  Temporal.PlainYearMonth.from(month).subtract({ months }).toString();
export const monthStart = (month: Month): number =>
  Temporal.Instant.from(`${month}-01T00:00:00Z`).epochMilliseconds;
