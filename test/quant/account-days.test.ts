import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/domain/time.ts";
import { AccountDays, isCalendar } from "../../src/quant/account-days.ts";
import { CALENDARS, Calendars } from "../../src/quant/calendars/calendars.ts";
import { dateText, dayNumber } from "../../src/quant/calendars/dates.ts";

const at = (text: string): number => Date.parse(text);
const shown = (calendar: string | undefined, text: string) => {
  const { date, start, end } = new AccountDays(calendar).dayAt(at(text));
  return [date, new Date(start).toISOString(), new Date(end).toISOString()];
};

/** The date on that zone's wall, as the platform tells it. */
const dateIn = (timeZone: string, moment: number): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(moment);

describe("the trading day of an account", () => {
  test("is the day of UTC where it names no calendar", () => {
    const day = ["2026-11-22", "2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z"];
    expect(shown(undefined, "2026-11-22T00:00:00Z")).toEqual(day);
    expect(shown("24x7", "2026-11-22T23:59:59.999Z")).toEqual(day);
  });

  test("is that of its calendar, and what lies between two of them is of the later one", () => {
    const monday = ["2026-11-23", "2026-11-21T05:00:00.000Z", "2026-11-24T05:00:00.000Z"];
    expect(shown("XNYS", "2026-11-21T15:00:00Z")).toEqual(monday);
    expect(shown("XNYS", "2026-11-23T22:00:00Z")).toEqual(monday);
  });

  test("ends with the early close's date as with any other, and passes over a holiday", () => {
    // Thanksgiving is the 26th, New York closes at 13:00 on the 27th.
    const friday = ["2026-11-27", "2026-11-26T05:00:00.000Z", "2026-11-28T05:00:00.000Z"];
    expect(shown("XNYS", "2026-11-26T15:00:00Z")).toEqual(friday);
    expect(shown("XNYS", "2026-11-27T20:00:00Z")).toEqual(friday);
  });

  test("of foreign exchange rolls at 17:00 in New York, in summer and in winter", () => {
    expect(shown("FX", "2026-11-19T22:00:00Z")[0]).toBe("2026-11-20");
    expect(shown("FX", "2026-11-19T21:59:59Z")[0]).toBe("2026-11-19");
    expect(shown("FX", "2026-07-16T21:00:00Z")[0]).toBe("2026-07-17");
    expect(shown("FX", "2026-07-16T20:59:59Z")[0]).toBe("2026-07-16");
  });

  test("of foreign exchange ends with Friday's session: the weekend is Monday's", () => {
    const monday = ["2026-11-23", "2026-11-20T22:00:00.000Z", "2026-11-23T22:00:00.000Z"];
    expect(shown("FX", "2026-11-20T22:00:00Z")).toEqual(monday);
    expect(shown("FX", "2026-11-21T15:00:00Z")).toEqual(monday);
    expect(shown("FX", "2026-11-23T21:59:59.999Z")).toEqual(monday);
    expect(shown("FX", "2026-11-20T21:59:59.999Z")[2]).toBe("2026-11-20T22:00:00.000Z");
    expect(shown("FX", "2026-07-18T15:00:00Z")[1]).toBe("2026-07-17T21:00:00.000Z");
    // Past the cover by its regular hours alone, on a Sunday.
    expect(shown("FX", "2080-03-03T00:00:00Z")[1]).toBe("2080-03-01T22:00:00.000Z");
  });

  test("of Globex ends with its session, an early one too: the pause is of the day that it leads to", () => {
    expect(shown("GLBX", "2026-11-23T22:30:00Z")[0]).toBe("2026-11-24");
    // Chicago closes at 12:00 on Thanksgiving and opens again at 17:00.
    const friday = ["2026-11-27", "2026-11-26T18:00:00.000Z", "2026-11-27T18:15:00.000Z"];
    expect(shown("GLBX", "2026-11-26T20:00:00Z")).toEqual(friday);
  });

  test("is found by its date; a date on which nothing trades is none", () => {
    const days = new AccountDays("XNYS");
    expect(days.on("2026-11-27")).toEqual(days.dayAt(at("2026-11-27T15:00:00Z")));
    expect(days.on("2026-11-26")).toBeUndefined();
    expect(days.on("2026-11-22")).toBeUndefined();
    expect(days.on("2026-02-30")).toBeUndefined();
    expect(days.on("tomorrow")).toBeUndefined();
  });

  test("goes by regular hours where its calendar does not reach", () => {
    const days = new AccountDays("XNYS");
    expect(days.dayAt(at("2080-03-04T15:00:00Z")).date).toBe("2080-03-04");
    expect(days.on("2080-03-02")).toBeUndefined();
  });

  test("needs a calendar that there is", () => {
    expect(isCalendar("XNYS")).toBe(true);
    expect(isCalendar("XXXX")).toBe(false);
  });
});

describe.each(CALENDARS.map(({ id }) => id))("laws of days by %s", (id) => {
  const days = new AccountDays(id);
  const calendar = new Calendars().get(id)!;

  test("they follow each other without gap or overlap, and each has a session that ends in it", () => {
    let day = days.dayAt(at("2025-12-15T12:00:00Z"));
    for (let count = 0; count < 60; count++) {
      const next = days.dayAt(day.end);
      expect(next.start).toBe(day.end);
      expect(next.date > day.date).toBe(true);
      expect(days.dayAt(day.end - 1)).toEqual(day);
      expect(days.on(day.date)).toEqual(day);
      const [year, month, date] = day.date.split("-").map(Number);
      const session = calendar.sessionOn(dayNumber(year!, month!, date!))!;
      expect(day.start).toBeLessThanOrEqual(session.open);
      expect(day.end).toBeGreaterThanOrEqual(session.close);
      const opensBefore = dateIn(calendar.data.timeZone, session.open) < day.date;
      if (opensBefore) expect(day.end).toBe(session.close);
      else expect(dateIn(calendar.data.timeZone, day.end - 1)).toBe(day.date);
      day = next;
    }
  });

  test("the day of a moment is that of the first session that has not ended, or whose date has not, as sessions alone tell", () => {
    const first = dayNumber(2026, 1, 5);
    const { timeZone } = calendar.data;
    for (let hour = 0; hour < 24 * 21; hour += 7) {
      const moment = first * DAY_MS + hour * HOUR_MS;
      const expected = Array.from({ length: 60 }, (_, index) => calendar.sessionOn(first - 5 + index)).find(
        (session) => {
          if (session === undefined) return false;
          const date = dateText(session.day);
          const opensBefore = dateIn(timeZone, session.open) < date;
          return opensBefore ? session.close > moment : date >= dateIn(timeZone, moment);
        },
      );
      expect(days.dayAt(moment).date).toBe(dateText(expected!.day));
    }
  });
});
