/** UDF's history over our bars: seconds for milliseconds, trading days for local midnights, columns for rows. */
import type { BarObject } from "../../contracts/bars.ts";
import { UDF_BARS_MAX, type UdfHistoryQuery } from "../../contracts/udf.ts";
import { DAY_MS, type EpochMs, SECOND_MS } from "../../domain/time.ts";
import { dayNumberOf, dayStart } from "../../quant/trading-day.ts";

const DAY_SECONDS = DAY_MS / SECOND_MS;

/** How the times of one width are told: a bar's UDF time is not before `seconds` exactly where its own start is not before `startAt(seconds)`. */
export type BarClock = {
  readonly secondsOf: (start: number) => number;
  readonly startAt: (seconds: number) => number;
};

const MINUTES: BarClock = {
  secondsOf: (start) => start / SECOND_MS,
  startAt: (seconds) => seconds * SECOND_MS,
};

/** Our day begins at midnight of the instrument's zone; on a chart it stands at 00:00 UTC of the same date. */
const daysIn = (timeZone: string): BarClock => ({
  secondsOf: (start) => dayNumberOf(timeZone, start) * DAY_SECONDS,
  startAt: (seconds) => dayStart(timeZone, Math.ceil(seconds / DAY_SECONDS)),
});

export const barClock = (resolution: string, timeZone: string): BarClock =>
  resolution === "1D" ? daysIn(timeZone) : MINUTES;

/** [from, to) in our time, the newest `limit` of it. Without `from` whatever is older counts. */
export type HistoryWindow = { readonly from?: number; readonly to: number; readonly limit: number };

/** Nothing of the future is a bar yet: a print may run two seconds ahead of our clock. */
export function historyWindow(
  { from = 0, to, countback = 0 }: UdfHistoryQuery,
  clock: BarClock,
  now: EpochMs,
): HistoryWindow {
  const until = Math.min(Math.max(0, to), Math.floor(now / SECOND_MS) + 1);
  const end = clock.startAt(until);
  if (countback > 0) return { to: end, limit: Math.min(countback, UDF_BARS_MAX) };
  return { from: clock.startAt(Math.max(0, from)), to: end, limit: UDF_BARS_MAX };
}

/** Where bars before an empty window are looked for. */
export const olderThan = ({ from, to }: HistoryWindow): HistoryWindow => ({
  to: Math.min(from ?? to, to),
  limit: 1,
});

/** `rows` are our bars, at least one, ascending. A decimal's text is a JSON number as it stands: no digit goes through a float. */
export function historyText(rows: readonly string[], clock: BarClock): string {
  const bars = rows.map(barOf);
  const column = (name: string, of: (bar: BarObject) => string | number) =>
    `"${name}":[${bars.map(of).join(",")}]`;
  const columns = [
    column("t", ({ t }) => clock.secondsOf(t)),
    column("o", ({ o }) => o),
    column("h", ({ h }) => h),
    column("l", ({ l }) => l),
    column("c", ({ c }) => c),
    column("v", ({ v }) => v),
  ];
  return `{"s":"ok",${columns.join(",")}}`;
}

/** `older` is the newest bar before what was asked for. */
export function noDataText(older: string | undefined, clock: BarClock): string {
  const hint = older === undefined ? {} : { nextTime: clock.secondsOf(barOf(older).t) };
  return JSON.stringify({ s: "no_data", ...hint });
}

// SAFETY: a row of our own actors or of the mirror, in the public shape.
const barOf = (row: string): BarObject => JSON.parse(row) as BarObject;
