import { describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { BarCalendar } from "../../src/quant/bar-calendar.ts";
import { dayOfText } from "../../src/quant/calendars/dates.ts";

const at = (iso: string): number => Date.parse(iso);
const hours = ({ start, end }: { start: number; end: number }): number => (end - start) / HOUR_MS;
const span = (start: string, end: string, closesAt = end) => ({
  start: at(start),
  end: at(end),
  closesAt: at(closesAt),
});
const spanText = ({ start, end }: { start: number; end: number }, timeZone: string): string => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  return `${format.format(start)}-${format.format(end)}`;
};

const ALWAYS = new BarCalendar({ timezone: "Asia/Kolkata", session: "24x7" });
const NSE = new BarCalendar({ timezone: "Asia/Kolkata", session: "0915-1530:23456", calendar: "XNSE" });
const NYSE = new BarCalendar({ timezone: "America/New_York", session: "0930-1600:23456", calendar: "XNYS" });
const FX = new BarCalendar({ timezone: "America/New_York", session: "1700-1700:23456", calendar: "FX" });
const GLOBEX = new BarCalendar({
  timezone: "America/Chicago",
  session: "1700-1600:23456",
  calendar: "GLBX",
});
const TOKYO = new BarCalendar({
  timezone: "Asia/Tokyo",
  session: "0900-1130,1230-1530:23456",
  calendar: "XTKS",
});
const SYDNEY = new BarCalendar({
  timezone: "Australia/Sydney",
  session: "1000-1600:23456",
  calendar: "XASX",
});
/** Midnight to midnight of the zone: hours within do not matter here. */
const daysOf = (timezone: string) => new BarCalendar({ timezone, session: "0930-1600" });

/** The wall date by another road than the code under test. */
const wallDate = (timeZone: string): ((moment: number) => string) => {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  return (moment) => format.format(moment);
};

const barsBetween = (
  calendar: BarCalendar,
  resolution: Parameters<BarCalendar["spanOf"]>[0],
  from: number,
  to: number,
) => {
  const found = [calendar.spanOf(resolution, from)];
  for (let end = found[0]?.end ?? to; end < to; end = found.at(-1)?.end ?? to)
    found.push(calendar.spanOf(resolution, end));
  return found;
};

describe("what is always open", () => {
  test.each([
    ["1S", "2024-08-08T23:54:13Z", 1 / 60],
    ["5S", "2024-08-08T23:54:10Z", 5 / 60],
    ["1", "2024-08-08T23:54:00Z", 1],
    ["3", "2024-08-08T23:54:00Z", 3],
    ["5", "2024-08-08T23:50:00Z", 5],
    ["15", "2024-08-08T23:45:00Z", 15],
    ["30", "2024-08-08T23:30:00Z", 30],
    ["60", "2024-08-08T23:00:00Z", 60],
    ["240", "2024-08-08T20:00:00Z", 240],
    ["1D", "2024-08-08T00:00:00Z", 1_440],
    ["1W", "2024-08-05T00:00:00Z", 7 * 1_440],
    ["1M", "2024-08-01T00:00:00Z", 31 * 1_440],
  ] as const)(
    "a bar of %s is counted from midnight of UTC, whatever the zone",
    (resolution, start, minutes) => {
      const found = ALWAYS.spanOf(resolution, at("2024-08-08T23:54:13.085Z"));
      const end = at(start) + minutes * MINUTE_MS;
      expect(found).toMatchObject({ start: at(start), end, closesAt: end });
    },
  );

  test("its start belongs to a bar and its end to the next one", () => {
    const noon = at("2024-08-08T12:00:00Z");
    expect(ALWAYS.spanOf("5", noon).start).toBe(noon);
    expect(ALWAYS.spanOf("5", noon - 1).end).toBe(noon);
  });
});

