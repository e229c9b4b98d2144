import { describe, expect, test } from "vitest";
import { BOUNDS } from "../../../actors/symbol/bounds.ts";
import {
  BARS_KEPT,
  LATE_FACTS_KEPT,
  LATE_PER_FACT_MAX,
  QUOTE_KEYS,
  TRADE_KEYS,
  TRIM_SLACK,
} from "../../../actors/symbol/limits.ts";
import { OpenRows } from "../../../actors/symbol/open-rows.ts";
import { loadKeys, writeKeys } from "../../../actors/symbol/ticks/key-slots.ts";
import { SLOT_KEYS_MAX, type TakenKeys } from "../../../actors/symbol/ticks/taken-keys.ts";
import { RESOLUTIONS } from "../../../src/domain/bar.ts";
import { DAY, HOUR, INSTRUMENT, MINUTE, NOON, SymbolBench, trade } from "./bench.ts";

const maxOf = (collection: string): number => {
  const found = BOUNDS.find((bound) => bound.collection === collection);
  if (found === undefined) throw new Error(`${collection} has no bound`);
  return found.max;
};
/** A trade a minute; requests of 500. */
function trickle(bench: SymbolBench, count: number, from: number, everyMs = MINUTE): void {
  for (let done = 0; done < count; done += 500) {
    const ticks = Array.from({ length: Math.min(500, count - done) }, (_, index) =>
      trade(from + (done + index) * everyMs, "10"),
    );
    expect(bench.take(...ticks)).toMatchObject({ rejected: [] });
  }
}
const FROM = NOON - 60 * DAY;

describe("bars on disk", () => {
  test("bound symbol/table:bar: the oldest of a width leave once Postgres has them, and the page says where to go on", () => {
    const bench = new SymbolBench();
    bench.archivedSeq = Number.MAX_SAFE_INTEGER;
    trickle(bench, BARS_KEPT + 2 * TRIM_SLACK + 500, FROM);
    const minutes = bench.bars("1");
    expect(minutes.length).toBeGreaterThanOrEqual(BARS_KEPT);
    expect(minutes.length).toBeLessThanOrEqual(BARS_KEPT + TRIM_SLACK + 500);
    expect(bench.page("1", { limit: 10_000 }).olderThan).toBe(minutes[0]?.t);
    expect(bench.page("1", { to: FROM + MINUTE, limit: 10 })).toEqual({ bars: [], olderThan: FROM + MINUTE });
    expect(bench.page("1", { limit: 10 })).not.toHaveProperty("olderThan");
    expect(bench.page("1", { from: minutes[0]!.t, limit: 10_000 })).not.toHaveProperty("olderThan");
    expect(bench.page("60", { limit: 10_000 })).not.toHaveProperty("olderThan");
    expect(bench.count("bar")).toBeLessThanOrEqual(maxOf("table:bar"));
    bench.reload();
    expect(bench.page("1", { limit: 10_000 }).olderThan).toBe(minutes[0]?.t);
  });

  test("while Postgres is away nothing leaves; then all that it has leaves, from the old end only", () => {
    const bench = new SymbolBench();
    trickle(bench, BARS_KEPT + 1_000, FROM);
    expect(bench.bars("1")).toHaveLength(BARS_KEPT + 1_000);
    // Postgres has all facts but that of the 300th minute.
    const waiting = bench.bars("1")[300]!.t;
    const fact = bench.facts.find(({ payload }) => payload.includes(`"resolution":"1","t":${waiting},`));
    bench.archivedSeq = fact!.seq - 1;
    trickle(bench, TRIM_SLACK + 2, FROM + (BARS_KEPT + 1_000) * MINUTE);
    expect(bench.bars("1")[0]?.t).toBe(waiting);
    expect(bench.page("1").olderThan).toBe(waiting);
  });

  test("bound symbol/table:bar_window: one row for each width that has lost bars", () => {
    const bench = new SymbolBench();
    bench.archivedSeq = Number.MAX_SAFE_INTEGER;
    trickle(bench, BARS_KEPT + 600, FROM);
    expect(bench.count("bar_window")).toBe(1);
    trickle(bench, BARS_KEPT + 600, FROM + 10 * DAY, 5 * MINUTE);
    // Three minutes, five, and those that are folded from one trade each.
    expect(bench.count("bar_window")).toBe(3);
    expect(maxOf("table:bar_window")).toBe(RESOLUTIONS.length);
  });
});

