import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { BarCalendar, type BarResolution } from "../../src/quant/bar-calendar.ts";
import { type FilledBar, forwardFilled } from "../../src/quant/forward-fill.ts";
import { fewOrAll } from "../support/few-or-all.ts";

const at = (iso: string): number => Date.parse(iso);
const EVERYWHERE = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000 };
const isFilled = (row: object): row is FilledBar => "filled" in row;

const NSE = new BarCalendar({ timezone: "Asia/Kolkata", session: "0915-1530:23456" });
const TOKYO = new BarCalendar({ timezone: "Asia/Tokyo", session: "0900-1130,1230-1530:23456" });
const ALWAYS = new BarCalendar({ timezone: "UTC", session: "24x7" });
const NYSE = new BarCalendar({ timezone: "America/New_York", session: "0930-1600:23456", calendar: "XNYS" });

/** Whether the market is open at a minute, by another road: the wall clock as the platform tells it. */
function wallClock(timeZone: string, windows: readonly (readonly [number, number])[], days: string) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  return (moment: number): boolean => {
    const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
    const minute = Number(parts["hour"]) * 60 + Number(parts["minute"]);
    return (
      days.includes(parts["weekday"] ?? "?") && windows.some(([from, to]) => from <= minute && minute < to)
    );
  };
}
const WEEKDAYS = "Mon Tue Wed Thu Fri";
const MARKETS = [
  { name: "NSE", calendar: NSE, isOpen: wallClock("Asia/Kolkata", [[555, 930]], WEEKDAYS) },
  {
    name: "Tokyo",
    calendar: TOKYO,
    isOpen: wallClock(
      "Asia/Tokyo",
      [
        [540, 690],
        [750, 930],
      ],
      WEEKDAYS,
    ),
  },
  { name: "24x7", calendar: ALWAYS, isOpen: () => true },
] as const;

/** Wednesday to Wednesday: a weekend lies between. */
const WEEK = { start: at("2024-05-08T00:00:00Z"), end: at("2024-05-15T00:00:00Z") };

type Row = { readonly t: number; readonly c: string };
type Range = { readonly from: number; readonly to: number; readonly limit: number };

/** All spans of the week in ascending order: each is known, or open and filled, or absent. */
function byBruteForce(
  market: (typeof MARKETS)[number],
  resolution: BarResolution,
  known: ReadonlyMap<number, string>,
): Row[] {
  const rows: (Row & { filled?: true })[] = [];
  let close: string | undefined;
  const newest = Math.max(...known.keys());
  for (let moment = WEEK.start - DAY_MS; moment <= newest; ) {
    const { start, end } = market.calendar.spanOf(resolution, moment);
    const own = known.get(start);
    if (own !== undefined) rows.push({ t: start, c: own });
    else if (close !== undefined && anyOpen(market.isOpen, start, end))
      rows.push({ t: start, c: close, filled: true });
    close = own ?? close;
    moment = end;
  }
  return rows;
}
function anyOpen(isOpen: (moment: number) => boolean, start: number, end: number): boolean {
  for (let minute = start; minute < end; minute += MINUTE_MS) if (isOpen(minute)) return true;
  return false;
}

const anyCase = fc
  .record({
    market: fc.constantFrom(...MARKETS),
    resolution: fc.constantFrom<BarResolution>("15", "30", "60", "240", "1D"),
    moments: fc.array(fc.integer({ min: WEEK.start, max: WEEK.end }), { minLength: 1, maxLength: 12 }),
  })
  .map(({ market, resolution, moments }) => {
    const starts = [
      ...new Set(moments.map((moment) => market.calendar.spanOf(resolution, moment).start)),
    ].sort((a, b) => a - b);
    return {
      market,
      resolution,
      known: new Map(starts.map((start, index) => [Number(start), String(100 + index)])),
    };
  });

/** As the edge reads it: the newest rows of the range, one before it and the newest of all. */
function read(
  known: ReadonlyMap<number, string>,
  { from, to, limit }: Range,
): { rows: Row[]; before: boolean } {
  const all = [...known].map(([t, c]) => ({ t, c }));
  const inside = all.filter(({ t }) => t >= from && t < to);
  const page = inside.slice(-limit);
  const older = inside.length > page.length ? [] : all.filter(({ t }) => t < from).slice(-1);
  const newer = all.slice(-1).filter(({ t }) => t >= to);
  return { rows: [...older, ...page, ...newer], before: inside.length > page.length };
}

