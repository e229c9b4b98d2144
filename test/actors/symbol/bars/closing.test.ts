import { describe, expect, test } from "vitest";
import { isQuiet } from "../../../../actors/symbol/bars/closing.ts";
import { initialState } from "../../../../actors/symbol/state.ts";
import { HOUR, MINUTE, NOON, quote, SYMBOL, SymbolBench, trade } from "../bench.ts";

describe("B9: gaps stay gaps", () => {
  test("a minute without a trade has no bar, with quotes in it too", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), quote(NOON + MINUTE, "9", "10"), trade(NOON + 3 * MINUTE, "11"));
    expect(bench.bars().map(({ t }) => t)).toEqual([NOON, NOON + 3 * MINUTE]);
  });
});

describe("B10: the first bar after the start is partial", () => {
  test("the bar in which the first tick came is partial at every width, and so is any before it", () => {
    const bench = new SymbolBench();
    bench.take(quote(NOON + 90_000, "9", "10"), trade(NOON + 100_000, "10"), trade(NOON + 20_000, "10"));
    bench.take(trade(NOON + 3 * HOUR, "10"));
    expect(bench.bars("1").map(({ partial }) => partial)).toEqual([true, true, undefined]);
    expect(bench.bars("60").map(({ partial }) => partial)).toEqual([true, undefined]);
    expect(bench.bars("1D").map(({ partial }) => partial)).toEqual([true]);
    expect(bench.barFacts("60")).toMatchObject([{ partial: true }]);
  });

  test("a restart without a lost tick makes no bar partial", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"));
    bench.reload();
    bench.take(trade(NOON + MINUTE, "10"));
    expect(bench.bars().map(({ partial }) => partial)).toEqual([true, undefined]);
  });
});

describe("B13: the clock closes bars without traffic", () => {
  test("the alarm is armed for the end of the bar and its grace, and closes it", () => {
    const bench = new SymbolBench();
    bench.clock.time = (NOON + 30_000) as typeof bench.clock.time;
    bench.take(trade(NOON + 30_000, "10"));
    expect(bench.timers.dueOf("close")).toBe(NOON + MINUTE + 2_000);
    bench.clockTo(NOON + MINUTE + 2_000);
    expect(bench.bars()).toMatchObject([{ state: "final", rev: 0 }]);
    expect(bench.barFacts("1")).toMatchObject([{ t: NOON, rev: 0, state: "final" }]);
  });

  test("a close is told once, though the watermark passes the bar afterwards", () => {
    const bench = new SymbolBench();
    bench.clock.time = (NOON + 30_000) as typeof bench.clock.time;
    bench.take(trade(NOON + 30_000, "10"));
    bench.clockTo(NOON + MINUTE + 2_000);
    bench.clockTo(NOON + 5 * MINUTE);
    bench.take(trade(NOON + 5 * MINUTE, "11"));
    expect(bench.barFacts("1").filter(({ t }) => t === NOON)).toHaveLength(1);
  });

  test("a trade after the alarm has closed its bar revises it", () => {
    const bench = new SymbolBench();
    bench.clock.time = (NOON + 30_000) as typeof bench.clock.time;
    bench.take(trade(NOON + 30_000, "10"));
    bench.clockTo(NOON + MINUTE + 2_000);
    bench.take(trade(NOON + 59_000, "12"));
    expect(bench.bars()).toMatchObject([{ state: "revised", rev: 1, c: "12" }]);
  });

  test("the alarm is not armed for a tape: the watermark is a minute or more from the clock", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"));
    expect(bench.timers.dueOf("close")).toBeUndefined();
  });

  test("an alarm that comes when the feed has stopped for a minute closes nothing", () => {
    const bench = new SymbolBench();
    bench.clock.time = (NOON + 30_000) as typeof bench.clock.time;
    bench.take(trade(NOON + 30_000, "10"));
    bench.clockTo(NOON + 90_000);
    expect(bench.bars()).toMatchObject([{ state: "forming" }]);
  });

  test("wider bars close by the clock when their end comes", () => {
    const bench = new SymbolBench();
    bench.clock.time = (NOON + HOUR - 20_000) as typeof bench.clock.time;
    bench.take(trade(NOON + HOUR - 20_000, "10"));
    bench.clockTo(NOON + HOUR + 2_000);
    expect(bench.barFacts().map(({ resolution }) => resolution)).toEqual(["1", "3", "5", "15", "30", "60"]);
  });
});

