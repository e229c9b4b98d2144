import { describe, expect, test } from "vitest";
import { migrateLocally } from "../../../../actors/runtime/local-migrations.ts";
import { SYMBOL_MIGRATIONS } from "../../../../actors/symbol/store.ts";
import { HOUR, MINUTE, NOON, quote, type Sent, SYMBOL, SymbolBench, trade } from "../bench.ts";

const cancel = (id: string, ts = NOON): Sent => ({ type: "cancel", symbol: SYMBOL, ts, id });
const correct = (id: string, over: Sent, ts = NOON): Sent => ({
  type: "correct",
  symbol: SYMBOL,
  ts,
  id,
  ...over,
});

/** Four trades of one minute, then one that closes it. */
function closedMinute(): SymbolBench {
  const bench = new SymbolBench();
  bench.take(
    trade(NOON, "10", { id: "open" }),
    trade(NOON + 1, "12", { id: "high" }),
    trade(NOON + 2, "8", { id: "low" }),
    trade(NOON + 3, "9", { id: "inside" }),
    trade(NOON + 4, "11", { id: "close" }),
    trade(NOON + MINUTE + 2_000, "20", { id: "next" }),
  );
  return bench;
}

describe("a cancel", () => {
  test.each([
    ["open", { o: "12", h: "12", l: "8", c: "11", v: "4", n: 4, rev: 1 }],
    ["high", { o: "10", h: "11", l: "8", c: "11", v: "4", n: 4, rev: 1 }],
    ["low", { o: "10", h: "12", l: "9", c: "11", v: "4", n: 4, rev: 1 }],
    ["inside", { o: "10", h: "12", l: "8", c: "11", v: "4", n: 4, rev: 1 }],
    ["close", { o: "10", h: "12", l: "8", c: "9", v: "4", n: 4, rev: 1 }],
  ])("of the trade that was the %s leaves the bar of the others, and one revision more", (id, bar) => {
    const bench = closedMinute();
    expect(bench.take(cancel(id))).toMatchObject({ accepted: 1, rejected: [] });
    expect(bench.bars("1")[0]).toMatchObject({ ...bar, state: "revised" });
    expect(bench.barFacts("1").at(-1)).toMatchObject({ t: NOON, ...bar });
    bench.reload();
    expect(bench.bars("1")[0]).toMatchObject(bar);
  });

  test("revises every closed bar above", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10", { id: "a" }), trade(NOON + 1, "11"), trade(NOON + 6 * MINUTE, "12"));
    bench.take(cancel("a"));
    expect(bench.bars("5")[0]).toMatchObject({ o: "11", v: "1", n: 1, rev: 1, state: "revised" });
    expect(bench.bars("60")[0]).toMatchObject({ o: "11", n: 2, rev: 0, state: "forming" });
  });

  test("of a trade of the forming minute makes no revision", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10", { id: "a" }), trade(NOON + 1, "11"));
    bench.take(cancel("a"));
    expect(bench.bars("1")).toMatchObject([{ o: "11", n: 1, rev: 0, state: "forming" }]);
  });

  test("said again is a duplicate, also in the same request, after a restart, and before a correction", () => {
    const bench = closedMinute();
    expect(bench.take(cancel("low"), cancel("low"))).toMatchObject({ accepted: 1, duplicates: 1 });
    bench.reload();
    expect(bench.take(cancel("low"))).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(bench.take(correct("low", { price: "7" }))).toMatchObject({
      rejected: [{ index: 0, code: "trade-unknown" }],
    });
    expect(bench.bars("1")[0]).toMatchObject({ l: "9", rev: 1 });
  });

  test("of a trade that was never taken is rejected", () => {
    expect(closedMinute().take(cancel("nobody"))).toEqual({
      accepted: 0,
      duplicates: 0,
      late: 0,
      rejected: [{ index: 0, code: "trade-unknown", detail: "no trade with this id was taken" }],
    });
  });

  test("of a trade of the same request leaves no trace of it in the bars", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON + 1, "99", { id: "a" }), cancel("a"), trade(NOON + 2, "11"));
    expect(bench.bars("1")).toMatchObject([{ h: "11", n: 2, v: "2" }]);
  });

  test("of all trades of a closed bar withdraws it: it is told once more, and no page has it", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10", { id: "a" }), trade(NOON + 10 * MINUTE, "11"));
    bench.take(cancel("a"));
    expect(bench.bars("1").map(({ t }) => t)).toEqual([NOON + 10 * MINUTE]);
    expect(bench.bars("5").map(({ t }) => t)).toEqual([NOON + 10 * MINUTE]);
    const withdrawn = { t: NOON, o: "10", c: "10", n: 0, v: "0", vw: null, rev: 1, withdrawn: true };
    expect(bench.barFacts("1").at(-1)).toMatchObject(withdrawn);
    expect(bench.barFacts("5").at(-1)).toMatchObject(withdrawn);
    bench.reload();
    bench.take(trade(NOON + 1, "13"));
    expect(bench.bars("1")[0]).toMatchObject({ t: NOON, o: "13", n: 1, rev: 2 });
    expect(bench.bars("5")[0]).toMatchObject({ t: NOON, o: "13", n: 1, rev: 2 });
  });

  test("counts as a tick: the quote's sequence moves", () => {
    const bench = closedMinute();
    const { seq } = bench.quote();
    bench.take(cancel("low"));
    expect(bench.quote().seq).toBe(seq + 1);
  });
});