describe("rows of which there is one", () => {
  test("bound symbol/table:symbol_state: a further write replaces it", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"));
    bench.take(trade(NOON + 1, "10"));
    expect(bench.count("symbol_state")).toBe(maxOf("table:symbol_state"));
  });

  test("bound symbol/table:instrument: a newer version replaces it", () => {
    const bench = new SymbolBench();
    bench.put({ ...INSTRUMENT, version: 2 });
    expect(bench.count("instrument")).toBe(maxOf("table:instrument"));
  });
});

describe("names of taken ticks", () => {
  const fill = (
    bench: SymbolBench,
    keys: TakenKeys,
    table: "taken_trade" | "taken_quote",
    count: number,
    horizon: number,
    openRows = new OpenRows(null),
  ) => {
    for (let done = 0; done < count; done += 20_000) {
      for (let index = done; index < Math.min(count, done + 20_000); index++)
        keys.add({ space: "", name: index }, index);
      bench.sql.transaction(() => writeKeys(bench.sql, table, keys, horizon, openRows));
    }
  };

  test("bound symbol/table:taken_trade: beyond it the oldest slots leave, even inside the horizon", () => {
    const bench = new SymbolBench();
    const openRows = new OpenRows(null);
    const keys = loadKeys(bench.sql, "taken_trade", TRADE_KEYS, openRows);
    fill(bench, keys, "taken_trade", TRADE_KEYS.max + 2 * SLOT_KEYS_MAX + 1, 0, openRows);
    expect(bench.count("taken_trade")).toBeLessThanOrEqual(maxOf("table:taken_trade"));
    expect(loadKeys(bench.sql, "taken_trade", TRADE_KEYS, new OpenRows(openRows.text)).slots).toEqual(
      keys.slots,
    );
  });

  test("bound symbol/state:tradeKeys: beyond it the oldest names leave memory with their slots", () => {
    const bench = new SymbolBench();
    const { tradeKeys } = bench.state;
    fill(bench, tradeKeys, "taken_trade", TRADE_KEYS.max + 2 * SLOT_KEYS_MAX + 1, 0);
    expect(tradeKeys.size).toBeLessThanOrEqual(maxOf("state:tradeKeys"));
    expect(tradeKeys.size).toBeGreaterThan(TRADE_KEYS.max - SLOT_KEYS_MAX);
    const known = [0, TRADE_KEYS.max].map((name) => tradeKeys.has({ space: "", name }));
    expect(known).toEqual([false, true]);
  });

  test("the last 100,000 ids stay however old they are, and older ones leave past the horizon", () => {
    const bench = new SymbolBench();
    const keys = loadKeys(bench.sql, "taken_trade", TRADE_KEYS, new OpenRows(null));
    fill(bench, keys, "taken_trade", 130_000, Number.POSITIVE_INFINITY);
    expect(keys.size).toBeGreaterThanOrEqual(TRADE_KEYS.kept);
    expect(keys.size).toBeLessThan(TRADE_KEYS.kept + SLOT_KEYS_MAX);
    expect(keys.has({ space: "", name: 30_000 })).toBe(true);
  });

  test("bound symbol/table:taken_quote: beyond it the oldest slots leave", () => {
    const bench = new SymbolBench();
    const keys = loadKeys(bench.sql, "taken_quote", QUOTE_KEYS, new OpenRows(null));
    fill(bench, keys, "taken_quote", QUOTE_KEYS.max + 2 * SLOT_KEYS_MAX + 1, 0);
    expect(bench.count("taken_quote")).toBeLessThanOrEqual(maxOf("table:taken_quote"));
  });

  test("bound symbol/state:quoteKeys: beyond it the oldest names leave memory with their slots", () => {
    const bench = new SymbolBench();
    const { quoteKeys } = bench.state;
    fill(bench, quoteKeys, "taken_quote", QUOTE_KEYS.max + 2 * SLOT_KEYS_MAX + 1, 0);
    expect(quoteKeys.size).toBeLessThanOrEqual(maxOf("state:quoteKeys"));
    expect(quoteKeys.has({ space: "", name: 0 })).toBe(false);
  });
});

