import { describe, expect, test } from "vitest";
import { LATE_PENDING_MAX } from "../../../../actors/symbol/limits.ts";
import { DAY, HOUR, MINUTE, NOON, quote, type Sent, SYMBOL, SymbolBench, trade } from "../bench.ts";

const cancel = (id: string, ts: number): Sent => ({ type: "cancel", symbol: SYMBOL, ts, id });
/** Noon of the day before the bench's clock. */
const EARLIER = NOON - DAY;
const MIDNIGHT = NOON - 12 * HOUR;
/** What the metrics brick has counted. */
const counted = (bench: SymbolBench, outcome: "folded" | "unfolded"): number =>
  Number(bench.counts()[`outcry_late_ticks_${outcome}_total`] ?? 0);

/** Trades at noon and an hour later; what comes now for noon is too late. */
function afterAnHour(): SymbolBench {
  const bench = new SymbolBench();
  bench.take(trade(EARLIER, "10", { id: "noon" }), trade(EARLIER + HOUR, "12"));
  return bench;
}
const endDay = (bench: SymbolBench) => bench.take(trade(MIDNIGHT + 2_000, "20"));

describe("B5: what came too late is folded in when its day closes", () => {
  test("a trade goes into its minute and every bar above, one revision each", () => {
    const bench = afterAnHour();
    expect(bench.take(trade(EARLIER + 1, "9", { id: "late" }))).toMatchObject({ late: 1 });
    expect(bench.bars("1")[0]).toMatchObject({ n: 1, rev: 0 });
    bench.reload();
    endDay(bench);
    expect(bench.bars("1")[0]).toMatchObject({ t: EARLIER, c: "9", n: 2, rev: 1, state: "revised" });
    expect(bench.bars("60")[0]).toMatchObject({ l: "9", n: 2, rev: 1 });
    expect(bench.bars("1D")[0]).toMatchObject({ o: "10", l: "9", c: "12", n: 3, rev: 1 });
    expect(bench.barFacts("1D")).toMatchObject([{ n: 3, rev: 1 }]);
    expect(counted(bench, "folded")).toBe(1);
    expect(bench.state.latePending).toEqual([]);
    expect(bench.count("late_pending")).toBe(0);
  });

  test("one without a bar makes one", () => {
    const bench = afterAnHour();
    bench.take(trade(EARLIER + 10 * MINUTE, "9"));
    endDay(bench);
    expect(bench.bars("1").map(({ t, rev }) => [t - EARLIER, rev])).toEqual([
      [0, 0],
      [10 * MINUTE, 1],
      [HOUR, 0],
      [12 * HOUR, 0],
    ]);
  });

  test("a cancel of a trade that was taken, and of one that waits itself, in the order in which they came", () => {
    const bench = afterAnHour();
    bench.take(trade(EARLIER + 1, "9", { id: "late" }), trade(EARLIER + 2, "8", { id: "later" }));
    bench.take(cancel("noon", EARLIER + HOUR), cancel("late", EARLIER + HOUR));
    endDay(bench);
    expect(bench.bars("1")[0]).toMatchObject({ o: "8", c: "8", n: 1, rev: 4 });
    expect(counted(bench, "folded")).toBe(4);
  });

  test("a cancel that waits is a duplicate when it is said again", () => {
    const bench = afterAnHour();
    bench.take(cancel("noon", EARLIER + HOUR));
    bench.reload();
    expect(bench.take(cancel("noon", EARLIER + HOUR))).toMatchObject({ duplicates: 1, late: 0 });
  });

  test("at the end of a feed too", () => {
    const bench = afterAnHour();
    bench.take(trade(EARLIER + 1, "9"));
    bench.end();
    expect(bench.bars("1")[0]).toMatchObject({ n: 2, rev: 1 });
    expect(bench.bars("1D")[0]).toMatchObject({ n: 3, rev: 1, state: "revised" });
  });

  test("of a day that had left memory and is still on disk, with its week and month", () => {
    const bench = new SymbolBench();
    const monday = NOON - 8 * DAY;
    bench.take(
      trade(monday, "10"),
      trade(monday + DAY, "11"),
      trade(monday + 2 * DAY, "12"),
      trade(monday + 7 * DAY, "13"),
    );
    const before = bench.bars("1W");
    bench.take(trade(monday + DAY + 1, "99"));
    endDay(bench);
    expect(bench.bars("1D").map(({ h, n, rev }) => [h, n, rev])).toEqual([
      ["10", 1, 0],
      ["99", 2, 1],
      ["12", 1, 0],
      ["13", 1, 0],
      ["20", 1, 0],
    ]);
    expect(bench.bars("1W")[0]).toMatchObject({
      ...before[0],
      h: "99",
      v: "4",
      n: 4,
      rev: 1,
      state: "revised",
      vw: "33",
    });
    const held = bench.bars("1M");
    expect(held[0]).toMatchObject({ n: 6, h: "99", rev: 0, state: "forming" });
    bench.reload();
    expect(bench.bars("1M")).toEqual(held);
  });

  test("what is older than the bars on disk is counted, and stays in the ledger alone", () => {
    const bench = new SymbolBench();
    bench.archivedSeq = Number.MAX_SAFE_INTEGER;
    const from = MIDNIGHT - 4 * DAY;
    for (let hour = 0; hour < 4 * 24; hour++)
      bench.take(
        ...Array.from({ length: 60 }, (_, minute) => trade(from + hour * HOUR + minute * MINUTE, "10")),
      );
    const days = bench.bars("1D");
    expect(bench.take(trade(from + 1, "99"))).toMatchObject({ late: 1 });
    endDay(bench);
    expect(bench.bars("1D").slice(0, 3)).toEqual(days.slice(0, 3));
    expect([counted(bench, "folded"), counted(bench, "unfolded")]).toEqual([0, 1]);
  });

  test("quotes stay in the ledger", () => {
    const bench = afterAnHour();
    expect(bench.take(quote(EARLIER, "1", "2"))).toMatchObject({ late: 1 });
    expect(bench.state.latePending).toEqual([]);
  });

  test("where the outbox is nearly full it is folded later", () => {
    const bench = afterAnHour();
    bench.take(trade(EARLIER + 1, "9"));
    bench.depth = 40_000 - 12;
    bench.end();
    expect(bench.state.latePending).toHaveLength(1);
    bench.depth = 0;
    bench.take(quote(EARLIER + HOUR + 1, "1", "2"));
    expect(bench.state.latePending).toEqual([]);
    expect(bench.bars("1")[0]).toMatchObject({ n: 2, rev: 1 });
  });

  test("bound symbol/state:latePending: as many are folded at once, without waiting for the close; more of one turn do not wait", () => {
    const bench = afterAnHour();
    const late = Array.from({ length: LATE_PENDING_MAX + 1 }, () => trade(EARLIER + 1, "9"));
    expect(bench.take(...late.slice(2))).toMatchObject({ late: LATE_PENDING_MAX - 1 });
    expect(bench.bars("1")[0]).toMatchObject({ n: 1 });
    expect(bench.state.latePending).toHaveLength(LATE_PENDING_MAX - 1);
    bench.take(...late.slice(0, 2));
    expect(bench.bars("1")[0]).toMatchObject({ n: LATE_PENDING_MAX + 1, rev: LATE_PENDING_MAX });
    expect([counted(bench, "folded"), counted(bench, "unfolded")]).toEqual([LATE_PENDING_MAX, 1]);
  });

  test("bound symbol/table:late_pending: a row for each that waits", () => {
    const bench = afterAnHour();
    for (let at = 0; at < LATE_PENDING_MAX; at += 2_500) {
      bench.take(...Array.from({ length: 2_500 }, () => trade(EARLIER + 1, "9")));
      expect(bench.count("late_pending")).toBe(bench.state.latePending.length);
    }
    expect(bench.count("late_pending")).toBe(0);
  });
});

