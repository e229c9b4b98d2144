/** UDF's history over our bars: seconds for milliseconds, trading days for local midnights, columns for rows. */
import type { BarObject } from "../../contracts/bars.ts";
import { UDF_BARS_MAX, type UdfHistoryQuery } from "../../contracts/udf.ts";
import { DAY_MS, type EpochMs, SECOND_MS } from "../../domain/time.ts";
import { type BarCalendar, barCalendarOf } from "../../quant/bar-calendar.ts";
import { dateText, dayNumber, weekdayOf } from "../../quant/calendars/dates.ts";
import type { TradingTerms } from "../../quant/trading-days.ts";

const DAY_SECONDS = DAY_MS / SECOND_MS;

/** How the times of one width are told: a bar's UDF time is not before `seconds` exactly where its own start is not before `startAt(seconds)`. */
export type BarClock = {
  readonly secondsOf: (start: number) => number;
  readonly startAt: (seconds: number) => number;
};

const CLOCK_TIME: BarClock = {
  secondsOf: (start) => start / SECOND_MS,
  startAt: (seconds) => seconds * SECOND_MS,
};

/** What stands at 00:00 UTC of a date: by the date that a bar's start is of, and by the first date that is not before a given one. */
type Dates = { readonly dateOf: (day: number) => number; readonly firstFrom: (day: number) => number };

const DAYS: Dates = { dateOf: (day) => day, firstFrom: (day) => day };
const WEEKS: Dates = { dateOf: (day) => day, firstFrom: (day) => day + ((8 - weekdayOf(day)) % 7) };

/** A month stands at its first trading day, and begins on its first date. */
const monthsOf = (calendar: BarCalendar): Dates => ({
  dateOf: (day) => firstTradingDay(calendar, day),
  firstFrom: (day) => {
    const first = firstOfMonth(day, 0);
    return firstTradingDay(calendar, first) >= day ? first : firstOfMonth(day, 1);
  },
});

/** Our day begins at midnight of the instrument's zone, or with its session the evening before; on a chart it stands at 00:00 UTC of its date. */
const datesClock = (calendar: BarCalendar, { dateOf, firstFrom }: Dates): BarClock => ({
  secondsOf: (start) => dateOf(calendar.dayNumberOf(start)) * DAY_SECONDS,
  startAt: (seconds) => calendar.daySpanOn(firstFrom(Math.ceil(seconds / DAY_SECONDS))).start,
});

export function barClock(resolution: string, terms: TradingTerms): BarClock {
  const calendar = barCalendarOf(terms);
  switch (resolution) {
    case "1D":
      return datesClock(calendar, DAYS);
    case "1W":
      return datesClock(calendar, WEEKS);
    case "1M":
      return datesClock(calendar, monthsOf(calendar));
    default:
      return CLOCK_TIME;
  }
}

/** Of the month of a date that many months on. */
function firstOfMonth(day: number, months: number): number {
  const [year = 0, month = 0] = dateText(day).split("-").map(Number);
  return dayNumber(year + Math.floor((month - 1 + months) / 12), ((month - 1 + months) % 12) + 1, 1);
}

/** From a date on, in its month; the date itself where none is left in it. */
function firstTradingDay(calendar: BarCalendar, from: number): number {
  const until = firstOfMonth(from, 1);
  for (let day = from; day < until; day++) if (calendar.daySpanOn(day).stretches.length > 0) return day;
  return from;
}

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
  const column = (name: string, of: (bar: ChartBar) => string | number) =>
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

type ChartBar = Pick<BarObject, "t" | "o" | "h" | "l" | "c" | "v">;

/** What a chart shows of a bar comes first in each of our rows, in this order; JSON.parse of all of it takes seven times as long. */
const CHART_BAR = /^{"t":(\d+),"o":"([^"]+)","h":"([^"]+)","l":"([^"]+)","c":"([^"]+)","v":"([^"]+)"/;

function barOf(row: string): ChartBar {
  const found = CHART_BAR.exec(row);
  if (found === null) throw new Error(`no bar: ${row}`);
  const [, t, o = "", h = "", l = "", c = "", v = ""] = found;
  return { t: Number(t), o, h, l, c, v };
}