describe("in a session bars are counted from its open", () => {
  test("09:15 in Mumbai gives 09:15, 10:15 and a short last bar", () => {
    const bars = barsBetween(NSE, "60", at("2024-08-08T03:45:00Z"), at("2024-08-08T10:00:00Z"));
    expect(bars.map((bar) => spanText(bar, "Asia/Kolkata"))).toEqual([
      ...["09:15-10:15", "10:15-11:15", "11:15-12:15", "12:15-13:15", "13:15-14:15", "14:15-15:15"],
      "15:15-15:30",
    ]);
  });

  test("09:30 in New York gives two bars of four hours, the last one short", () => {
    const bars = barsBetween(NYSE, "240", at("2024-08-08T13:30:00Z"), at("2024-08-08T20:00:00Z"));
    expect(bars.map((bar) => spanText(bar, "America/New_York"))).toEqual(["09:30-13:30", "13:30-16:00"]);
  });

  test("after the lunch break they are counted anew", () => {
    const bars = barsBetween(TOKYO, "60", at("2025-06-02T00:00:00Z"), at("2025-06-02T06:30:00Z"));
    expect(bars.map((bar) => spanText(bar, "Asia/Tokyo"))).toEqual([
      ...["09:00-10:00", "10:00-11:00", "11:00-11:30", "11:30-12:00", "12:00-12:30"],
      ...["12:30-13:30", "13:30-14:30", "14:30-15:30"],
    ]);
  });

  test("before the open and after the close they are counted from midnight, and cut where the session is", () => {
    const bars = barsBetween(NYSE, "240", at("2024-08-08T04:00:00Z"), at("2024-08-09T04:00:00Z"));
    expect(bars.map((bar) => spanText(bar, "America/New_York"))).toEqual([
      ...["00:00-04:00", "04:00-08:00", "08:00-09:30", "09:30-13:30", "13:30-16:00"],
      ...["16:00-20:00", "20:00-00:00"],
    ]);
  });

  test("an early close ends the last bar and the day's trading", () => {
    expect(NYSE.spanOf("60", at("2024-07-03T16:45:00Z"))).toMatchObject(
      span("2024-07-03T16:30:00Z", "2024-07-03T17:00:00Z"),
    );
    expect(NYSE.spanOf("1D", at("2024-07-03T14:00:00Z")).closesAt).toBe(at("2024-07-03T17:00:00Z"));
  });

  test("a special session on a Saturday has bars of its own hours", () => {
    const saturday = NSE.daySpanOn(dayOfText("2024-01-20") ?? 0);
    expect(saturday.stretches.length).toBeGreaterThan(0);
    const [open] = saturday.stretches;
    expect(NSE.spanOf("60", open?.start ?? 0).start).toBe(open?.start);
  });

  test("where the published calendar ends, the instrument's own session goes on", () => {
    const far = new BarCalendar({
      timezone: "Asia/Kolkata",
      session: "0915-1530:23456",
      calendar: "XNSE",
    });
    expect(far.spanOf("60", at("2040-08-08T04:00:00Z"))).toMatchObject(
      span("2040-08-08T03:45:00Z", "2040-08-08T04:45:00Z"),
    );
  });

  test("a calendar that nobody publishes leaves it to the session", () => {
    const unknown = new BarCalendar({ timezone: "UTC", session: "0915-1530", calendar: "XXXX" });
    expect(unknown.spanOf("60", at("2024-08-08T09:20:00Z")).start).toBe(at("2024-08-08T09:15:00Z"));
  });
});

