/** What holds of every calendar at every moment. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stateAt } from "../../../src/quant/calendars/calendar-state.ts";
import { CALENDARS } from "../../../src/quant/calendars/calendars.ts";
import { dayOfText } from "../../../src/quant/calendars/dates.ts";
import { SessionCalendar, YEARS_REMEMBERED_MAX } from "../../../src/quant/calendars/session-calendar.ts";
import type { Session } from "../../../src/quant/calendars/year-table.ts";
import type { Span } from "../../../src/quant/span.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { at, calendar, day, everySession, IDS } from "./support.ts";

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
      { numRuns: fewOrAll(120, 300) },
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
      { numRuns: fewOrAll(120, 300) },
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
      { numRuns: fewOrAll(80, 200) },
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
      { numRuns: fewOrAll(80, 200) },
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
