import { describe, expect, test } from "vitest";
import { migrateLocally } from "../../../../actors/runtime/local-migrations.ts";
import { gapPage } from "../../../../actors/symbol/gaps/gap-page.ts";
import { GAPS_KEPT, SILENCES_KEPT } from "../../../../actors/symbol/limits.ts";
import { SYMBOL_MIGRATIONS } from "../../../../actors/symbol/store.ts";
import { gap as gapShape } from "../../../../src/contracts/gaps.ts";
import type { Gap } from "../../../../src/domain/gap.ts";
import { DAY, MINUTE, NOON, type Sent, SYMBOL, SymbolBench, trade } from "../bench.ts";

const gap = (from: number, to: number, over: Sent = {}): Sent => ({
  ...{ type: "gap", symbol: SYMBOL, ts: to, from, to, reason: "cut" },
  ...over,
});
const filled = (from: number, to: number): Sent => gap(from, to, { filled: true });
/** We began to listen a little before, so none is partial for that. */
const SINCE = NOON - 14 * MINUTE;
function benchOfMinutes(minutes: number): SymbolBench {
  const bench = new SymbolBench();
  bench.take(trade(SINCE, "9"));
  bench.take(...Array.from({ length: minutes }, (_, minute) => trade(NOON + minute * MINUTE, "10")));
  return bench;
}
const partialMinutes = (bench: SymbolBench): number[] =>
  bench
    .bars("1", { from: NOON })
    .flatMap(({ t, partial }) => (partial === true ? [(t - NOON) / MINUTE] : []));
const entries = (bench: SymbolBench): readonly Gap[] => bench.state.gaps.entries;
const payloads = (bench: SymbolBench, kind: string) =>
  bench.facts.flatMap((fact) => (fact.kind === kind ? [JSON.parse(fact.payload)] : []));

describe("a gap that a feed tells", () => {
  test("stands in the ledger: with a count as a sequence, without as the feed's", () => {
    const bench = benchOfMinutes(1);
    const report = bench.takeFrom("live", gap(NOON, NOON + 5), gap(NOON, NOON + 5, { missing: 7 }));
    expect(report).toEqual({ accepted: 2, duplicates: 0, late: 0, rejected: [] });
    const told = { from: NOON, to: NOON + 5, source: "live", reason: "cut", foundAt: bench.clock.now() };
    expect(entries(bench)).toEqual([
      { number: 1, kind: "feed", ...told },
      { number: 2, kind: "sequence", missing: 7, ...told },
    ]);
    expect(payloads(bench, "gap")).toEqual(entries(bench).map((entry) => ({ symbol: SYMBOL, ...entry })));
  });

  test("marks the bars that it overlaps, both its ends included, at every width; their revision stays", () => {
    const bench = benchOfMinutes(12);
    const before = bench.bars("1");
    bench.take(gap(NOON + 3 * MINUTE + 59_999, NOON + 5 * MINUTE));
    expect(partialMinutes(bench)).toEqual([3, 4, 5]);
    expect(bench.bars("5", { from: NOON }).map(({ partial }) => partial)).toEqual([true, true, undefined]);
    expect(bench.bars("1").map(({ partial: _, ...bar }) => bar)).toEqual(
      before.map(({ partial: _, ...bar }) => bar),
    );
  });

  test("moves no watermark, closes no bar and is no news of a price", () => {
    const bench = benchOfMinutes(1);
    const { watermark, closedUntil, arrivals } = bench.state;
    bench.take(gap(NOON + MINUTE, NOON + 9 * MINUTE));
    expect(bench.state).toMatchObject({ watermark, closedUntil, arrivals });
    expect(bench.bars("1").at(-1)).toMatchObject({ t: NOON, state: "forming" });
    expect(bench.bars("1").at(-1)).not.toHaveProperty("partial");
  });

  test("marks bars that come after it, and says so in their facts", () => {
    const bench = benchOfMinutes(1);
    bench.take(gap(NOON + MINUTE, NOON + 2 * MINUTE));
    bench.take(trade(NOON + 2 * MINUTE + 1, "10"), trade(NOON + 3 * MINUTE + 1, "10"));
    bench.take(trade(NOON + 5 * MINUTE, "10"));
    const told = bench.barFacts("1").filter(({ t }) => t >= NOON);
    expect(told.map(({ t, partial }) => [(t - NOON) / MINUTE, partial])).toEqual([
      [0, false],
      [2, true],
      [3, false],
    ]);
  });

  test("told again is a duplicate, in the same request and after an eviction; of another source it is another gap", () => {
    const bench = benchOfMinutes(1);
    expect(bench.take(gap(NOON, NOON), gap(NOON, NOON))).toMatchObject({ accepted: 1, duplicates: 1 });
    bench.reload();
    expect(bench.take(gap(NOON, NOON))).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(bench.takeFrom("other", gap(NOON, NOON))).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(entries(bench)).toHaveLength(2);
  });

  test("of the past or the future: as old as it likes, but it has ended when it is told, and nothing is told from the future", () => {
    const bench = benchOfMinutes(1);
    const now = bench.clock.now();
    const report = bench.take(
      gap(NOON - 400 * DAY, NOON - 399 * DAY),
      gap(NOON + 1, NOON),
      gap(NOON, NOON + 5, { ts: NOON }),
      gap(NOON, now + 2_001),
      gap(NOON, NOON, { missing: 0 }),
      gap(NOON, NOON, { reason: "" }),
    );
    expect(report.accepted).toBe(1);
    expect(report.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, "range"],
      [2, "range"],
      [3, "ts-future"],
      [4, "range"],
      [5, "range"],
    ]);
  });

  test("waits with all that it may cost while the outbox is nearly full", () => {
    const bench = benchOfMinutes(1);
    bench.depth = 40_000 - 4;
    expect(bench.take(gap(NOON, NOON)).rejected).toMatchObject([{ code: "overloaded", retryable: true }]);
    expect(entries(bench)).toEqual([]);
    bench.depth = 40_000 - 5;
    expect(bench.take(gap(NOON, NOON))).toMatchObject({ accepted: 1 });
  });
});