describe("days", () => {
  test("of a stock exchange start at midnight of its zone and close with the session", () => {
    expect(NYSE.dayAt(at("2024-08-09T03:59:59.999Z"))).toMatchObject(
      span("2024-08-08T04:00:00Z", "2024-08-09T04:00:00Z", "2024-08-08T20:00:00Z"),
    );
  });

  test("without a session close when they end", () => {
    expect(NYSE.dayAt(at("2024-07-04T15:00:00Z"))).toMatchObject(
      span("2024-07-04T04:00:00Z", "2024-07-05T04:00:00Z"),
    );
  });

  test("of foreign exchange roll at 17:00 in New York, in summer and in winter", () => {
    expect(FX.dayAt(at("2024-08-07T21:00:00Z"))).toMatchObject(
      span("2024-08-07T21:00:00Z", "2024-08-08T21:00:00Z"),
    );
    expect(FX.dayAt(at("2024-01-10T21:59:59.999Z"))).toMatchObject(
      span("2024-01-09T22:00:00Z", "2024-01-10T22:00:00Z"),
    );
  });

  test("after the week's last close the moment is of its date; the evening on which Monday opens is Monday's", () => {
    const dateAt = (iso: string) => FX.dayNumberOf(at(iso));
    expect(dateAt("2024-08-09T22:00:00Z")).toBe(dayOfText("2024-08-09"));
    expect(dateAt("2024-08-10T12:00:00Z")).toBe(dayOfText("2024-08-10"));
    expect(dateAt("2024-08-11T20:59:59Z")).toBe(dayOfText("2024-08-11"));
    expect(dateAt("2024-08-11T21:00:00Z")).toBe(dayOfText("2024-08-12"));
  });

  test("of Globex start on the evening before and close at 16:00 in Chicago", () => {
    expect(GLOBEX.dayAt(at("2024-08-08T15:00:00Z"))).toMatchObject(
      span("2024-08-07T22:00:00Z", "2024-08-08T22:00:00Z", "2024-08-08T21:00:00Z"),
    );
  });

  test.each([
    ["America/New_York", "2024-03-10T12:00:00Z", 23],
    ["America/New_York", "2024-11-03T12:00:00Z", 25],
    ["Europe/Berlin", "2024-03-31T12:00:00Z", 23],
    ["Europe/Berlin", "2024-10-27T12:00:00Z", 25],
    ["Australia/Lord_Howe", "2024-04-07T00:00:00Z", 24.5],
    ["UTC", "2024-03-10T12:00:00Z", 24],
  ])("in %s the day of %s has %s hours", (zone, moment, length) => {
    expect(hours(daysOf(zone).dayAt(at(moment)))).toBe(length);
  });

  test("a session opens by the wall, on both sides of a change of clocks, in both hemispheres", () => {
    const openOn = (calendar: BarCalendar, date: string) =>
      calendar.daySpanOn(dayOfText(date) ?? 0).stretches[0];
    expect(openOn(NYSE, "2024-03-08")?.start).toBe(at("2024-03-08T14:30:00Z"));
    expect(openOn(NYSE, "2024-03-11")?.start).toBe(at("2024-03-11T13:30:00Z"));
    expect(openOn(SYDNEY, "2024-04-05")?.start).toBe(at("2024-04-04T23:00:00Z"));
    expect(openOn(SYDNEY, "2024-04-08")?.start).toBe(at("2024-04-08T00:00:00Z"));
    expect(openOn(SYDNEY, "2024-10-04")?.start).toBe(at("2024-10-04T00:00:00Z"));
    expect(openOn(SYDNEY, "2024-10-08")?.start).toBe(at("2024-10-07T23:00:00Z"));
  });

  test("where midnight itself is skipped the day starts when the clocks have jumped", () => {
    expect(daysOf("America/Sao_Paulo").dayAt(at("2018-11-04T12:00:00Z"))).toMatchObject({
      start: at("2018-11-04T03:00:00Z"),
      end: at("2018-11-05T02:00:00Z"),
    });
  });

  test("where a whole date is skipped the next one follows, and the skipped one is empty", () => {
    const apia = daysOf("Pacific/Apia");
    const day = apia.dayAt(at("2011-12-30T09:59:00Z"));
    expect(day.end).toBe(at("2011-12-30T10:00:00Z"));
    expect(apia.dayAt(day.end)).toMatchObject({ start: day.end, day: day.day + 2 });
    const skipped = apia.daySpanOn(day.day + 1);
    expect([skipped.start, skipped.end, skipped.stretches]).toEqual([day.end, day.end, []]);
  });

  test("where the hour before midnight comes twice every moment still lies in its day, and days do not overlap", () => {
    const calendar = daysOf("America/St_Johns");
    for (let moment = at("2006-10-29T00:00:00Z"); moment < at("2006-10-31T00:00:00Z"); moment += 30_000) {
      const day = calendar.dayAt(moment);
      expect(day.start <= moment && moment < day.end).toBe(true);
      expect(daysOf("America/St_Johns").dayAt(day.end).start).toBe(day.end);
    }
  });

  test.each([
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
  ])("days of %s are its wall dates, without gap or overlap, over three years", (zone) => {
    const calendar = daysOf(zone);
    const dateOf = wallDate(zone);
    let day = calendar.dayAt(at("2016-12-31T12:00:00Z"));
    while (day.end < at("2020-01-01T00:00:00Z")) {
      expect(dateOf(day.start)).toBe(dateOf(day.end - 1));
      expect(dateOf(day.start - 1)).not.toBe(dateOf(day.start));
      expect(day.day).toBe(dayOfText(dateOf(day.start)));
      const next = calendar.dayAt(day.end);
      expect(next.start).toBe(day.end);
      day = next;
    }
  });
});

describe("weeks and months", () => {
  test("a week is the trading days of Monday to Sunday, and closes with its last session", () => {
    expect(NYSE.spanOf("1W", at("2024-08-08T15:00:00Z"))).toEqual(
      span("2024-08-05T04:00:00Z", "2024-08-12T04:00:00Z", "2024-08-09T20:00:00Z"),
    );
    expect(FX.spanOf("1W", at("2024-08-04T21:00:00Z"))).toEqual(
      span("2024-08-04T21:00:00Z", "2024-08-11T21:00:00Z", "2024-08-09T21:00:00Z"),
    );
  });

  test("a week whose Friday is a holiday closes on Thursday", () => {
    expect(NYSE.spanOf("1W", at("2024-03-26T15:00:00Z")).closesAt).toBe(at("2024-03-28T20:00:00Z"));
  });

  test("a week of Mumbai with a session on Saturday closes on Saturday", () => {
    const { closesAt } = NSE.spanOf("1W", at("2024-01-17T05:00:00Z"));
    expect(NSE.dayNumberOf(closesAt - 1)).toBe(dayOfText("2024-01-20"));
  });

  test("a month is its dates, in the zone of the instrument, and closes with its last session", () => {
    expect(NYSE.spanOf("1M", at("2024-03-15T15:00:00Z"))).toEqual(
      span("2024-03-01T05:00:00Z", "2024-04-01T04:00:00Z", "2024-03-28T20:00:00Z"),
    );
    expect(NYSE.spanOf("1M", at("2024-12-15T15:00:00Z")).end).toBe(at("2025-01-01T05:00:00Z"));
  });
});
