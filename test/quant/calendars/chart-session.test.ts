import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CALENDARS, Calendars } from "../../../src/quant/calendars/calendars.ts";
import { chartSession, ownSession } from "../../../src/quant/calendars/chart-session.ts";

const NOW = Date.UTC(2026, 6, 1, 12);
const DAY = 86_400_000;
const of = (id: string) => {
  const data = CALENDARS.find((one) => one.id === id);
  if (data === undefined) throw new Error(id);
  return chartSession(data, NOW);
};

/** A chart's reading of the three texts: when trading runs on a date, as minutes of its wall clock. */
function chartHours(
  { session, session_holidays = "", corrections = "" }: ReturnType<typeof of>,
  date: string,
): number[][] {
  const corrected = corrections.split(";").find((one) => one.split(":")[1]?.split(",").includes(date));
  if (corrected !== undefined) return windows(corrected.split(":")[0] ?? "");
  if (session_holidays.split(",").includes(date)) return [];
  if (session === "24x7") return [[0, 1_440]];
  const weekday = String(
    new Date(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`).getUTCDay() + 1,
  );
  const rule = session.split("|").find((one) => one.split(":")[1]?.includes(weekday));
  return rule === undefined ? [] : windows(rule.split(":")[0] ?? "");
}

function windows(text: string): number[][] {
  return text.split(",").map((window) => {
    const [from, to] = window.split("-").map((time) => {
      const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(2, 4));
      return time.endsWith("F1") ? minutes - 1_440 : minutes;
    });
    if (from === undefined || to === undefined) throw new Error(text);
    const end = to === 0 ? 1_440 : to;
    return [from < end ? from : from - 1_440, end];
  });
}

describe.each(CALENDARS.map(({ id }) => id))("the sessions of %s", (id) => {
  const calendar = new Calendars().get(id);
  if (calendar === undefined) throw new Error(id);
  const chart = of(id);

  test("read from a chart's texts, are those of the calendar on each day of three years", () => {
    const wall = new Intl.DateTimeFormat("en-CA", {
      ...{ timeZone: chart.timezone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" },
      ...{ hour: "2-digit", minute: "2-digit" },
    });
    let compared = 0;
    for (let day = Date.UTC(2025, 0, 1) / DAY; day < Date.UTC(2028, 0, 1) / DAY; day++) {
      if (!calendar.coversDays(day, day + 1)) continue;
      compared++;
      const date = new Date(day * DAY).toISOString().slice(0, 10);
      const minuteOf = (at: number): number => {
        const [told = "", clock = ""] = wall.format(at).split(", ");
        const [hour = 0, minute = 0] = clock.split(":").map(Number);
        return (Date.parse(told) / DAY - day) * 1_440 + hour * 60 + minute;
      };
      const hours = (calendar.sessionOn(day)?.stretches ?? []).map(({ start, end }) => [
        minuteOf(start),
        minuteOf(end),
      ]);
      expect([date, chartHours(chart, date.replaceAll("-", ""))]).toEqual([date, hours]);
    }
    expect(compared).toBeGreaterThan(700);
  });
});

test("known days stand where they must", () => {
  expect(of("XNYS").session).toBe("0930-1600:23456");
  expect(of("XNYS").session_holidays).toContain("20251225,20260101");
  expect(of("XNYS").corrections).toContain("0930-1300:20251128");
  expect(of("XTKS").session).toBe("0900-1130,1230-1530:23456");
  expect(of("GLBX").session).toBe("1700-1600:23456");
  expect(of("GLBX").corrections).toContain("1700F1-1200:20251127");
  expect(of("FX")).toEqual({ session: "1700-1700:23456", timezone: "America/New_York" });
  expect(of("24x7")).toEqual({ session: "24x7", timezone: "UTC" });
});

test("hours that were others a year ago are corrections of each of its days, and no more than three years of them", () => {
  const data = CALENDARS.find(({ id }) => id === "XTKS");
  if (data === undefined) throw new Error("XTKS");
  const { corrections = "" } = chartSession(data, Date.UTC(2025, 0, 10));
  expect(corrections).toContain("0900-1130,1230-1500:20240105");
  expect(corrections.split(";").length).toBeLessThan(3 * 366);
});

test("an instrument's own hours are told with their weekdays, since a chart would guess them", () => {
  const own = (session: string) => ownSession(session, "Asia/Kolkata").session;
  expect(ownSession("24x7", "Asia/Kolkata")).toEqual({ session: "24x7", timezone: "UTC" });
  expect(own("0000-0000")).toBe("0000-0000:1234567");
  expect(own("0930-1600")).toBe("0930-1600:1234567");
  expect(own("0900-1200,1300-1500:23456|1000-1200:7")).toBe("0900-1200,1300-1500:23456|1000-1200:7");
  expect(own("1700-1700:23456")).toBe("1700-1700:23456");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_438 }), fc.integer({ min: 1, max: 1_439 }), (from, length) => {
      const to = Math.min(from + length, 1_440) % 1_440;
      const text = [from, to]
        .map((at) => `${String(Math.floor(at / 60)).padStart(2, "0")}${String(at % 60).padStart(2, "0")}`)
        .join("-");
      expect(own(`${text}:3`)).toBe(`${text}:3`);
    }),
  );
});
