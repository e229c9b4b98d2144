import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE, NOON, quote, SymbolBench, trade } from "../bench.ts";

const MIDNIGHT = NOON - 12 * HOUR;

describe("the quote", () => {
  test("of a symbol that has never ticked says that it knows nothing", () => {
    expect(new SymbolBench().quote()).toEqual({
      symbol: "TEST:ABC",
      last: null,
      bid: null,
      bidSize: null,
      ask: null,
      askSize: null,
      dayOpen: null,
      dayHigh: null,
      dayLow: null,
      dayVolume: "0",
      prevClose: null,
      change: null,
      changePercent: null,
      stale: true,
      ageMs: null,
      seq: 0,
    });
  });

  test("shows the newest trade, the newest quote, the day and the change since the day before", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON - DAY, "80"), trade(MIDNIGHT - 1, "90", { size: "3" }));
    bench.take(trade(MIDNIGHT, "93", { size: "0.5" }), trade(MIDNIGHT + 1, "99"), trade(MIDNIGHT + 2, "91"));
    bench.take(quote(MIDNIGHT + 3, "90.99", "91.01"), trade(MIDNIGHT + 4, "92"));
    expect(bench.quote(MIDNIGHT + 1_004)).toEqual({
      symbol: "TEST:ABC",
      last: { price: "92", size: "1", ts: MIDNIGHT + 4 },
      bid: "90.99",
      bidSize: "1",
      ask: "91.01",
      askSize: "2",
      dayOpen: "93",
      dayHigh: "99",
      dayLow: "91",
      dayVolume: "3.5",
      prevClose: "90",
      change: "2",
      changePercent: "2.2222",
      stale: false,
      ageMs: 1_000,
      seq: 7,
    });
  });

  test("a late trade counts for the day it belongs to, and can be the close before today", () => {
    const bench = new SymbolBench();
    bench.take(trade(MIDNIGHT - 5_000, "90"), trade(MIDNIGHT + 5 * MINUTE, "100"));
    bench.take(trade(MIDNIGHT - 1, "80"));
    expect(bench.quote()).toMatchObject({
      dayOpen: "100",
      dayVolume: "1",
      prevClose: "80",
      change: "20",
      changePercent: "25",
    });
  });

  test("the day rolls by event time, with a quote too; the close before it is weeks old if need be", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON - 30 * DAY, "50"), quote(NOON, "60", "61"));
    expect(bench.quote()).toMatchObject({
      dayOpen: null,
      dayVolume: "0",
      prevClose: "50",
      change: "0",
      changePercent: "0",
    });
    bench.reload();
    expect(bench.quote()).toMatchObject({ prevClose: "50" });
  });

  test("the day of a stock exchange begins at midnight of the instrument's time zone", () => {
    const bench = new SymbolBench({ timezone: "America/New_York", session: "0930-1600:23456" });
    bench.take(trade(MIDNIGHT + 5 * HOUR - 1, "90"), trade(MIDNIGHT + 5 * HOUR, "91"));
    expect(bench.quote()).toMatchObject({ dayOpen: "91", prevClose: "90" });
  });

  test("is stale when its newest tick, trade or quote, is more than 60 s old", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), quote(NOON + 5_000, "9", "10"));
    expect(bench.quote(NOON + 65_000)).toMatchObject({ stale: false, ageMs: 60_000 });
    expect(bench.quote(NOON + 65_001)).toMatchObject({ stale: true, ageMs: 60_001 });
  });

  test("a tick a second ahead of our clock has the age 0", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"));
    expect(bench.quote(NOON - 1_000)).toMatchObject({ stale: false, ageMs: 0 });
  });

  test("a loss of an uneven share is rounded to even at four decimals", () => {
    const bench = new SymbolBench();
    bench.take(trade(MIDNIGHT - 1, "800"), trade(MIDNIGHT, "799.99"));
    expect(bench.quote()).toMatchObject({ change: "-0.01", changePercent: "-0.0012" });
  });
});

describe("which quote stands", () => {
  test("an older one never replaces a newer one", () => {
    const bench = new SymbolBench();
    bench.take(quote(NOON + 10, "10", "11"), quote(NOON, "8", "9"));
    expect(bench.quote()).toMatchObject({ bid: "10", ask: "11" });
  });

  test("at the same millisecond the higher sequence stands, else the later arrival", () => {
    const bench = new SymbolBench();
    bench.take(quote(NOON, "10", "11", { seq: 2 }), quote(NOON, "8", "9", { seq: 1 }));
    expect(bench.quote()).toMatchObject({ bid: "10" });
    bench.take(quote(NOON + 1, "5", "6"), quote(NOON + 1, "6", "7"));
    expect(bench.quote()).toMatchObject({ bid: "6" });
  });

  test("a crossed one is taken and shown as crossed, and prices nothing", () => {
    const bench = new SymbolBench();
    expect(bench.take(quote(NOON, "10", "11"), quote(NOON + 1, "12", "11"))).toMatchObject({ accepted: 2 });
    expect(bench.quote()).toMatchObject({ bid: "12", ask: "11", crossed: true });
    expect(bench.mark()).toEqual({ lastChanges: 0, quoteTs: NOON + 1 });
    bench.take(quote(NOON + 2, "11", "11"));
    expect(bench.quote()).not.toHaveProperty("crossed");
    expect(bench.mark()).toEqual({ lastChanges: 0, quoteTs: NOON + 2, bid: 1_100, ask: 1_100 });
  });
});

describe("changes of the last price", () => {
  test("are numbered without a gap, and an equal price is none", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON + 1, "10"), trade(NOON + 2, "11"));
    bench.reload();
    bench.take(trade(NOON + 3, "10"));
    expect(bench.changes).toEqual([
      [1, NOON, 1_000],
      [2, NOON + 2, 1_100],
      [3, NOON + 3, 1_000],
    ]);
    expect(bench.mark()).toEqual({ lastChanges: 3, last: 1_000, lastTs: NOON + 3 });
  });

  test("a late trade changes no last price", () => {
    const bench = new SymbolBench();
    bench.take(
      trade(NOON + 1_000, "10", { seq: 5 }),
      trade(NOON, "99"),
      trade(NOON + 1_000, "98", { seq: 4 }),
    );
    expect(bench.changes).toHaveLength(1);
    expect(bench.quote().last).toEqual({ price: "10", size: "1", ts: NOON + 1_000 });
  });
});