describe("a gap that is filled", () => {
  test("marks nothing any more, keeps its place in the ledger, and is told anew", () => {
    const bench = benchOfMinutes(4);
    bench.take(gap(NOON + MINUTE, NOON + 2 * MINUTE));
    bench.clock.time = (bench.clock.now() + 5) as typeof bench.clock.time;
    expect(bench.take(filled(NOON, NOON + 3 * MINUTE))).toMatchObject({ accepted: 1 });
    expect(partialMinutes(bench)).toEqual([]);
    expect(entries(bench)).toMatchObject([{ number: 1, filledAt: bench.clock.now() }]);
    expect(payloads(bench, "gap").map(({ filledAt }) => filledAt)).toEqual([undefined, bench.clock.now()]);
    bench.reload();
    expect(partialMinutes(bench)).toEqual([]);
    // A feed that tells it once more has already delivered it.
    expect(bench.take(gap(NOON + MINUTE, NOON + 2 * MINUTE))).toMatchObject({ duplicates: 1 });
  });

  test("is filled as a whole: of one that reaches further nobody knows which part is there", () => {
    const bench = benchOfMinutes(6);
    bench.take(gap(NOON, NOON + MINUTE), gap(NOON + MINUTE, NOON + 4 * MINUTE));
    expect(bench.take(filled(NOON, NOON + 3 * MINUTE))).toMatchObject({ accepted: 1 });
    expect(partialMinutes(bench)).toEqual([1, 2, 3, 4]);
  });

  test("leaves partial what another gap overlaps, or what came before we listened", () => {
    const bench = benchOfMinutes(4);
    bench.take(gap(NOON, NOON + 2 * MINUTE), gap(NOON + 2 * MINUTE, NOON + 3 * MINUTE));
    bench.take(filled(NOON, NOON + 2 * MINUTE));
    expect(partialMinutes(bench)).toEqual([2, 3]);
    bench.take(gap(SINCE, SINCE), filled(SINCE, SINCE));
    expect(bench.bars("1")[0]).toMatchObject({ t: SINCE, partial: true });
  });

  test("that nobody knows of is no news", () => {
    const bench = benchOfMinutes(1);
    expect(bench.take(filled(NOON, NOON + MINUTE))).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(payloads(bench, "gap")).toEqual([]);
  });
});

describe("bars that were told before", () => {
  test("are told once more whether they are partial, and nothing else of them", () => {
    const bench = benchOfMinutes(4);
    bench.take(gap(NOON + MINUTE, NOON + 2 * MINUTE));
    const told = payloads(bench, "bar-flags");
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ symbol: SYMBOL, partial: true });
    // The third minute waits out its grace, and wider bars still form: they will say it themselves.
    expect(told[0].bars.filter(([resolution]: [string]) => resolution === "1")).toEqual([
      ["1", NOON + MINUTE],
    ]);
    bench.take(filled(NOON, NOON + 3 * MINUTE));
    expect(payloads(bench, "bar-flags").at(-1)).toEqual({ ...told[0], partial: false });
  });

  test("also those of the same group, which are not written yet", () => {
    const bench = benchOfMinutes(1);
    bench.turn("feed", [trade(NOON + MINUTE, "10"), trade(NOON + 2 * MINUTE + 5, "10")]);
    bench.turn("feed", [gap(NOON, NOON)]);
    bench.commit();
    expect(payloads(bench, "bar-flags")).toMatchObject([{ partial: true, bars: [["1", NOON]] }]);
  });

  test("are never told by a silence", () => {
    const bench = benchOfMinutes(3);
    bench.state.gaps.hush(NOON, NOON + MINUTE, NOON);
    expect(partialMinutes(bench)).toEqual([]);
  });
});

