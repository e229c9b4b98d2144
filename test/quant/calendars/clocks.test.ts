/** Clocks that change, nights, lunches: how sessions lie in time. */
import { describe, expect, test } from "vitest";
import { stateAt } from "../../../src/quant/calendars/calendar-state.ts";
import { at, calendar, day } from "./support.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("where clocks change", () => {
  const opens = (id: string, dates: readonly string[]): string[] =>
    dates.map((date) => new Date(calendar(id).sessionOn(day(date))!.open).toISOString().slice(11, 16));

  test.each([
    ["XNYS", ["2024-03-08", "2024-03-11", "2024-11-01", "2024-11-04"], ["14:30", "13:30", "13:30", "14:30"]],
    ["XLON", ["2024-03-28", "2024-04-02", "2024-10-25", "2024-10-28"], ["08:00", "07:00", "07:00", "08:00"]],
    ["XASX", ["2024-04-05", "2024-04-08", "2024-10-04", "2024-10-08"], ["23:00", "00:00", "00:00", "23:00"]],
    ["GLBX", ["2024-03-08", "2024-03-11", "2024-11-01", "2024-11-04"], ["23:00", "22:00", "22:00", "23:00"]],
    ["FX", ["2024-03-08", "2024-03-11", "2024-11-01", "2024-11-04"], ["22:00", "21:00", "21:00", "22:00"]],
    ["XTKS", ["2024-03-08", "2024-03-11", "2024-11-01", "2024-11-05"], ["00:00", "00:00", "00:00", "00:00"]],
    // America set its clocks three weeks later in spring, and one earlier in autumn, until 2006.
    ["XNYS", ["2006-03-13", "2006-04-03", "2007-03-12", "2006-10-30"], ["14:30", "13:30", "13:30", "14:30"]],
  ])("%s opens at the same time of its wall", (id, dates, expected) => {
    expect(opens(id, dates)).toEqual(expected);
  });

  test("sessions last as long as on other days, and the week-ends between them an hour less or more", () => {
    const lengths = (id: string, date: string) => {
      const session = calendar(id).sessionOn(day(date))!;
      return [
        (session.close - session.open) / HOUR,
        (session.open - calendar(id).previousClose(session.open)!) / HOUR,
      ];
    };
    expect(lengths("XNYS", "2024-03-04")).toEqual([6.5, 65.5]);
    expect(lengths("XNYS", "2024-03-11")).toEqual([6.5, 64.5]);
    expect(lengths("XNYS", "2024-11-04")).toEqual([6.5, 66.5]);
    expect(lengths("XASX", "2024-04-08")).toEqual([6, 67]);
    expect(lengths("GLBX", "2024-03-11")).toEqual([23, 48]);
    expect(lengths("GLBX", "2024-11-04")).toEqual([23, 50]);
    expect(lengths("FX", "2024-03-11")).toEqual([24, 47]);
  });

  test("days of foreign exchange touch from Monday to Friday", () => {
    const week = calendar("FX").sessionsBetween(day("2024-11-04"), day("2024-11-09"));
    for (const [index, session] of week.entries()) {
      expect(session.close - session.open).toBe(DAY);
      if (index > 0) expect(session.open).toBe(week[index - 1]!.close);
    }
  });
});

describe("bars of an hour", () => {
  const barsOf = (id: string, date: string): string[] => {
    const session = calendar(id).sessionOn(day(date))!;
    const bars: string[] = [];
    for (let moment: number = session.open; moment < session.close; ) {
      const bar = calendar(id).barOf(moment, HOUR);
      if (bar !== undefined)
        bars.push(`${new Date(bar.start).toISOString().slice(11, 16)}+${(bar.end - bar.start) / 60_000}`);
      moment = bar?.end ?? calendar(id).nextOpen(moment)!;
    }
    return bars;
  };

  test("in Mumbai they begin at 09:15, 10:15 and so on, and the last is short", () => {
    expect(barsOf("XNSE", "2024-06-12")).toEqual(
      "03:45+60 04:45+60 05:45+60 06:45+60 07:45+60 08:45+60 09:45+15".split(" "),
    );
  });

  test("in Tokyo they begin anew after lunch", () => {
    expect(barsOf("XTKS", "2024-06-12")).toEqual(
      "00:00+60 01:00+60 02:00+30 03:30+60 04:30+60 05:30+30".split(" "),
    );
  });
});

describe("overnight sessions", () => {
  const tradingDay = (id: string, moment: string) => calendar(id).tradingDayOf(at(moment));

  test("Globex of Sunday evening is Monday's, its hour of rest is the day's that ends, and Saturday is nobody's", () => {
    expect(tradingDay("GLBX", "2024-06-09T22:00:00Z")).toBe(day("2024-06-10"));
    expect(tradingDay("GLBX", "2024-06-10T21:30:00Z")).toBe(day("2024-06-10"));
    expect(tradingDay("GLBX", "2024-06-10T22:00:00Z")).toBe(day("2024-06-11"));
    expect(tradingDay("GLBX", "2024-06-08T12:00:00Z")).toBeUndefined();
  });

  test("over New Year the evening's session is the new year's, where years are expanded one by one", () => {
    expect(tradingDay("GLBX", "2025-01-01T23:00:00Z")).toBe(day("2025-01-02"));
    expect(tradingDay("FX", "2024-12-31T22:00:00Z")).toBe(day("2025-01-01"));
    expect(tradingDay("FX", "2024-12-31T21:59:59Z")).toBe(day("2024-12-31"));
    expect(stateAt(calendar("GLBX"), at("2024-12-31T23:00:00Z"))).toMatchObject({
      open: false,
      cause: "outside-hours",
      nextOpen: at("2025-01-01T23:00:00Z"),
    });
  });

  test("prints before the open and after the close are of the wall's date", () => {
    expect(tradingDay("XNSE", "2024-06-12T03:37:00Z")).toBe(day("2024-06-12"));
    expect(tradingDay("XNYS", "2024-06-12T23:00:00Z")).toBe(day("2024-06-12"));
    expect(tradingDay("XNYS", "2024-06-15T15:00:00Z")).toBeUndefined();
  });
});