describe("what memory holds", () => {
  test("bound symbol/state:minutes: minutes of days that no trade can reach leave memory and stay on disk", () => {
    // A Monday that begins on Sunday at two past midnight, where no other day has a session.
    const bench = new SymbolBench({ session: "0002-0001:2" });
    const sunday = Date.parse("2023-10-08T00:00:00Z");
    let most = 0;
    for (let hour = 0; hour < 50; hour++) {
      trickle(bench, 60, sunday + hour * HOUR);
      most = Math.max(most, bench.state.minutes.length);
    }
    expect(most).toBeGreaterThanOrEqual(48 * 60 - 2);
    expect(most).toBeLessThanOrEqual(maxOf("state:minutes"));
    expect(bench.state.minutes[0]?.start).toBe(sunday + 2 * DAY);
    expect(bench.bars("1")).toHaveLength(50 * 60);
  });

  test("bound symbol/state:days: days that neither the week nor the month needs leave memory and stay on disk", () => {
    const bench = new SymbolBench();
    let most = 0;
    for (let day = 0; day < 60; day++) {
      bench.take(trade(FROM + day * DAY, "10"), trade(FROM + day * DAY + HOUR, "10"));
      most = Math.max(most, bench.state.days.length);
    }
    expect(most).toBe(30);
    expect(most).toBeLessThanOrEqual(maxOf("state:days"));
    expect(bench.bars("1D")).toHaveLength(60);
  });

  test("bound symbol/state:revisions: revisions that no trade can reach any more leave memory", () => {
    const bench = new SymbolBench();
    let most = 0;
    for (let minute = 0; minute < 3 * 24 * 60; minute += 1) {
      const ts = FROM + minute * MINUTE;
      bench.take(trade(ts, "10"), trade(ts - 15 * MINUTE, "9"), trade(ts - 7 * MINUTE, "9"));
      most = Math.max(most, bench.state.revisions.size);
    }
    expect(most).toBeGreaterThan(5);
    expect(most).toBeLessThanOrEqual(maxOf("state:revisions"));
  });

  test("bound symbol/table:late_ticks: the oldest facts of late ticks leave once Postgres has them", () => {
    const bench = new SymbolBench();
    bench.archivedSeq = Number.MAX_SAFE_INTEGER;
    bench.take(trade(NOON, "10"));
    for (let fact = 0; fact < maxOf("table:late_ticks") + 1; fact++) bench.take(trade(NOON - HOUR, "10"));
    expect(bench.count("late_ticks")).toBeGreaterThanOrEqual(LATE_FACTS_KEPT);
    expect(bench.count("late_ticks")).toBeLessThanOrEqual(maxOf("table:late_ticks"));
    expect(bench.state.lateTicks).toBe(maxOf("table:late_ticks") + 1);
  });

  test("late ticks of one request share facts, each of bounded size", () => {
    const bench = new SymbolBench();
    const late = Array.from({ length: 2 * LATE_PER_FACT_MAX + 1 }, () => trade(NOON - HOUR, "10"));
    bench.take(trade(NOON, "10"), ...late);
    const facts = bench.facts.filter(({ kind }) => kind === "late-ticks");
    expect(facts.map(({ payload }) => JSON.parse(payload).ticks.length)).toEqual([
      LATE_PER_FACT_MAX,
      LATE_PER_FACT_MAX,
      1,
    ]);
  });
});