test("an object of the version before comes with its bars and without a ledger", () => {
  const bench = benchOfMinutes(2);
  const bars = bench.bars("1");
  // What it has on disk: all but the steps since.
  bench.sql.exec("DROP TABLE gap");
  bench.sql.exec("DELETE FROM local_migration WHERE id >= 6");
  migrateLocally(bench.sql, SYMBOL_MIGRATIONS.slice(0, 6));
  bench.reload();
  expect(bench.bars("1")).toEqual(bars);
  expect(bench.take(gap(NOON, NOON))).toMatchObject({ accepted: 1 });
  expect(bench.count("gap")).toBe(1);
});

describe("the page", () => {
  const bench = benchOfMinutes(1);
  bench.take(...[0, 1, 2, 3, 4].map((n) => gap(NOON - (9 - n) * MINUTE, NOON - (8 - n) * MINUTE)));
  const numbers = (query: Parameters<typeof gapPage>[1]): number[] =>
    gapPage(entries(bench), query).items.map((item) => JSON.parse(item).number);

  test("has the last found first, in the public shape, and leads on", () => {
    const first = gapPage(entries(bench), { limit: 2 });
    expect(first).toMatchObject({ total: 5, next: "4" });
    for (const item of first.items) expect(() => gapShape.parse(JSON.parse(item))).not.toThrow();
    expect(numbers({ limit: 2 })).toEqual([5, 4]);
    expect(numbers({ limit: 2, after: "4" })).toEqual([3, 2]);
    expect(gapPage(entries(bench), { limit: 2, after: "2" })).toEqual({
      items: [JSON.stringify(entries(bench)[0])],
      total: 5,
    });
  });

  test("holds what reaches into [from, to)", () => {
    expect(numbers({ limit: 9, from: NOON - 6 * MINUTE, to: NOON - 5 * MINUTE })).toEqual([4, 3]);
    expect(numbers({ limit: 9, from: NOON - 6 * MINUTE + 1 })).toEqual([5, 4]);
    expect(numbers({ limit: 9, to: NOON - 9 * MINUTE })).toEqual([]);
  });
});

describe("at its bound", () => {
  test("bound symbol/state:gaps: the oldest entry leaves, and the bars that it alone marked are not marked any more", () => {
    const bench = benchOfMinutes(3);
    const ledger = bench.state.gaps;
    bench.take(gap(NOON + MINUTE, NOON + MINUTE));
    expect(partialMinutes(bench)).toEqual([1]);
    for (let n = 1; n < GAPS_KEPT; n++) bench.take(gap(NOON - DAY + n, NOON - DAY + n));
    expect(ledger.size).toBe(GAPS_KEPT);
    expect(partialMinutes(bench)).toEqual([1]);
    bench.take(gap(NOON - DAY, NOON - DAY));
    expect(ledger.size).toBe(GAPS_KEPT);
    expect(ledger.entries[0]?.number).toBe(2);
    expect(partialMinutes(bench)).toEqual([]);
  });

  test("bound symbol/table:gap: its row leaves with it, and an eviction finds the same ledger", () => {
    const bench = benchOfMinutes(1);
    const many = Array.from({ length: GAPS_KEPT + 5 }, (_, n) => gap(NOON - DAY + n, NOON - DAY + n));
    for (let from = 0; from < many.length; from += 300) bench.take(...many.slice(from, from + 300));
    expect(bench.count("gap")).toBe(GAPS_KEPT);
    const known = [...entries(bench)];
    bench.reload();
    expect(entries(bench)).toEqual(known);
    expect(known.map(({ number }) => number)).toEqual(many.slice(5).map((_, index) => index + 6));
  });

  test("silences make room for each other, not for them what a feed told", () => {
    const bench = benchOfMinutes(1);
    bench.take(gap(NOON, NOON));
    for (let n = 0; n <= SILENCES_KEPT; n++) bench.state.gaps.hush(n, n, NOON);
    expect(bench.state.gaps.size).toBe(1 + SILENCES_KEPT);
    expect(entries(bench).map(({ kind, from }) => [kind, from])).toContainEqual(["feed", NOON]);
    expect(entries(bench).some(({ from }) => from === 0)).toBe(false);
  });
});
