/** What holds of bars' spans at any moment, of any instrument. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RESOLUTIONS, SECOND_RESOLUTIONS } from "../../src/domain/bar.ts";
import { DAY_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { BarCalendar, type BarResolution } from "../../src/quant/bar-calendar.ts";
import { weekdayOf } from "../../src/quant/calendars/dates.ts";
import { fewOrAll } from "../support/few-or-all.ts";
import { IDS, calendar as published } from "./calendars/support.ts";
import { SpanOracle } from "./span-oracle.ts";

const ALL: readonly BarResolution[] = [...SECOND_RESOLUTIONS, ...RESOLUTIONS];

/** Days on which clocks change, in both hemispheres, and on which months, years and weeks do. */
const NEAR = [
  ...["2024-03-10T07:00Z", "2024-11-03T06:00Z", "2024-03-31T01:00Z", "2024-10-27T01:00Z"],
  ...[
    "2024-04-06T16:00Z",
    "2024-10-05T16:00Z",
    "2018-11-04T03:00Z",
    "2024-01-01T00:00Z",
    "2024-02-29T12:00Z",
  ],
].map((iso) => Date.parse(iso));
const moment = fc.oneof(
  fc.integer({ min: Date.parse("1995-01-01"), max: Date.parse("2035-01-01") }),
  fc
    .tuple(fc.constantFrom(...NEAR), fc.integer({ min: -3 * DAY_MS, max: 3 * DAY_MS }))
    .map(([near, off]) => near + off),
);
const ZONES = [
  ...["UTC", "America/New_York", "Europe/London", "Asia/Kolkata", "Asia/Tokyo", "Australia/Lord_Howe"],
  ...["America/Sao_Paulo", "Pacific/Auckland", "Asia/Kathmandu", "Africa/Casablanca"],
];
const SESSIONS = [
  ...["24x7", "0930-1600:23456", "0915-1530:23456", "0900-1130,1230-1530:23456", "1700-1700:23456"],
  ...[
    "1700-1600:23456",
    "0000-0000:1234567",
    "1800-1700:23456|1000-1200:7",
    "0400-0930,0930-1600,1600-2000:23456",
  ],
  ...["2200-0600:4", "0907-0908,0911-1501:246"],
];
const terms = fc.record({ timezone: fc.constantFrom(...ZONES), session: fc.constantFrom(...SESSIONS) });

test("a bar's span is the one that a look at each minute finds", () => {
  const oracles = new Map<string, SpanOracle>();
  fc.assert(
    fc.property(terms, moment, fc.constantFrom(...RESOLUTIONS), (hours, at, resolution) => {
      const name = `${hours.timezone} ${hours.session}`;
      const oracle = oracles.get(name) ?? new SpanOracle(hours);
      oracles.set(name, oracle);
      const { start, end, closesAt } = new BarCalendar(hours).spanOf(resolution, at);
      expect({ start, end, closesAt }).toEqual(oracle.spanOf(resolution, at));
    }),
    { numRuns: fewOrAll(500, 1_500), seed: 4 },
  );
});

/** Published hours under the exchange's own clocks, and under those of a zone far from it; and any hours of the grammar. */
const anyTerms = fc.oneof(
  terms,
  fc.record({
    calendar: fc.constantFrom(...IDS),
    timezone: fc.constantFrom("own", "UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"),
    session: fc.constantFrom("24x7", "0930-1600:23456"),
  }),
);
type AnyTerms = { readonly timezone: string; readonly session: string; readonly calendar?: string };
const calendarOf = ({ timezone, session, calendar }: AnyTerms) =>
  new BarCalendar({
    session,
    calendar,
    timezone: timezone === "own" && calendar !== undefined ? published(calendar).data.timeZone : timezone,
  });

describe("at any moment", () => {
  const holds = (law: (calendar: BarCalendar, at: number, hours: AnyTerms) => void, numRuns: number) =>
    fc.assert(
      fc.property(anyTerms, moment, (hours, at) => law(calendarOf(hours), at, hours)),
      { numRuns, seed: 9 },
    );

  test("there is one bar of each width: bars follow each other without gap or overlap", () => {
    holds((calendar, at) => {
      for (const resolution of ALL) {
        const span = calendar.spanOf(resolution, at);
        expect(span.start <= at && at < span.end).toBe(true);
        expect(span.start < span.closesAt && span.closesAt <= span.end).toBe(true);
        expect(calendar.spanOf(resolution, span.end).start).toBe(span.end);
        expect(calendar.spanOf(resolution, span.start - 1).end).toBe(span.start);
        expect(calendar.spanOf(resolution, span.end - 1)).toEqual(span);
      }
    }, 400);
  });

  test("a bar lies within its trading day, and a day within its week and its month", () => {
    holds((calendar, at) => {
      const day = calendar.dayAt(at);
      for (const resolution of ALL) {
        const span = calendar.spanOf(resolution, at);
        const [inner, outer] = resolution === "1W" || resolution === "1M" ? [day, span] : [span, day];
        expect(outer.start <= inner.start && inner.end <= outer.end).toBe(true);
      }
    }, 400);
  });

  test("an inner bar is never longer than its width, and short only where trading or the day begins or ends", () => {
    holds((calendar, at) => {
      const day = calendar.dayAt(at);
      const edges = [day.start, day.end, ...day.stretches.flatMap(({ start, end }) => [start, end])];
      for (const width of [3, 5, 15, 30, 60, 240] as const) {
        const span = calendar.spanOf(`${width}`, at);
        const isWhole = span.end - span.start === width * MINUTE_MS;
        expect(span.end - span.start).toBeLessThanOrEqual(width * MINUTE_MS);
        if (!isWhole)
          expect(edges.includes(span.start as never) || edges.includes(span.end as never)).toBe(true);
        for (const { start } of day.stretches) expect(span.start < start && start < span.end).toBe(false);
      }
    }, 400);
  });

  test("a week begins with a Monday and a month with a first, by the dates of trading days", () => {
    holds((calendar, at) => {
      const { start: week } = calendar.spanOf("1W", at);
      const { start: month } = calendar.spanOf("1M", at);
      expect(weekdayOf(calendar.dayNumberOf(week))).toBe(1);
      expect(new Date(calendar.dayNumberOf(month) * DAY_MS).getUTCDate()).toBe(1);
      expect(calendar.daySpanOn(calendar.dayNumberOf(at))).toEqual(calendar.dayAt(at));
    }, 400);
  });

  test("where a published calendar covers it, it is open and closes as published", () => {
    holds((calendar, at, { calendar: id }) => {
      if (id === undefined || !published(id).covers(at)) return;
      expect(calendar.isOpen(at)).toBe(published(id).isOpen(at));
      const session = published(id).sessionOf(at);
      if (session === undefined) return;
      expect(calendar.dayAt(at)).toMatchObject({ day: session.day, closesAt: session.close });
    }, 600);
  });

  test("a calendar that has answered many questions answers as a fresh one does", () => {
    fc.assert(
      fc.property(
        anyTerms,
        fc.array(fc.tuple(moment, fc.constantFrom(...ALL)), { maxLength: 12 }),
        (hours, asked) => {
          const worn = calendarOf(hours);
          for (const [at, resolution] of asked) {
            expect(worn.spanOf(resolution, at)).toEqual(calendarOf(hours).spanOf(resolution, at));
            expect(worn.spanOf(resolution, at - MINUTE_MS)).toEqual(
              calendarOf(hours).spanOf(resolution, at - MINUTE_MS),
            );
          }
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });
});
