/** What holds of every calendar at every moment. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Span } from "../../../src/quant/calendar.ts";
import { stateAt } from "../../../src/quant/calendars/calendar-state.ts";
import { CALENDARS } from "../../../src/quant/calendars/calendars.ts";
import { dayOfText } from "../../../src/quant/calendars/dates.ts";
import { SessionCalendar, YEARS_REMEMBERED_MAX } from "../../../src/quant/calendars/session-calendar.ts";
import type { Session } from "../../../src/quant/calendars/year-table.ts";
import { at, calendar, day, everySession, IDS } from "./support.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A covered moment: anywhere, or just at, before or behind some edge of a session. */
function momentsOf(id: string): fc.Arbitrary<number> {
  const { start, end } = calendar(id).covered;
  const sessions = everySession(id);
  const edges = sessions.flatMap(({ stretches }) => stretches.flatMap((one) => [one.start, one.end]));
  const last = Math.min(end, at("2030-01-01T00:00:00Z")) - 1;
  const nearEdge = fc
    .tuple(fc.nat(edges.length - 1), fc.integer({ min: -2, max: 2 }))
    .map(([index, step]) => Math.min(last, Math.max(start, edges[index]! + step)));
  return fc.oneof(fc.integer({ min: start, max: last }), nearEdge).filter((at) => calendar(id).covers(at));
}

/** The same by looking at every session, one after the other. What lies behind a date that is not known, as seen from here, is not known. */
function naive(id: string, sessions: readonly Session[], stretches: readonly Span[], moment: number) {
  const here = calendar(id).dateOf(moment);
  const unknown = calendar(id).data.unknown.map(day);
  const known = (edge: number | undefined): number | undefined => {
    const there =
      edge === undefined ? here : calendar(id).dateOf(Math.max(edge - 1, calendar(id).covered.start));
    const [first, last] = [Math.min(here, there), Math.max(here, there)];
    return unknown.some((date) => first < date && date < last) ? undefined : edge;
  };
  return {
    open: stretches.some(({ start, end }) => start <= moment && moment < end),
    session: sessions.find(({ open, close }) => open <= moment && moment < close),
    previousClose: known(stretches.findLast(({ end }) => end <= moment)?.end),
    nextOpen: known(stretches.find(({ start }) => start > moment)?.start),
    nextClose: known(stretches.find(({ end }) => end > moment)?.end),
  };
}