describe("a correction", () => {
  test("of price and size changes the bar as if the trade had been so from the beginning", () => {
    const bench = closedMinute();
    bench.take(correct("high", { price: "9.5", size: "3" }));
    expect(bench.bars("1")[0]).toMatchObject({ o: "10", h: "11", l: "8", c: "11", v: "7", n: 5, rev: 1 });
  });

  test("of the size alone leaves the price", () => {
    const bench = closedMinute();
    bench.take(correct("inside", { size: "2.5" }));
    expect(bench.bars("1")[0]).toMatchObject({ h: "12", l: "8", v: "6.5", n: 5, rev: 1 });
  });

  test("without a change is a duplicate, and so is one that is older than what was said since", () => {
    const bench = closedMinute();
    expect(bench.take(correct("low", { price: "8" }))).toMatchObject({ duplicates: 1 });
    bench.take(correct("low", { price: "7" }, NOON + 10), correct("low", { price: "6" }, NOON + 20));
    expect(bench.take(correct("low", { price: "7" }, NOON + 10))).toMatchObject({ duplicates: 1 });
    expect(bench.bars("1")[0]).toMatchObject({ l: "6", rev: 2 });
  });

  test("beyond the scale is rejected, and nothing has changed", () => {
    const bench = closedMinute();
    expect(bench.take(correct("low", { price: "7.123" }))).toMatchObject({
      rejected: [{ code: "scale-exceeded" }],
    });
    expect(bench.bars("1")[0]).toMatchObject({ l: "8", rev: 0 });
  });
});

describe("the last price", () => {
  test("falls back to the newest trade that stands, and the hub hears each change by a number without a gap", () => {
    const bench = new SymbolBench();
    bench.take(
      trade(NOON, "10", { id: "a" }),
      trade(NOON + 1, "11", { id: "b" }),
      trade(NOON + 2, "12", { id: "c" }),
    );
    bench.take(cancel("c"));
    expect(bench.quote().last).toEqual({ price: "11", size: "1", ts: NOON + 1 });
    bench.take(correct("b", { price: "10.5" }));
    expect(bench.mark()).toMatchObject({ last: 1_050, lastTs: NOON + 1, lastChanges: 5 });
    bench.reload();
    bench.take(cancel("b", NOON + 1));
    expect(bench.quote().last).toEqual({ price: "10", size: "1", ts: NOON });
    expect(bench.changes).toEqual([
      [1, NOON, 1_000],
      [2, NOON + 1, 1_100],
      [3, NOON + 2, 1_200],
      [4, NOON + 1, 1_100],
      [5, NOON + 1, 1_050],
      [6, NOON, 1_000],
    ]);
  });

  test("is not there where no trade stands any more", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10", { id: "a" }), cancel("a"));
    expect(bench.quote().last).toBeNull();
    bench.take(trade(NOON + 1, "10"));
    expect(bench.mark()).toMatchObject({ last: 1_000, lastChanges: 2 });
  });

  test("of an older trade that is cancelled or corrected stays", () => {
    const bench = closedMinute();
    bench.take(cancel("open"), correct("low", { price: "1" }));
    expect(bench.mark()).toMatchObject({ last: 2_000, lastChanges: 6 });
  });
});

