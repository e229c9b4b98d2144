import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../src/domain/time.ts";
import { BarCalendar } from "../../src/quant/bar-calendar.ts";
import { dayNumberOf, dayStart } from "../../src/quant/trading-day.ts";

const ZONES = [
  "UTC",
  "America/New_York",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Asia/Kolkata",
  "Asia/Tokyo",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Kiritimati",
  "Pacific/Honolulu",
];
const zone = fc.constantFrom(...ZONES);
const moment = fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2035, 0) });

/** The wall date by another road than the code under test. */
function wallDay(timeZone: string, at: number): number {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  return Date.parse(format.format(at)) / DAY_MS;
}

describe("the number of a date", () => {
  test("is that of the date on the wall", () => {
    fc.assert(
      fc.property(zone, moment, (timeZone, at) => {
        expect(dayNumberOf(timeZone, at)).toBe(wallDay(timeZone, at));
      }),
      { numRuns: 500 },
    );
  });

  test("and its beginning are those of the bar of a day: there and back again", () => {
    fc.assert(
      fc.property(zone, moment, (timeZone, at) => {
        const { start } = new BarCalendar({ timezone: timeZone, session: "0930-1600" }).dayAt(at);
        expect(dayStart(timeZone, dayNumberOf(timeZone, start))).toBe(start);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["Asia/Kolkata", "2024-08-08T18:30:00Z", "2024-08-09"],
    ["America/New_York", "2024-08-08T04:00:00Z", "2024-08-08"],
    ["America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-04"],
  ])("in %s %s begins %s", (timeZone, start, date) => {
    expect(dayStart(timeZone, Date.parse(date) / DAY_MS)).toBe(Date.parse(start));
  });

  test("a date that was skipped begins with the next one", () => {
    const skipped = Date.parse("2011-12-30") / DAY_MS;
    expect(dayStart("Pacific/Apia", skipped)).toBe(dayStart("Pacific/Apia", skipped + 1));
  });
});