describe.each(IDS)("%s", (id) => {
  const sessions = everySession(id);
  const stretches = sessions.flatMap((session) => session.stretches);
  const moments = momentsOf(id);
  const calendarHere = calendar(id);

  test("sessions ascend and never overlap, each is called by the date on which it ends, and breaks lie within", () => {
    let [before, dayBefore] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const session of sessions) {
      expect(session.day).toBeGreaterThan(dayBefore);
      expect(calendarHere.dateOf(session.close - 1)).toBe(session.day);
      expect([session.open, session.close]).toEqual([
        session.stretches[0]?.start,
        session.stretches.at(-1)?.end,
      ]);
      for (const { start, end } of session.stretches) {
        expect(start).toBeGreaterThanOrEqual(before);
        expect(end).toBeGreaterThan(start);
        before = end;
      }
      dayBefore = session.day;
    }
  });

  test("what is said of a moment is what all sessions together say", () => {
    fc.assert(
      fc.property(moments, (moment) => {
        const { open, session, previousClose, nextOpen, nextClose } = stateAt(calendarHere, moment);
        const expected = naive(id, sessions, stretches, moment);
        // Of the calendar without end only some years were laid out.
        const cut = moment >= at("2029-12-31T00:00:00Z") ? { nextOpen, nextClose } : {};
        expect({ open, session, previousClose, nextOpen, nextClose }).toEqual({ ...expected, ...cut });
      }),
      { numRuns: 300 },
    );
  });

  test("a moment is open or closed, for a cause that fits, and what comes next comes later", () => {
    fc.assert(
      fc.property(moments, (moment) => {
        const state = stateAt(calendarHere, moment);
        expect(state.open).toBe(state.cause === "session");
        expect(state.session !== undefined).toBe(state.cause === "session" || state.cause === "break");
        if (state.cause === "holiday") expect(state.reason).toBeDefined();
        const { nextOpen = Number.POSITIVE_INFINITY, nextClose = Number.POSITIVE_INFINITY } = state;
        expect(nextOpen).toBeGreaterThan(moment);
        expect(nextClose).toBeGreaterThan(moment);
        expect(state.previousClose ?? 0).toBeLessThanOrEqual(moment);
        if (nextClose !== Number.POSITIVE_INFINITY) expect(nextClose <= nextOpen).toBe(state.open);
      }),
      { numRuns: 300 },
    );
  });

  test("a session's moments are of its trading day, and no trading day has another one's", () => {
    fc.assert(
      fc.property(moments, (moment) => {
        const trading = calendarHere.tradingDayOf(moment);
        const session = calendarHere.sessionOf(moment);
        if (session !== undefined) expect(trading).toBe(session.day);
        else if (trading !== undefined) expect(trading).toBe(calendarHere.dateOf(moment));
        else expect(calendarHere.sessionOn(calendarHere.dateOf(moment))).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test("bars fill open time without gap or overlap, from where trading begins", () => {
    fc.assert(
      fc.property(moments, fc.constantFrom(5, 15, 60, 240), (moment, minutes) => {
        const bar = calendarHere.barOf(moment, minutes * 60_000);
        if (!calendarHere.isOpen(moment)) {
          expect(bar).toBeUndefined();
          return;
        }
        const stretch = calendarHere
          .sessionOf(moment)
          ?.stretches.find(({ start, end }) => start <= moment && moment < end);
        expect(bar!.start <= moment && moment < bar!.end).toBe(true);
        expect((bar!.start - stretch!.start) % (minutes * 60_000)).toBe(0);
        expect(bar!.end).toBe(Math.min(bar!.start + minutes * 60_000, stretch!.end));
      }),
      { numRuns: 200 },
    );
  });

  test("a calendar that has looked at every year says the same as a fresh one, and keeps only some", () => {
    const worn = new SessionCalendar(calendarHere.data);
    for (const session of sessions) worn.sessionOf(session.open);
    expect(worn.yearsRemembered).toBeLessThanOrEqual(YEARS_REMEMBERED_MAX);
    fc.assert(
      fc.property(moments, (moment) => {
        expect(stateAt(worn, moment)).toEqual(stateAt(new SessionCalendar(calendarHere.data), moment));
      }),
      { numRuns: 10 },
    );
  });

  test("nothing is answered about what is not covered", () => {
    const { start, end } = calendarHere.covered;
    for (const moment of [start - 1, end]) {
      expect(calendarHere.covers(moment)).toBe(false);
      expect(() => calendarHere.sessionOf(moment)).toThrow("covers");
      expect(() => calendarHere.nextOpen(moment)).toThrow("covers");
    }
    const first = dayOfText(calendarHere.data.from)!;
    expect(() => calendarHere.sessionsBetween(first - 1, first + 1)).toThrow("covered");
    expect(calendarHere.previousClose(start)).toBeUndefined();
    expect(calendarHere.nextClose(end - 1) ?? end).toBeLessThanOrEqual(end);
  });
});

describe("a date that is not known", () => {
  const mumbai = calendar("XNSE");
  const friday = at("2026-11-06T11:00:00Z");
  const monday = at("2026-11-09T03:00:00Z");

  test("is not covered from midnight to midnight, nor is a range that holds it", () => {
    expect(mumbai.covers(at("2026-11-07T18:29:59Z"))).toBe(true);
    expect(mumbai.covers(at("2026-11-07T18:30:00Z"))).toBe(false);
    expect(mumbai.covers(at("2026-11-08T18:29:59Z"))).toBe(false);
    expect(mumbai.covers(at("2026-11-08T18:30:00Z"))).toBe(true);
    expect(() => mumbai.sessionsBetween(day("2026-11-06"), day("2026-11-10"))).toThrow("covered");
    expect(mumbai.sessionOn(day("2026-11-08"))).toBeUndefined();
  });

  test("hides what comes behind it, since trading may begin or end on it", () => {
    expect([mumbai.nextOpen(friday), mumbai.nextClose(friday), mumbai.previousClose(monday)]).toEqual(
      Array(3).fill(undefined),
    );
    expect(mumbai.nextOpen(monday)).toBe(at("2026-11-09T03:45:00Z"));
    expect(mumbai.previousClose(friday)).toBe(at("2026-11-06T10:00:00Z"));
    expect(mumbai.nextOpen(at("2026-11-05T11:00:00Z"))).toBe(at("2026-11-06T03:45:00Z"));
  });
});

test("a look-up makes no session anew", () => {
  const first = calendar("XNYS").sessionOf(at("2024-06-12T15:00:00Z"));
  expect(calendar("XNYS").sessionOf(at("2024-06-12T19:59:59Z"))).toBe(first);
  expect(calendar("XNYS").sessionOn(day("2024-06-12"))).toBe(first);
});

test("bound calendars/memory:years: a further year pushes out the one asked for longest ago", () => {
  const long = new SessionCalendar(CALENDARS.find(({ id }) => id === "24x7")!);
  for (let year = 2000; year < 2040; year++) long.sessionOf(at(`${year}-06-01T00:00:00Z`));
  expect(long.yearsRemembered).toBe(YEARS_REMEMBERED_MAX);
  expect(long.sessionOf(at("2000-06-01T00:00:00Z"))?.day).toBe(day("2000-06-01"));
});

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

test("why it is closed: a break, before the open, a holiday, a week-end", () => {
  const why = (id: string, moment: string) => {
    const { cause, reason } = stateAt(calendar(id), at(moment));
    return reason === undefined ? cause : `${cause}: ${reason}`;
  };
  expect(why("XTKS", "2024-06-12T02:45:00Z")).toBe("break");
  expect(why("XNYS", "2024-06-12T13:00:00Z")).toBe("outside-hours");
  expect(why("XNYS", "2024-11-29T19:00:00Z")).toBe("outside-hours: Day after Thanksgiving");
  expect(why("XNYS", "2012-10-29T15:00:00Z")).toBe("holiday: Hurricane Sandy");
  expect(why("XNSE", "2024-11-01T06:00:00Z")).toBe("outside-hours: Muhurat trading at Diwali");
  expect(why("XNYS", "2024-06-15T15:00:00Z")).toBe("weekend");
});
