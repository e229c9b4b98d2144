import { describe, expect, test } from "vitest";
import { DAY_VOLUME_SOURCES_MAX } from "../../../../actors/symbol/limits.ts";
import { DAY, MINUTE, NOON, type Sent, SYMBOL, SymbolBench, trade } from "../bench.ts";

const told = (ts: number, dayVolume: string, over: Sent = {}): Sent => ({
  type: "trade",
  symbol: SYMBOL,
  ts,
  price: "10",
  dayVolume,
  ...over,
});
const volumes = (bench: SymbolBench): string[] => bench.bars("1").map(({ v }) => v);

describe("B7: a feed that tells the volume of the day so far", () => {
  test("the first one says where it stands, each later one is as large as the volume has grown", () => {
    const bench = new SymbolBench();
    bench.take(told(NOON, "1000"), told(NOON + 1, "1003.5"), told(NOON + MINUTE, "1004"));
    expect(volumes(bench)).toEqual(["3.5", "0.5"]);
    bench.reload();
    bench.take(told(NOON + MINUTE + 1, "1010"));
    expect(volumes(bench)).toEqual(["3.5", "6.5"]);
  });

  test("each source counts for itself", () => {
    const bench = new SymbolBench();
    bench.takeFrom("one", told(NOON, "1000"), told(NOON + 1, "1001"));
    bench.takeFrom("two", told(NOON + 2, "50"), told(NOON + 3, "52"));
    expect(volumes(bench)).toEqual(["3"]);
  });

  test("a new trading day counts from nothing", () => {
    const bench = new SymbolBench();
    bench.take(told(NOON - DAY, "1000"), told(NOON - DAY + 1, "1001"), told(NOON, "7"), told(NOON + 1, "9"));
    expect(volumes(bench)).toEqual(["1", "9"]);
  });

  test("the trading day is the instrument's own", () => {
    const bench = new SymbolBench({ timezone: "Asia/Kolkata", session: "0915-1530" });
    // 18:30 UTC is midnight in Kolkata.
    bench.take(told(NOON + 6 * 60 * MINUTE, "1000"), told(NOON + 7 * 60 * MINUTE, "4"));
    expect(volumes(bench)).toEqual(["0", "4"]);
  });

  test("without growth it is a duplicate; one that comes behind a newer one has its price and no size", () => {
    const bench = new SymbolBench();
    expect(bench.take(told(NOON, "10"), told(NOON + 5, "14"), told(NOON + 6, "14"))).toMatchObject({
      accepted: 2,
      duplicates: 1,
    });
    expect(bench.take(told(NOON + 1, "12", { price: "11" }))).toMatchObject({ accepted: 1 });
    expect(bench.bars("1")).toMatchObject([{ h: "11", v: "4", n: 3 }]);
  });

  test("a volume that has shrunk is taken back from the newest trades of the day, from none more than it had", () => {
    const bench = new SymbolBench();
    bench.take(
      trade(NOON - DAY, "10", { size: "9" }),
      told(NOON, "100"),
      told(NOON + 1, "105"),
      told(NOON + MINUTE, "107"),
      told(NOON + 2 * MINUTE, "108"),
      trade(NOON + 4 * MINUTE, "12", { size: "0.5" }),
    );
    expect(volumes(bench)).toEqual(["9", "5", "2", "1", "0.5"]);
    expect(bench.take(told(NOON + 5 * MINUTE, "104"))).toMatchObject({ accepted: 1, rejected: [] });
    expect(volumes(bench)).toEqual(["9", "4.5", "0", "0", "0"]);
    expect(bench.bars("1").map(({ rev }) => rev)).toEqual([0, 1, 1, 1, 0]);
    expect(bench.bars("1").at(-1)).toMatchObject({ c: "12", n: 1, vw: null });
    bench.reload();
    bench.take(told(NOON + 5 * MINUTE + 1, "1"), told(NOON + 5 * MINUTE + 2, "3"));
    expect(volumes(bench)).toEqual(["9", "0", "0", "0", "0", "2"]);
  });

  test("bars of hours ago go on from the revision that they have", () => {
    const bench = new SymbolBench();
    bench.take(told(NOON, "100"), told(NOON + 1, "105"), trade(NOON + 10 * MINUTE, "10", { size: "1" }));
    bench.take(trade(NOON + 2, "10"), trade(NOON + 3, "10"));
    expect(bench.bars("5")[0]).toMatchObject({ t: NOON, rev: 2 });
    bench.take(told(NOON + 120 * MINUTE, "106"));
    bench.take(told(NOON + 121 * MINUTE, "100"));
    expect(bench.bars("5")[0]).toMatchObject({ v: "3", n: 4, rev: 5 });
    bench.reload();
    bench.take(told(NOON + 122 * MINUTE, "101"), trade(NOON + 122 * MINUTE, "10", { size: "9" }));
    bench.take(told(NOON + 123 * MINUTE, "90"));
    const revs = bench.barFacts("60").map(({ t, rev }) => t + rev);
    expect(revs).toEqual([...new Set(revs)].sort((one, other) => one - other));
  });

  test("also trades of the same request are taken back from", () => {
    const bench = new SymbolBench();
    bench.take(told(NOON, "100"), told(NOON + 1, "105"), told(NOON + 2, "102"), told(NOON + 3, "103"));
    expect(bench.bars("1")).toMatchObject([{ v: "3", n: 3 }]);
  });

  test("an id that was taken is a duplicate, whatever the volume", () => {
    const bench = new SymbolBench();
    bench.take(told(NOON, "10", { id: "a" }), told(NOON + 1, "12", { id: "b" }));
    expect(bench.take(told(NOON + 1, "12", { id: "b" }), told(NOON + 2, "13", { id: "a" }))).toMatchObject({
      duplicates: 2,
    });
  });

  test.each([
    ["required", { size: undefined, dayVolume: undefined }],
    ["field-combination", { size: "1" }],
    ["size-negative", { dayVolume: "-1" }],
    ["scale-exceeded", { dayVolume: "1.0001" }],
  ])("%s: a size, or a volume of the day, at the instrument's scale", (code, over) => {
    expect(new SymbolBench().take(told(NOON, "10", over))).toMatchObject({ rejected: [{ code }] });
  });

  test("bound symbol/state:dayVolumes: the source that was heard longest ago leaves, and begins again", () => {
    const bench = new SymbolBench();
    for (let source = 0; source <= DAY_VOLUME_SOURCES_MAX; source++)
      bench.takeFrom(`feed-${source}`, told(NOON + source, "10"));
    expect(bench.state.dayVolumes.size).toBe(DAY_VOLUME_SOURCES_MAX);
    bench.takeFrom("feed-0", told(NOON + 50, "30"));
    bench.takeFrom("feed-2", told(NOON + 51, "11"));
    expect(volumes(bench)).toEqual(["1"]);
  });

  test("bound symbol/table:day_volume: as many rows as sources", () => {
    const bench = new SymbolBench();
    for (let source = 0; source <= DAY_VOLUME_SOURCES_MAX + 3; source++)
      bench.takeFrom(`feed-${source}`, told(NOON + source, "10"));
    expect(bench.count("day_volume")).toBe(DAY_VOLUME_SOURCES_MAX);
    const held = [...bench.state.dayVolumes];
    bench.reload();
    expect([...bench.state.dayVolumes]).toEqual(held);
  });
});