describe("beyond the late horizon", () => {
  test("a cancel or a correction goes to the ledger with its reason, and changes no bar at once", () => {
    const bench = closedMinute();
    bench.take(quote(NOON + HOUR, "1", "2"));
    const before = bench.bars("1");
    expect(bench.take(cancel("low"), correct("high", { price: "9" }))).toMatchObject({ late: 2 });
    expect(bench.bars("1")).toEqual(before);
    expect(bench.lateTicks()).toEqual([
      { type: "cancel", ts: NOON, watermark: NOON + HOUR, id: "low" },
      { type: "correct", ts: NOON, watermark: NOON + HOUR, id: "high", price: "9" },
    ]);
  });
});

test("an object of the version before keeps what it has; trades from before its log are known and cannot be amended", () => {
  const bench = closedMinute();
  const bars = bench.bars("1");
  for (const table of ["trade_log", "trade_log_reach", "day_volume"]) bench.sql.exec(`DROP TABLE ${table}`);
  bench.sql.exec("UPDATE symbol_state SET open_rows = json_remove(open_rows, '$.trade_log')");
  bench.sql.exec("DELETE FROM local_migration WHERE id >= 8");
  migrateLocally(bench.sql, SYMBOL_MIGRATIONS.slice(0, 8));
  bench.reload();
  expect(bench.bars("1")).toEqual(bars);
  expect(bench.take(cancel("low"))).toMatchObject({ late: 1 });
  // Its log has no other trade: the last price is the close of the newest minute.
  bench.take(trade(NOON + 3 * MINUTE, "30", { id: "new" }), cancel("new"));
  expect(bench.quote().last).toEqual({ price: "20", size: "0", ts: NOON + MINUTE + 2_000 });
  bench.take(trade(NOON + 3 * MINUTE, "31"));
  expect(bench.bars("1").at(-1)).toMatchObject({ o: "31", n: 1 });
});

describe("conditions", () => {
  const odd = { conditions: ["odd-lot"] };

  test("what counts for volume alone gives the minute volume and no price", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON + 1, "99", odd), trade(NOON + 2, "11"));
    expect(bench.bars("1")).toMatchObject([{ o: "10", h: "11", c: "11", v: "3", n: 3, vw: "40" }]);
    expect(bench.quote().last).toMatchObject({ price: "11" });
  });

  test("a minute of such trades alone has no bar; its volume counts in the bars above", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "99", odd), trade(NOON + MINUTE, "10"), trade(NOON + 6 * MINUTE, "11"));
    expect(bench.bars("1").map(({ t }) => t)).toEqual([NOON + MINUTE, NOON + 6 * MINUTE]);
    expect(bench.bars("5")[0]).toMatchObject({ o: "10", h: "10", v: "2", n: 2, state: "final" });
    expect(bench.barFacts("1").map(({ t }) => t)).toEqual([NOON + MINUTE]);
    bench.reload();
    expect(bench.bars("1")).toHaveLength(2);
    expect(bench.quote()).toMatchObject({ dayOpen: "10", dayVolume: "3" });
  });

  test("high and low may count where open and close do not", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON + 1, "15", { conditions: ["out-of-sequence"] }));
    expect(bench.bars("1")).toMatchObject([{ o: "10", h: "15", c: "10", v: "2" }]);
  });

  test("what counts for nothing is taken, and changes nothing", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON + 1, "15", { id: "a", conditions: ["official-close"] }));
    expect(bench.bars("1")).toMatchObject([{ o: "10", h: "10", v: "1", n: 1 }]);
    expect(bench.take(trade(NOON + 1, "15", { id: "a" }))).toMatchObject({ duplicates: 1 });
  });

  test("a day of such trades alone has no open and no high, but a volume", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "99", odd));
    expect(bench.quote()).toMatchObject({
      last: null,
      dayOpen: null,
      dayHigh: null,
      dayLow: null,
      dayVolume: "1",
    });
    expect(bench.bars("1D")).toEqual([]);
  });
});