describe("B13: the clock waits for a quiet feed", () => {
  const busy = (until: number): SymbolBench => {
    const bench = new SymbolBench();
    bench.clockTo(NOON + MINUTE);
    bench.take(trade(NOON + 20_000, "10"));
    for (let now = NOON + MINUTE + 500; now <= until; now += 500) {
      bench.clockTo(now);
      bench.take(trade(NOON + 20_000 + (now - NOON - MINUTE) / 10, "11"));
    }
    return bench;
  };

  test("while ticks are taken the clock closes no bar, however long ago it ended", () => {
    const bench = busy(NOON + MINUTE + 10_000);
    expect(bench.bars()).toMatchObject([{ state: "forming", rev: 0, n: 21 }]);
    expect(bench.barFacts()).toEqual([]);
  });

  test("the bar is closed, unrevised, at the first look after a grace without a tick", () => {
    const bench = busy(NOON + MINUTE + 10_000);
    const now = NOON + MINUTE + 10_000;
    const firstLook = bench.timers.dueOf("close") ?? 0;
    expect(firstLook).toBeGreaterThan(now);
    expect(firstLook).toBeLessThanOrEqual(now + 2_000);
    bench.clockTo(firstLook);
    bench.clockTo(firstLook + 2_000);
    expect(bench.bars()).toMatchObject([{ state: "final", rev: 0, n: 21 }]);
  });

  test("it is quiet from exactly one grace after the last tick on", () => {
    const state = { ...initialState(SYMBOL), takenAt: NOON };
    expect([NOON + 1_999, NOON + 2_000].map((now) => isQuiet(state, now))).toEqual([false, true]);
  });

  test("a busy feed moves the alarm no more than once in a grace", () => {
    const bench = busy(NOON + MINUTE + 3_000);
    const looks = new Set([bench.timers.dueOf("close")]);
    for (let pass = 0; pass < 10; pass++) {
      bench.clockTo(bench.clock.now() + 50);
      bench.take(trade(NOON + 21_000 + pass, "12"));
      looks.add(bench.timers.dueOf("close"));
    }
    expect(looks.size).toBe(1);
  });

  test("a repeat is no tick taken, so it keeps nothing open", () => {
    const bench = busy(NOON + MINUTE + 3_000);
    bench.take(trade(NOON + 30_000, "12", { id: "a" }));
    bench.clockTo(NOON + MINUTE + 4_900);
    expect(bench.take(trade(NOON + 30_000, "12", { id: "a" }))).toMatchObject({ duplicates: 1 });
    bench.clockTo(NOON + MINUTE + 5_000);
    bench.wake();
    expect(bench.bars()).toMatchObject([{ state: "final" }]);
  });

  test("a restart does not forget when the last tick was taken", () => {
    const bench = busy(NOON + MINUTE + 3_000);
    bench.reload();
    bench.clockTo(NOON + MINUTE + 4_000);
    bench.wake();
    expect(bench.bars()).toMatchObject([{ state: "forming" }]);
    bench.clockTo(NOON + MINUTE + 6_000);
    expect(bench.bars()).toMatchObject([{ state: "final" }]);
  });
});

describe("B14: a bar is consistent", () => {
  test("high and low hold open and close, and prices may lie off the grid of ticks and lots", () => {
    const bench = new SymbolBench({ tickSize: 25, lotSize: 1_000 });
    expect(bench.take(trade(NOON, "10.01", { size: "0.001" }))).toMatchObject({ accepted: 1 });
    expect(bench.bars()).toMatchObject([{ o: "10.01", h: "10.01", l: "10.01", c: "10.01", v: "0.001" }]);
  });
});
