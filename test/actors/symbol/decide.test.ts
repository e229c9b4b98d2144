import { describe, expect, test } from "vitest";
import { DAY, HOUR, INSTRUMENT, MINUTE, NOON, quote, SymbolBench, trade } from "./bench.ts";

const HORIZON = 15 * MINUTE;
const prices = ({ o, h, l, c }: { o: string; h: string; l: string; c: string }): string[] => [o, h, l, c];

describe("B3: order inside a bar is event time, then sequence, then arrival", () => {
  test("open is the first and close the last in that order, however the trades arrive", () => {
    const bench = new SymbolBench();
    bench.take(
      trade(NOON + 30_000, "11"),
      trade(NOON + 10_000, "12"),
      trade(NOON + 50_000, "13"),
      trade(NOON + 40_000, "9"),
    );
    expect(prices(bench.bars()[0]!)).toEqual(["12", "13", "9", "13"]);
  });

  test("a late trade within the horizon can change open and close", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON + 20_000, "10"), trade(NOON + 30_000, "10"), trade(NOON + 5 * MINUTE, "20"));
    bench.take(trade(NOON + 10_000, "8"));
    bench.take(trade(NOON + 40_000, "9"));
    expect(prices(bench.bars()[0]!)).toEqual(["8", "10", "8", "9"]);
  });

  test("at the same millisecond the lower sequence comes first", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10", { seq: 7 }), trade(NOON, "11", { seq: 9 }), trade(NOON, "12", { seq: 5 }));
    expect(prices(bench.bars()[0]!)).toEqual(["12", "12", "10", "11"]);
  });

  test("without a sequence an id that is a number orders, as a number and not as text", () => {
    const bench = new SymbolBench();
    bench.take(
      trade(NOON, "10", { id: "100" }),
      trade(NOON, "11", { id: "99" }),
      trade(NOON, "12", { id: "1000" }),
    );
    expect(prices(bench.bars()[0]!)).toEqual(["11", "12", "10", "12"]);
  });

  test("with neither, arrival orders", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON, "12"), trade(NOON, "11", { id: "x-1" }));
    expect(prices(bench.bars()[0]!)).toEqual(["10", "12", "10", "11"]);
  });
});

describe("B4: forming, then final after the grace period, then revised", () => {
  test("a bar forms while the watermark is less than two seconds past its end", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), quote(NOON + MINUTE + 1_999, "9", "11"));
    expect(bench.bars()[0]).toMatchObject({ state: "forming", rev: 0 });
    expect(bench.facts).toEqual([]);
  });

  test("it is final when the watermark is two seconds past its end", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), quote(NOON + MINUTE + 2_000, "9", "11"));
    expect(bench.bars()[0]).toMatchObject({ state: "final", rev: 0, n: 1 });
    expect(bench.barFacts("1")).toMatchObject([{ t: NOON, state: "final", rev: 0 }]);
  });

  test("a straggler within the grace period is no revision", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON + MINUTE + 1_999, "11"), trade(NOON + 59_999, "12"));
    expect(bench.bars()[0]).toMatchObject({ state: "forming", rev: 0, n: 2, c: "12" });
  });

  test("each trade after the close is one revision more, whatever the batches", () => {
    const once = new SymbolBench();
    once.take(
      trade(NOON, "10"),
      trade(NOON + 2 * MINUTE, "11"),
      trade(NOON + 1, "12"),
      trade(NOON + 2, "13"),
    );
    const apart = new SymbolBench();
    apart.take(trade(NOON, "10"), trade(NOON + 2 * MINUTE, "11"));
    apart.take(trade(NOON + 1, "12"));
    apart.take(trade(NOON + 2, "13"));
    expect(once.bars()).toEqual(apart.bars());
    expect(once.bars()[0]).toMatchObject({ state: "revised", rev: 2, n: 3, c: "13" });
  });

  test("every bar carries its trades, its revision and its state", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10.5", { size: "2" }), trade(NOON + 1_000, "11", { size: "0.5" }));
    expect(bench.bars()).toEqual([
      {
        t: NOON,
        o: "10.5",
        h: "11",
        l: "10.5",
        c: "11",
        v: "2.5",
        n: 2,
        vw: "10.6",
        rev: 0,
        state: "forming",
        partial: true,
      },
    ]);
  });
});

