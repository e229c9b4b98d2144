/** Dates, hours and rules on their own. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dates,
  easter,
  fixed,
  last,
  nearestWeekday,
  nth,
  sundayToMonday,
  weekendToFriday,
  weekendToMonday,
  weekendTwoLater,
  yearly,
} from "../../../scripts/calendars/rule.ts";
import {
  dateText,
  dayOfText,
  MON,
  SAT,
  SUN,
  THU,
  weekdayOf,
  yearOf,
} from "../../../src/quant/calendars/dates.ts";
import { stretchesOf } from "../../../src/quant/calendars/hours.ts";
import { ZoneEras } from "../../../src/quant/calendars/zone-eras.ts";
import { at, day } from "./support.ts";

const DAY = 86_400_000;

describe("dates", () => {
  test("are those of the platform, over three centuries", () => {
    fc.assert(
      fc.property(fc.integer({ min: -50_000, max: 80_000 }), (number) => {
        const date = new Date(number * DAY);
        expect(dateText(number)).toBe(date.toISOString().slice(0, 10));
        expect(dayOfText(dateText(number))).toBe(number);
        expect(weekdayOf(number) % 7).toBe(date.getUTCDay());
        expect(yearOf(number)).toBe(date.getUTCFullYear());
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    "2023-02-29",
    "2024-13-01",
    "2024-00-10",
    "2024-04-31",
    "2024-4-3",
    "20240403",
    "",
    "2024-01-01T00:00",
  ])("%s is none", (text) => {
    expect(dayOfText(text)).toBeUndefined();
  });
});

describe("hours", () => {
  test.each([
    ["09:30-16:00", [[570, 960]]],
    [
      "09:00-11:30,12:30-15:30",
      [
        [540, 690],
        [750, 930],
      ],
    ],
    ["17:00-16:00", [[-420, 960]]],
    ["17:00-17:00", [[-420, 1020]]],
    [
      "17:00-15:15,15:30-16:00",
      [
        [-420, 915],
        [930, 960],
      ],
    ],
    [
      "20:00-22:00,02:00-05:00",
      [
        [-240, -120],
        [120, 300],
      ],
    ],
    ["00:00-24:00", [[0, 1440]]],
  ])("%s", (text, expected) => {
    expect(stretchesOf(text).map(({ start, end }) => [start, end])).toEqual(expected);
  });

  test.each(["9:30-16:00", "09:30", "09:30-16:00-17:00", ""])("%s is none", (text) => {
    expect(() => stretchesOf(text)).toThrow("HH:MM-HH:MM");
  });
});

describe("rules", () => {
  const on = (rule: (year: number) => number, ...years: number[]) =>
    years.map((year) => dateText(rule(year)));

  test("the nth weekday of a month, and the last", () => {
    expect(on(nth(3, MON, 1), 2024, 2025)).toEqual(["2024-01-15", "2025-01-20"]);
    expect(on(nth(4, THU, 11), 2023, 2024)).toEqual(["2023-11-23", "2024-11-28"]);
    expect(on(last(MON, 5), 2024, 2027)).toEqual(["2024-05-27", "2027-05-31"]);
    expect(on(last(MON, 12), 2024)).toEqual(["2024-12-30"]);
  });

  test("Easter Sunday as churches published it", () => {
    expect(on(easter(0), 1990, 2000, 2008, 2011, 2016, 2019, 2024, 2025, 2038)).toEqual(
      "1990-04-15 2000-04-23 2008-03-23 2011-04-24 2016-03-27 2019-04-21 2024-03-31 2025-04-20 2038-04-25".split(
        " ",
      ),
    );
  });

  test("Easter is a Sunday from 22 March to 25 April, in any year", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1600, max: 3000 }), (year) => {
        const sunday = easter(0)(year);
        expect(weekdayOf(sunday)).toBe(SUN);
        expect(sunday >= fixed(3, 22)(year) && sunday <= fixed(4, 25)(year)).toBe(true);
      }),
    );
  });

  test("a holiday on a week-end is kept as its rule says", () => {
    // 2021-12-25 is a Saturday, 2022-12-25 a Sunday.
    const christmas = fixed(12, 25);
    expect(on(nearestWeekday(christmas), 2021, 2022, 2023)).toEqual([
      "2021-12-24",
      "2022-12-26",
      "2023-12-25",
    ]);
    expect(on(sundayToMonday(christmas), 2021, 2022)).toEqual(["2021-12-25", "2022-12-26"]);
    expect(on(weekendToMonday(christmas), 2021, 2022)).toEqual(["2021-12-27", "2022-12-26"]);
    expect(on(weekendTwoLater(christmas), 2021, 2022)).toEqual(["2021-12-27", "2022-12-27"]);
    expect(on(weekendToFriday(christmas), 2021, 2022)).toEqual(["2021-12-24", "2022-12-23"]);
  });

  test("limits of years and weekdays hold", () => {
    const rule = yearly(fixed(7, 3), { since: 2020, until: 2023, except: [2022], on: [MON, SAT] });
    expect([2019, 2020, 2021, 2022, 2023, 2024].flatMap(rule).map(dateText)).toEqual([
      "2021-07-03",
      "2023-07-03",
    ]);
  });

  test("named dates belong to their years", () => {
    const rule = dates("2012-10-29", "2012-10-30", "2001-09-11");
    expect([rule(2012).length, rule(2001).length, rule(2002).length]).toEqual([2, 1, 0]);
    expect(() => dates("2012-02-30")(2012)).toThrow("exist");
  });
});

describe("a zone's clocks", () => {
  test.each(["America/New_York", "Europe/London", "Australia/Sydney", "Asia/Kolkata", "UTC"])(
    "of %s tell the date and the moment that the platform tells",
    (timeZone) => {
      const zone = new ZoneEras(timeZone, day("2024-01-01"), day("2025-01-01"));
      const format = new Intl.DateTimeFormat("en-CA", {
        timeZone,
        ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
        hourCycle: "h23",
      });
      fc.assert(
        fc.property(fc.integer({ min: at("2024-01-01T00:00Z"), max: at("2024-12-31T23:59Z") }), (moment) => {
          const [date = "", clock = ""] = format.format(moment).split(", ");
          expect(dateText(zone.dayOf(moment))).toBe(date);
          const [hour = 0, minute = 0] = clock.split(":").map(Number);
          const back = zone.momentOf(day(date), hour * 60 + minute);
          expect(format.format(back)).toBe(format.format(moment));
        }),
        { numRuns: 300 },
      );
    },
  );

  test("a time that a zone skips is the moment of the skip, and one that comes twice is the first", () => {
    const zone = new ZoneEras("America/New_York", day("2024-01-01"), day("2025-01-01"));
    expect(zone.momentOf(day("2024-03-10"), 150)).toBe(at("2024-03-10T07:00:00Z"));
    expect(zone.momentOf(day("2024-11-03"), 90)).toBe(at("2024-11-03T05:30:00Z"));
    expect(zone.momentOf(day("2024-11-03"), -60)).toBe(at("2024-11-03T03:00:00Z"));
  });
});
