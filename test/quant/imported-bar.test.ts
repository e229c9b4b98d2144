/** Which spans and folds follow from an import, over sessions with breaks, evenings and clocks that change. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RESOLUTIONS, type Resolution } from "../../src/domain/bar.ts";
import { barCalendarOf } from "../../src/quant/bar-calendar.ts";
import { levelsOver, parentsOf } from "../../src/quant/import-folds.ts";
import { type GivenBar, judgeBar } from "../../src/quant/imported-bar.ts";

const TERMS = [
  { timezone: "America/New_York", session: "0930-1600:23456", calendar: "XNYS" },
  { timezone: "Asia/Tokyo", session: "0900-1130,1230-1530:23456" },
  { timezone: "Asia/Kolkata", session: "0915-1530:23456" },
  { timezone: "America/New_York", session: "1700-1700:23456" },
  { timezone: "Australia/Sydney", session: "1000-1600:23456" },
  { timezone: "Europe/Berlin", session: "24x7" },
];
const WIDE: readonly Resolution[] = ["1W", "1M"];
const NOW = Date.UTC(2026, 0, 1);
const terms = fc.constantFrom(...TERMS);
const width = fc.constantFrom(...RESOLUTIONS);
const moment = fc.integer({ min: Date.UTC(2024, 0, 2), max: Date.UTC(2025, 11, 1) });

describe("an imported bar", () => {
  const given: GivenBar = { o: "1", h: "2", l: "1", c: "2", v: "3" };
  const judged = (
    told: Partial<GivenBar>,
    resolution: Resolution,
    of = TERMS[0] ?? { timezone: "", session: "" },
  ) =>
    judgeBar(
      { ...given, ...told },
      { resolution, calendar: barCalendarOf(of), priceScale: 2, sizeScale: 0, now: NOW },
    );

  test("starts where a bar of its width does, and nowhere else", () => {
    fc.assert(
      fc.property(terms, width, moment, (of, resolution, at) => {
        const { start } = barCalendarOf(of).spanOf(resolution, at);
        expect(judged({ t: start }, resolution, of)).toMatchObject({ ok: true, bar: { start } });
        if (at !== start) expect(judged({ t: at }, resolution, of)).toMatchObject({ code: "misaligned" });
      }),
    );
  });

  test.each<[string, Resolution, object]>([
    ["2024-08-06", "1D", { start: Date.UTC(2024, 7, 6, 4) }],
    ["2024-01-15", "1D", { start: Date.UTC(2024, 0, 15, 5) }],
    ["2024-08-05", "1W", { start: Date.UTC(2024, 7, 5, 4) }],
    ["2024-08-01", "1M", { start: Date.UTC(2024, 7, 1, 4) }],
  ])("%s of %s is the trading day of that date, in the zone's own hours", (date, resolution, bar) => {
    expect(judged({ date }, resolution)).toMatchObject({ ok: true, bar });
  });

  test.each<[string, Resolution, string]>([
    ["2024-08-06", "1W", "misaligned"],
    ["2024-08-02", "1M", "misaligned"],
    ["2024-02-30", "1D", "ts-range"],
    ["2026-01-02", "1D", "ts-future"],
    ["2024-08-06", "60", "field-combination"],
  ])("%s is no %s: %s", (date, resolution, code) => {
    expect(judged({ date }, resolution)).toMatchObject({ ok: false, code });
  });

  test("is taken from the close of its session on, before its day ends", () => {
    const date = "2024-08-06";
    const closes = Date.UTC(2024, 7, 6, 20);
    const at = (now: number) =>
      judgeBar(
        { ...given, date },
        {
          resolution: "1D",
          calendar: barCalendarOf(TERMS[0] ?? { timezone: "", session: "" }),
          priceScale: 2,
          sizeScale: 0,
          now,
        },
      ).ok;
    expect([at(closes - 1), at(closes)]).toEqual([false, true]);
  });
});

describe("wider bars", () => {
  test("hold each of their children whole: no width straddles one that it is folded into", () => {
    fc.assert(
      fc.property(terms, width, moment, (of, resolution, at) => {
        const calendar = barCalendarOf(of);
        const { ofImported, ofDays } = parentsOf(resolution);
        const isInside = (child: Resolution, parent: Resolution): void => {
          const inner = calendar.spanOf(child, at);
          const outer = calendar.spanOf(parent, at);
          expect(outer.start).toBeLessThanOrEqual(inner.start);
          expect(outer.end).toBeGreaterThanOrEqual(inner.end);
        };
        for (const parent of ofImported) isInside(resolution, parent);
        for (const parent of ofDays) isInside("1D", parent);
      }),
      { numRuns: 500 },
    );
  });

  const touched = fc
    .record({
      of: terms,
      resolution: width,
      moments: fc.array(moment, { minLength: 1, maxLength: 5 }),
      since: moment,
    })
    .map(({ of, resolution, moments, since }) => {
      const calendar = barCalendarOf(of);
      const starts = moments.map((at) => calendar.spanOf(resolution, at).start);
      const own = Object.fromEntries(RESOLUTIONS.map((one) => [one, calendar.spanOf(one, since).start]));
      const levels = levelsOver({ resolution, calendar, now: NOW, own, starts });
      return { calendar, resolution, starts, own, levels };
    });

  test("are those that are over and begin before the symbol's own, each once, and their children are read whole", () => {
    fc.assert(
      fc.property(touched, ({ resolution, own, levels }) => {
        const folds = levels.flatMap(({ from, stretches, parents }) =>
          [...parents].flatMap(([parent, spans]) =>
            spans.map((span) => ({ ...span, from, stretches, parent })),
          ),
        );
        for (const { from, stretches, parent, start, end, closesAt } of folds) {
          expect(from).toBe(WIDE.includes(parent) ? "1D" : resolution);
          expect([closesAt <= NOW, start < (own[parent] ?? 0)]).toEqual([true, true]);
          expect(stretches.some(([lo, hi]) => lo <= start && end <= hi)).toBe(true);
        }
        expect(new Set(folds.map(({ parent, start }) => `${parent} ${start}`)).size).toBe(folds.length);
      }),
      { numRuns: 200 },
    );
  });

  test("are all of those: the month of each bar that an import brings, where it is over", () => {
    fc.assert(
      fc.property(touched, ({ calendar, resolution, starts, own, levels }) => {
        fc.pre(!WIDE.includes(resolution));
        const months = levels.flatMap(({ parents }) =>
          [...(parents.get("1M") ?? [])].map(({ start }) => start),
        );
        for (const at of starts) {
          const { start, closesAt } = calendar.spanOf("1M", at);
          expect(months.includes(start)).toBe(closesAt <= NOW && start < (own["1M"] ?? 0));
        }
      }),
      { numRuns: 200 },
    );
  });
});