test("days that close in one group fold each late trade once, whatever an eviction finds on disk", () => {
  const bench = new SymbolBench();
  const day = EARLIER - DAY;
  bench.take(trade(day, "10"), trade(day + HOUR, "12"));
  bench.take(trade(day + 1, "9"), trade(day + 2, "9"));
  bench.turn("feed", [trade(day + DAY, "20")]);
  bench.turn("feed", [trade(day + DAY - HOUR, "21")]);
  bench.turn("feed", [trade(day + 2 * DAY, "30")]);
  bench.commit();
  bench.reload();
  expect(bench.state.latePending).toEqual([]);
  expect(counted(bench, "folded")).toBe(3);
});

test("a turn that leaves days behind folds late trades beside what it has put into their minutes itself", () => {
  const bench = new SymbolBench();
  const minute = NOON - 60 * DAY;
  bench.take(trade(minute, "10"), trade(minute + 20 * MINUTE, "11"));
  // In one request: late for the first minute, twice in time for a later one, and on to the next month.
  bench.take(
    trade(minute + 1, "12"),
    trade(minute + 10 * MINUTE, "13"),
    trade(minute + 10 * MINUTE + 1, "14"),
    trade(minute + 33 * DAY, "15"),
  );
  const [first, second] = bench.bars("1");
  expect([first, second]).toMatchObject([
    { n: 2, c: "12" },
    { n: 2, o: "13", c: "14" },
  ]);
  expect(bench.bars("1D")[0]).toMatchObject({ n: 5, h: "14" });
  expect(bench.bars("1M")[0]).toMatchObject({ n: 5, h: "14" });
});