describe("B5: late within the horizon revises, beyond it goes to the ledger", () => {
  test("a trade exactly at the horizon still revises its bar and the closed bars above it", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON + HORIZON, "11"));
    expect(bench.take(trade(NOON, "12"))).toEqual({ accepted: 1, duplicates: 0, late: 0, rejected: [] });
    expect(bench.bars("1")[0]).toMatchObject({ t: NOON, n: 2, rev: 1, state: "revised", c: "12" });
    expect(bench.bars("5")[0]).toMatchObject({ t: NOON, n: 2, rev: 1, state: "revised", c: "12" });
    expect(bench.bars("15")).toMatchObject([
      { t: NOON, n: 2, rev: 0, state: "forming" },
      { t: NOON + HORIZON, n: 1, rev: 0, state: "forming" },
    ]);
    expect(bench.bars("60")).toMatchObject([{ t: NOON, n: 3, rev: 0, state: "forming" }]);
  });

  test("a trade one millisecond beyond the horizon changes no bar, is counted and told", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON + HORIZON, "11"));
    const before = bench.bars("1");
    const report = bench.take(trade(NOON - 1, "99", { id: "late-1" }));
    expect(report).toEqual({ accepted: 0, duplicates: 0, late: 1, rejected: [] });
    expect(bench.bars("1")).toEqual(before);
    expect(bench.state.lateTicks).toBe(1);
    expect(bench.lateTicks()).toEqual([
      { type: "trade", ts: NOON - 1, watermark: NOON + HORIZON, price: "99", size: "1", id: "late-1" },
    ]);
    expect(bench.count("late_ticks")).toBe(1);
  });

  test("a quote beyond the horizon goes to the ledger too", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON + HORIZON, "11"), quote(NOON - 1, "9", "10", { seq: 4 }));
    expect(bench.lateTicks()).toEqual([
      {
        type: "quote",
        ts: NOON - 1,
        watermark: NOON + HORIZON,
        bid: "9",
        bidSize: "1",
        ask: "10",
        askSize: "2",
        source: "feed",
        seq: 4,
      },
    ]);
  });

  test("lateness is measured against the watermark, never against the clock", () => {
    const bench = new SymbolBench();
    const long = NOON - 300 * DAY;
    expect(bench.take(trade(long, "10"), trade(long - HORIZON, "9"))).toMatchObject({ accepted: 2, late: 0 });
  });

  test("a late trade into a minute that had none makes a revised bar there", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON + 5 * MINUTE, "11"));
    bench.take(trade(NOON + 2 * MINUTE, "12"));
    expect(bench.bars()[1]).toMatchObject({ t: NOON + 2 * MINUTE, n: 1, rev: 1, state: "revised" });
  });

  test("a bar that has closed to the millisecond is revised, at every width", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON + HOUR + 2_000, "11"));
    bench.take(trade(NOON + HOUR - 1, "12"));
    for (const resolution of ["5", "15", "60"])
      expect(bench.bars(resolution).findLast(({ t }) => t < NOON + HOUR)).toMatchObject({ rev: 1, c: "12" });
  });

  test("a wide bar that was revised is told as it stood, though the next tick is days later", () => {
    const days = new SymbolBench();
    days.take(trade(NOON - 3 * DAY, "10"), trade(NOON - 3 * DAY + 12 * HOUR + MINUTE, "11"));
    days.take(trade(NOON - 3 * DAY + 12 * HOUR - MINUTE, "9"), trade(NOON, "20"));
    expect(days.barFacts("1D")).toMatchObject([
      { t: NOON - 3 * DAY - 12 * HOUR, rev: 0, c: "10" },
      { t: NOON - 3 * DAY - 12 * HOUR, rev: 1, c: "9", n: 2 },
      { t: NOON - 3 * DAY + 12 * HOUR, rev: 0, c: "11" },
    ]);
    days.reload();
    expect(days.bars("1D")[0]).toMatchObject({ rev: 1, n: 2, c: "9" });
  });

  test("what is late in the ledger is a duplicate when it comes again", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON + HORIZON, "11"), trade(NOON - 1, "10", { id: "a" }));
    expect(bench.take(trade(NOON - 1, "10", { id: "a" }))).toMatchObject({ duplicates: 1, late: 0 });
    expect(bench.lateTicks()).toHaveLength(1);
  });
});