describe("forward fill against a walk over every interval", () => {
  test("rows between the first known bar and the newest, in open sessions only, have the close before", () => {
    let filled = 0;
    fc.assert(
      fc.property(anyCase, ({ market, resolution, known }) => {
        const rows = forwardFilled(
          [...known].map(([t, c]) => ({ t, c })),
          market.calendar,
          resolution,
          EVERYWHERE,
        );
        expect(rows.map(({ t, c }) => [t, c])).toEqual(
          byBruteForce(market, resolution, known).map(({ t, c }) => [t, c]),
        );
        expect(rows.filter((row) => !isFilled(row)).map(({ t }) => t)).toEqual([...known.keys()]);
        filled += rows.filter(isFilled).length;
      }),
      { numRuns: fewOrAll(60, 150) },
    );
    expect(filled).toBeGreaterThan(1_000);
  });

  test("pages by any size over any range join without seam or double", () => {
    const edge = fc.integer({ min: WEEK.start - DAY_MS, max: WEEK.end + DAY_MS });
    fc.assert(
      fc.property(
        anyCase,
        fc.integer({ min: 1, max: 40 }),
        edge,
        edge,
        ({ market, resolution, known }, size, one, other) => {
          const [from, to] = [Math.min(one, other), Math.max(one, other) + 1];
          const pages: Row[] = [];
          for (let until = to; ; ) {
            const { rows, before } = read(known, { from, to: until, limit: size });
            const filled = forwardFilled(rows, market.calendar, resolution, {
              from,
              to: until,
              limit: size + 1,
            });
            const page = filled.slice(-size);
            pages.unshift(...page);
            const [first] = page;
            if (first === undefined || !(before || filled.length > page.length)) break;
            expect(page.length).toBe(size);
            until = first.t;
          }
          const expected = byBruteForce(market, resolution, known).filter(({ t }) => t >= from && t < to);
          expect(pages.map(({ t, c }) => [t, c])).toEqual(expected.map(({ t, c }) => [t, c]));
        },
      ),
      { numRuns: fewOrAll(60, 150) },
    );
  });
});

describe("a filled row", () => {
  const bar = (iso: string, c: string) => ({ t: at(iso), c });

  test("says what it is, and nothing was traded in it", () => {
    const rows = forwardFilled(
      [bar("2024-05-08T10:00Z", "7.5"), bar("2024-05-08T10:02Z", "8")],
      ALWAYS,
      "1",
      EVERYWHERE,
    );
    expect(rows[1]).toEqual({
      t: at("2024-05-08T10:01Z"),
      o: "7.5",
      h: "7.5",
      l: "7.5",
      c: "7.5",
      v: "0",
      n: 0,
      vw: null,
      rev: 0,
      state: "final",
      filled: true,
    });
  });

  test("takes the close of a bar after hours, and stands in no night, weekend or holiday", () => {
    // Friday after the close, and Tuesday: Monday the 27th is Memorial Day.
    const rows = forwardFilled(
      [bar("2024-05-24T20:30Z", "1"), bar("2024-05-28T14:30Z", "2")],
      NYSE,
      "60",
      EVERYWHERE,
    );
    expect(rows.map(({ t, c }) => [new Date(t).toISOString().slice(5, 16), c])).toEqual([
      ["05-24T20:30", "1"],
      ["05-28T13:30", "1"],
      ["05-28T14:30", "2"],
    ]);
  });

  test("of days, weeks and months stands where a session was", () => {
    const starts = (resolution: BarResolution, older: string, newer: string) =>
      forwardFilled([bar(older, "1"), bar(newer, "2")], NYSE, resolution, EVERYWHERE)
        .filter(isFilled)
        .map(({ t }) => new Date(t).toISOString().slice(0, 10));
    expect(starts("1D", "2024-05-23T04:00Z", "2024-05-29T04:00Z")).toEqual(["2024-05-24", "2024-05-28"]);
    expect(starts("1W", "2024-05-13T04:00Z", "2024-05-27T04:00Z")).toEqual(["2024-05-20"]);
    expect(starts("1M", "2024-01-01T05:00Z", "2024-04-01T04:00Z")).toEqual(["2024-02-01", "2024-03-01"]);
  });

  test("is not made beside an imported bar that starts within its interval", () => {
    const rows = forwardFilled(
      [bar("2024-05-08T10:00Z", "1"), bar("2024-05-08T10:07Z", "2"), bar("2024-05-08T10:15Z", "3")],
      ALWAYS,
      "5",
      EVERYWHERE,
    );
    expect(rows.map(({ t, c }) => [new Date(t).toISOString().slice(14, 16), c])).toEqual([
      ["00", "1"],
      ["07", "2"],
      ["10", "2"],
      ["15", "3"],
    ]);
  });

  test("across years of nothing as many are made as are asked for", () => {
    const rows = forwardFilled([bar("1994-05-08T10:00Z", "1"), bar("2024-05-08T10:00Z", "2")], ALWAYS, "1", {
      ...EVERYWHERE,
      limit: 301,
    });
    expect(rows.length).toBe(301);
    expect(rows[0]?.t).toBe(at("2024-05-08T05:00Z"));
  });
});
