import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  UDF_BARS_MAX,
  type UdfHistoryQuery,
  udfHistoryQuery,
  udfHistoryReply,
} from "../../../src/contracts/udf.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import {
  barClock,
  historyText,
  historyWindow,
  noDataText,
  olderThan,
} from "../../../src/http/udf/history.ts";
import { BarCalendar } from "../../../src/quant/bar-calendar.ts";

const NOW = Date.UTC(2026, 5, 10, 14, 30, 20) as EpochMs;
const NOW_SECONDS = NOW / 1_000;
const TERMS = { timezone: "Asia/Tokyo", session: "0900-1130,1230-1530" };
const minutes = barClock("1", TERMS);
const query = (given: Record<string, string>): UdfHistoryQuery =>
  udfHistoryQuery.parse({ symbol: "X:A", resolution: "1", ...given });
const zone = fc.constantFrom(
  ...["UTC", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia", "Pacific/Kiritimati"],
);
const moment = fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2035, 0) });
const row = (t: number, price = "1") =>
  JSON.stringify({ t, o: price, h: price, l: price, c: price, v: price });

describe("the times of bars", () => {
  test("seconds there and back again, at every minute", () => {
    fc.assert(
      fc.property(moment, (at) => {
        const start = at - (at % 60_000);
        expect(minutes.startAt(minutes.secondsOf(start))).toBe(start);
      }),
    );
  });

  const terms = fc.oneof(
    zone.map((timezone) => ({ timezone, session: "24x7" })),
    zone.map((timezone) => ({ timezone, session: "0930-1600:23456" })),
    fc.constant({ timezone: "America/New_York", session: "1700-1700:23456", calendar: "FX" }),
    fc.constant({ timezone: "America/Chicago", session: "1700-1600:23456", calendar: "GLBX" }),
    fc.constant({ timezone: "Asia/Tokyo", session: "0900-1130,1230-1530:23456", calendar: "XTKS" }),
  );

  test("a day stands at 00:00 UTC of its trading day, in every zone, and back again", () => {
    fc.assert(
      fc.property(zone, moment, (timezone, at) => {
        const days = barClock("1D", { timezone, session: "0930-1600" });
        const { start } = new BarCalendar({ timezone, session: "0930-1600" }).dayAt(at);
        const date = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" }).format(
          start,
        );
        expect(days.secondsOf(start) * 1_000).toBe(Date.parse(date));
        expect(days.startAt(days.secondsOf(start))).toBe(start);
      }),
      { numRuns: 300 },
    );
  });

  test("an evening on which the next day has begun stands at that day", () => {
    const fx = { timezone: "America/New_York", session: "1700-1700:23456", calendar: "FX" };
    const sunday = Date.UTC(2026, 5, 7, 21, 0);
    const { start } = new BarCalendar(fx).dayAt(sunday);
    expect([start, barClock("1D", fx).secondsOf(start) * 1_000]).toEqual([sunday, Date.UTC(2026, 5, 8)]);
    expect(barClock("1D", fx).startAt(Date.UTC(2026, 5, 8) / 1_000)).toBe(sunday);
  });

  test("a week stands at its Monday, and a month at its first trading day", () => {
    const xnys = { timezone: "America/New_York", session: "0930-1600:23456", calendar: "XNYS" };
    const calendar = new BarCalendar(xnys);
    const at = Date.UTC(2027, 0, 6, 15);
    const placeOf = (width: "1W" | "1M", moment: number) =>
      new Date(barClock(width, xnys).secondsOf(calendar.spanOf(width, moment).start) * 1_000)
        .toISOString()
        .slice(0, 10);
    // 18 January is a holiday and a Monday all the same; 1 January is no trading day, nor are the days to the 3rd.
    expect(placeOf("1W", Date.UTC(2027, 0, 20, 15))).toBe("2027-01-18");
    expect([placeOf("1M", at), placeOf("1M", Date.UTC(2026, 4, 30, 15))]).toEqual([
      "2027-01-04",
      "2026-05-01",
    ]);
    expect(placeOf("1M", Date.UTC(2026, 7, 1, 15))).toBe("2026-08-03");
    const always = { timezone: "UTC", session: "24x7" };
    const august = new BarCalendar(always).spanOf("1M", Date.UTC(2026, 7, 20)).start;
    expect(barClock("1M", always).secondsOf(august) * 1_000).toBe(Date.UTC(2026, 7, 1));
  });

  test("what lies before or after a second on the chart does so among our bars", () => {
    const width = fc.constantFrom("1", "30", "1D", "1W", "1M" as const);
    fc.assert(
      fc.property(terms, moment, moment, width, (trading, at, asked, resolution) => {
        const clock = barClock(resolution, trading);
        const { start } = new BarCalendar(trading).spanOf(resolution as "1D", at);
        const near = clock.secondsOf(start);
        for (const seconds of [Math.floor(asked / 1_000), near - 1, near, near + 1])
          expect([seconds, start >= clock.startAt(seconds)]).toEqual([seconds, near >= seconds]);
      }),
      { numRuns: 500 },
    );
  });

  test("bars that follow one another do so on the chart", () => {
    fc.assert(
      fc.property(terms, moment, fc.constantFrom("1D", "1W", "1M" as const), (trading, at, width) => {
        const calendar = new BarCalendar(trading);
        const { start, end } = calendar.spanOf(width as "1D", at);
        const clock = barClock(width, trading);
        expect(clock.secondsOf(calendar.spanOf(width as "1D", end).start)).toBeGreaterThan(
          clock.secondsOf(start),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe("the window", () => {
  test("runs from `from`, inclusive, to `to`, exclusive", () => {
    expect(historyWindow(query({ from: "1700000000", to: "1700000600" }), minutes, NOW)).toEqual({
      ...{ from: 1_700_000_000_000, to: 1_700_000_600_000, limit: UDF_BARS_MAX },
    });
  });

  test("has no beginning where bars are counted back", () => {
    const counted = query({ from: "1700000000", to: "1700000600", countback: "7" });
    expect(historyWindow(counted, minutes, NOW)).toEqual({ to: 1_700_000_600_000, limit: 7 });
  });

  test("counts back no more than a page holds", () => {
    const counted = query({ to: "1700000600", countback: "9999999" });
    expect(historyWindow(counted, minutes, NOW).limit).toBe(UDF_BARS_MAX);
  });

  test("a count of nothing is none: an adapter sends it after a whole page", () => {
    const counted = query({ from: "1700000000", to: "1700000600", countback: "0" });
    expect(historyWindow(counted, minutes, NOW).from).toBe(1_700_000_000_000);
  });

  test("ends now: a bar that starts in this second is in it, and one of the next is not", () => {
    const { to } = historyWindow(query({ to: "9999999999", countback: "1" }), minutes, NOW);
    expect(to).toBe((NOW_SECONDS + 1) * 1_000);
  });

  test("a day that has begun on the wall but not on the chart is not there yet", () => {
    const inTokyo = barClock("1D", TERMS);
    const early = Date.UTC(2026, 5, 10, 20) as EpochMs;
    const { to } = historyWindow(query({ to: "9999999999", countback: "1" }), inTokyo, early);
    const { start } = new BarCalendar(TERMS).dayAt(early);
    expect(inTokyo.secondsOf(start)).toBe(Date.UTC(2026, 5, 11) / 1_000);
    expect(start).toBe(to);
  });

  test("times before 1970, as of charts scrolled far back, are the beginning of time", () => {
    expect(historyWindow(query({ from: "-99999999999", to: "-5" }), minutes, NOW)).toMatchObject({
      from: 0,
      to: 0,
    });
  });

  test("what is older than an empty one ends where it begins, however it was turned", () => {
    expect(olderThan({ from: 5, to: 9, limit: 3 })).toEqual({ to: 5, limit: 1 });
    expect(olderThan({ from: 9, to: 5, limit: 3 })).toEqual({ to: 5, limit: 1 });
  });
});

describe("the reply", () => {
  const scaled = fc.tuple(
    fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
    fc.integer({ min: 0, max: 18 }),
  );

  test("a price is written with exactly the digits of its decimal text", () => {
    fc.assert(
      fc.property(fc.array(scaled, { minLength: 1, maxLength: 20 }), (values) => {
        const texts = values.map(([value, scale]) => decimalText(value, scale));
        const body = historyText(
          texts.map((text, at) => row(at * 60_000, text)),
          minutes,
        );
        for (const name of ["o", "h", "l", "c", "v"]) expect(columnText(body, name)).toEqual(texts);
        expect(udfHistoryReply.safeParse(JSON.parse(body)).error).toBeUndefined();
      }),
    );
  });

  test("no data without a hint is the end, and with one a gap, in seconds", () => {
    expect(noDataText(undefined, minutes)).toBe('{"s":"no_data"}');
    expect(noDataText(row(1_700_000_040_000), minutes)).toBe('{"s":"no_data","nextTime":1700000040}');
  });
});

const columnText = (body: string, name: string): string[] =>
  new RegExp(`"${name}":\\[([^\\]]*)\\]`).exec(body)?.[1]?.split(",") ?? [];