describe("what is rejected is rejected alone", () => {
  test("a time more than two seconds ahead of the clock", () => {
    const bench = new SymbolBench();
    const now = bench.clock.now();
    const report = bench.take(trade(now + 2_000, "10"), trade(now + 2_001, "11"));
    expect(report).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: "ts-future" }] });
    expect(bench.state.watermark).toBe(now + 2_000);
  });

  test("accepted, duplicates, late and rejected add up to what was sent, in the order of the request", () => {
    const bench = new SymbolBench();
    const report = bench.take(
      trade(NOON + HORIZON, "10", { id: "a" }),
      trade(NOON, "-1"),
      trade(NOON + HORIZON, "10", { id: "a" }),
      trade(bench.clock.now() + HOUR, "10"),
      trade(NOON - 1, "10"),
      trade(NOON, "10", { surprise: 1 }),
    );
    expect(report).toMatchObject({ accepted: 1, duplicates: 1, late: 1 });
    expect(report.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, "price-not-positive"],
      [3, "ts-future"],
      [5, "unknown-field"],
    ]);
  });

  test("ticks whose facts would not fit the outbox come again later; those that cause none are taken", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"));
    bench.depth = 40_000 - 1;
    const report = bench.take(
      trade(NOON + 1, "10"),
      trade(NOON + MINUTE, "11"),
      trade(NOON + 2 * MINUTE, "12"),
      trade(NOON + MINUTE + 1, "13"),
    );
    expect(report).toMatchObject({
      accepted: 3,
      rejected: [{ index: 2, code: "overloaded", retryable: true }],
    });
  });
});

describe("reference data", () => {
  test("an older version never replaces a newer one", () => {
    const bench = new SymbolBench({ version: 3 });
    bench.put({ ...INSTRUMENT, version: 2, status: "halted" });
    expect(bench.state.instrument).toMatchObject({ version: 3, status: "active" });
    bench.put({ ...INSTRUMENT, version: 4, status: "halted" });
    expect(bench.state.instrument).toMatchObject({ version: 4, status: "halted" });
  });

  test("other trading hours move the day that is forming, also back to minutes that had left memory", () => {
    const bench = new SymbolBench({ timezone: "America/New_York" });
    const evening = NOON + 10 * HOUR; // 22:00 UTC, 17:00 in New York
    bench.take(trade(NOON - 9 * HOUR, "9"), trade(evening, "10"));
    expect(bench.bars("1D")).toMatchObject([{ t: NOON - 12 * HOUR, n: 2 }]);
    const shares = { ...INSTRUMENT, timezone: "America/New_York", session: "0930-1600" };
    bench.put({ ...shares, version: 2 });
    // Both days had closed by the new hours: they are told at once.
    const days = [
      { t: NOON - 31 * HOUR, n: 1, state: "final" },
      { t: NOON - 7 * HOUR, n: 1, state: "final" },
    ];
    expect(bench.bars("1D")).toMatchObject(days);
    expect(bench.barFacts("1D")).toMatchObject(days);
    bench.reload();
    expect(bench.bars("1D")).toMatchObject(days);
    // The evening before is of the same trading day.
    bench.clock.time = (NOON + 20 * HOUR) as typeof bench.clock.time;
    bench.take(trade(NOON + 13 * HOUR, "11"));
    bench.put({ ...shares, version: 3, session: "1700-1700" });
    expect(bench.bars("1D").at(-1)).toMatchObject({ t: NOON + 10 * HOUR, n: 2 });
    bench.put({ ...shares, version: 4 });
    expect(bench.bars("1D")).toMatchObject([days[0], { t: NOON - 7 * HOUR, n: 2, rev: 2 }]);
  });
});
