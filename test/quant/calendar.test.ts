import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { Calendar, DAYS_REMEMBERED_MAX } from "../../src/quant/calendar.ts";

const at = (iso: string): number => Date.parse(iso);
const hours = ({ start, end }: { start: number; end: number }): number => (end - start) / HOUR_MS;

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

describe("minutes", () => {
  const calendar = new Calendar("Asia/Kolkata");
  test.each([
    ["1", "2024-08-08T23:54:00Z"],
    ["5", "2024-08-08T23:50:00Z"],
    ["15", "2024-08-08T23:45:00Z"],
    ["60", "2024-08-08T23:00:00Z"],
  ] as const)("a bar of %s minutes starts on the UTC grid, in every time zone", (resolution, start) => {
    const span = calendar.spanOf(resolution, at("2024-08-08T23:54:13.085Z"));
    expect(span).toEqual({ start: at(start), end: at(start) + Number(resolution) * MINUTE_MS });
  });

  test("its start belongs to a bar and its end to the next one", () => {
    const noon = at("2024-08-08T12:00:00Z");
    expect(calendar.spanOf("5", noon).start).toBe(noon);
    expect(calendar.spanOf("5", noon - 1).end).toBe(noon);
  });
});

describe("days", () => {
  test("a day starts at midnight of the instrument's time zone", () => {
    const day = new Calendar("America/New_York").dayOf(at("2024-08-09T03:59:59.999Z"));
    expect(day).toEqual({ start: at("2024-08-08T04:00:00Z"), end: at("2024-08-09T04:00:00Z") });
  });

  test.each([
    ["America/New_York", "2024-03-10T12:00:00Z", 23],
    ["America/New_York", "2024-11-03T12:00:00Z", 25],
    ["Europe/Berlin", "2024-03-31T12:00:00Z", 23],
    ["Europe/Berlin", "2024-10-27T12:00:00Z", 25],
    ["Australia/Lord_Howe", "2024-04-07T00:00:00Z", 24.5],
    ["UTC", "2024-03-10T12:00:00Z", 24],
  ])("in %s the day of %s has %s hours", (zone, moment, length) => {
    expect(hours(new Calendar(zone).dayOf(at(moment)))).toBe(length);
  });

  test("where midnight itself is skipped the day starts when the clocks have jumped", () => {
    const day = new Calendar("America/Sao_Paulo").dayOf(at("2018-11-04T12:00:00Z"));
    expect(day).toEqual({ start: at("2018-11-04T03:00:00Z"), end: at("2018-11-05T02:00:00Z") });
  });

  test("where a whole date is skipped the next one follows", () => {
    const day = new Calendar("Pacific/Apia").dayOf(at("2011-12-30T09:59:00Z"));
    expect(day.end).toBe(at("2011-12-30T10:00:00Z"));
    expect(new Calendar("Pacific/Apia").dayOf(day.end).start).toBe(day.end);
  });

  test("where the hour before midnight comes twice every moment still lies in its day, and days do not overlap", () => {
    const calendar = new Calendar("America/St_Johns");
    for (let moment = at("2006-10-29T00:00:00Z"); moment < at("2006-10-31T00:00:00Z"); moment += 30_000) {
      const day = calendar.dayOf(moment);
      expect(day.start <= moment && moment < day.end).toBe(true);
      expect(new Calendar("America/St_Johns").dayOf(day.end).start).toBe(day.end);
    }
  });

  test.each([
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
  ])("days of %s are its wall dates, without gap or overlap, over three years", (zone) => {
    const calendar = new Calendar(zone);
    const dateOf = wallDate(zone);
    let day = calendar.dayOf(at("2016-12-31T12:00:00Z"));
    while (day.end < at("2020-01-01T00:00:00Z")) {
      expect(dateOf(day.start)).toBe(dateOf(day.end - 1));
      expect(dateOf(day.start - 1)).not.toBe(dateOf(day.start));
      const next = calendar.dayOf(day.end);
      expect(next.start).toBe(day.end);
      day = next;
    }
  });
});

test("bound symbol/memory:days: a further day pushes out the one asked for longest ago, and the answer stays the same", () => {
  const calendar = new Calendar("America/New_York");
  const first = at("2024-01-15T12:00:00Z");
  const before = calendar.dayOf(first);
  for (let day = 1; day <= DAYS_REMEMBERED_MAX + 1; day++) calendar.dayOf(first + day * DAY_MS);
  expect(calendar.daysRemembered).toBe(DAYS_REMEMBERED_MAX);
  expect(calendar.dayOf(first)).toEqual(before);
});
