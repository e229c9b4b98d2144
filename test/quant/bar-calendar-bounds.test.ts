import { expect, test } from "vitest";
import { DAY_MS } from "../../src/domain/time.ts";
import {
  BarCalendar,
  barCalendarOf,
  CALENDARS_REMEMBERED_MAX,
  DAYS_REMEMBERED_MAX,
} from "../../src/quant/bar-calendar.ts";
import { TradingDays, YEARS_OF_ZONE_MAX } from "../../src/quant/trading-days.ts";

const at = (iso: string): number => Date.parse(iso);

test("bound symbol/memory:days: a further day pushes out the one asked for longest ago, and the answer stays the same", () => {
  const calendar = new BarCalendar({ timezone: "America/New_York", session: "0930-1600" });
  const first = at("2024-01-15T12:00:00Z");
  const before = calendar.dayAt(first);
  for (let day = 1; day <= DAYS_REMEMBERED_MAX + 1; day++) calendar.dayAt(first + day * DAY_MS);
  expect(calendar.daysRemembered).toBe(DAYS_REMEMBERED_MAX);
  expect(calendar.dayAt(first)).toEqual(before);
});

test("bound symbol/memory:zoneYears: a further year pushes out the one opened first, and the answer stays the same", () => {
  const days = new TradingDays({ timezone: "America/New_York", session: "0930-1600" });
  const first = days.dayAt(at("2001-06-01T12:00:00Z"));
  for (let year = 2002; year < 2003 + YEARS_OF_ZONE_MAX; year++) days.dayAt(at(`${year}-06-01T12:00:00Z`));
  expect(days.yearsRemembered).toBe(YEARS_OF_ZONE_MAX);
  expect(days.dayAt(at("2001-06-01T12:00:00Z"))).toEqual(first);
});

test("bound symbol/memory:calendars: a further kind of trading hours pushes out the one opened first", () => {
  const terms = (minute: number) => ({
    timezone: "UTC",
    session: `0900-10${String(minute % 60).padStart(2, "0")}:${minute < 60 ? 2 : 3}`,
  });
  const first = barCalendarOf(terms(0));
  expect(barCalendarOf(terms(0))).toBe(first);
  for (let minute = 1; minute <= CALENDARS_REMEMBERED_MAX; minute++) barCalendarOf(terms(minute));
  expect(barCalendarOf(terms(0))).not.toBe(first);
});
