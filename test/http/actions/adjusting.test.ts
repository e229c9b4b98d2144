import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ActionEntry } from "../../../actors/symbol/messages.ts";
import type { BarObject } from "../../../src/contracts/bars.ts";
import { adjustedRows, type Knowledge, planOf } from "../../../src/http/actions/adjusting.ts";

const bar = (t: number, close = "60"): BarObject => ({
  ...{ t, o: close, h: close, l: close, c: close, v: "10", n: 1, vw: close, rev: 0, state: "final" },
});
const action = (id: string, startsAt: number, over: Partial<ActionEntry> = {}): ActionEntry =>
  // SAFETY: each is a whole split, and what a test changes of it.
  ({
    ...{ id, type: "split", exDate: "2024-01-02", from: "1", to: "2", startsAt },
    ...{ recordedAt: 0, recordedBy: { tenant: "t", subject: "s" } },
    ...over,
  }) as ActionEntry;

const NOW = 1_000;
const adjusted = (
  bars: readonly BarObject[],
  entries: readonly ActionEntry[],
  over: Partial<Knowledge> = {},
) => {
  const known: Knowledge = { mode: "all", now: NOW, ...over };
  const rows = bars.map((each) => JSON.stringify(each));
  const plan = planOf(bars, entries, known);
  const reply = adjustedRows(rows, bars, plan, [], known);
  if (!reply.ok) throw new Error("a split needs nothing to be known");
  return reply.value;
};

describe("as of a moment", () => {
  test("only what was recorded, not revoked, and in force by then counts", () => {
    const entries = [
      action("late", 100, { recordedAt: 500, type: "split", from: "1", to: "2" }),
      action("revoked", 200, { recordedAt: 100, revokedAt: 500, type: "split", from: "1", to: "3" }),
      action("standing", 200, { recordedAt: 100, type: "split", from: "1", to: "5" }),
      action("ahead", 400, { recordedAt: 100, type: "split", from: "1", to: "2" }),
    ];
    const seen = (asOf: number | undefined) => {
      const [row = ""] = adjusted([bar(0)], entries, { asOf });
      return JSON.parse(row).c;
    };
    expect([99, 100, 199, 200, 399, 400, 499, 500, undefined].map(seen)).toEqual([
      ...["60", "60", "60", "4", "4", "2", "2", "3", "3"],
    ]);
  });

  test("the days before an ex-date are asked for where it had come by then", () => {
    const dividend = action("d", 300, { type: "dividend", amount: "1" } as Partial<ActionEntry>);
    const ranges = (asOf: number) => planOf([bar(0)], [dividend], { mode: "all", now: NOW, asOf }).ranges;
    expect(ranges(299)).toEqual([]);
    expect(ranges(300).map(([, to]) => to)).toEqual([300]);
  });
});

const moment = fc.integer({ min: 1, max: 900 });
const entry = fc
  .record({ at: moment, to: fc.integer({ min: 2, max: 9 }), revoked: fc.boolean() })
  .map(({ at, to, revoked }, index = 0) =>
    action(`a${index}`, at, {
      from: "1",
      to: `${to}`,
      ...(revoked ? { revokedAt: 5 } : {}),
    } as Partial<ActionEntry>),
  );
const entries = fc.array(entry, { maxLength: 8 });
const bars = fc
  .uniqueArray(fc.integer({ min: 0, max: 950 }), { minLength: 1, maxLength: 12 })
  .map((starts) => starts.toSorted((one, other) => one - other).map((t, index) => bar(t, `${index + 7}`)));

describe("whatever was recorded", () => {
  test("a revoked action is as if it had never been", () => {
    void fc.assert(
      fc.property(bars, entries, (page, all) => {
        const standing = all.filter(({ revokedAt }) => revokedAt === undefined);
        expect(adjusted(page, all)).toEqual(adjusted(page, standing));
      }),
    );
  });

  test("the order in which it came does not matter", () => {
    void fc.assert(
      fc.property(bars, entries, (page, all) => {
        expect(adjusted(page, all.toReversed())).toEqual(adjusted(page, all));
      }),
    );
  });

  test("a page is a part of the whole: each bar is what it is alone", () => {
    void fc.assert(
      fc.property(bars, entries, (page, all) => {
        expect(adjusted(page, all)).toEqual(page.flatMap((each) => adjusted([each], all)));
      }),
    );
  });

  test("splits are undone by multiplying: a raw price is its adjusted one times all later ratios", () => {
    void fc.assert(
      fc.property(bars, entries, (page, all) => {
        const rows = adjusted(page, all);
        for (const [index, raw] of page.entries()) {
          const shown: BarObject = JSON.parse(rows[index] ?? "");
          const later = all.filter(({ startsAt, revokedAt }) => revokedAt === undefined && startsAt > raw.t);
          const ratio = later.reduce((product, each) => product * Number("to" in each ? each.to : 1), 1);
          expect(Number(shown.c) * ratio).toBeCloseTo(Number(raw.c), 0);
          expect(Number(shown.v)).toBe(Number(raw.v) * ratio);
          expect({ ...shown, ...numbersOf(raw) }).toEqual(raw);
        }
      }),
    );
  });
});

const numbersOf = ({ o, h, l, c, v, vw }: BarObject) => ({ o, h, l, c, v, vw });
