/** A symbol's statistics of liquidity, from its ticks, against a list of all that was sent. */
import { describe, expect, test } from "vitest";
import type { Bar } from "../../../../actors/symbol/bars/bars.ts";
import {
  REVISED_SESSIONS_MAX,
  SESSION_ROWS_MAX,
} from "../../../../actors/symbol/liquidity/liquidity-limits.ts";
import { DAY, INSTRUMENT, quote, trade } from "../bench.ts";
import { at, daily, days, HOURS, isWeekday, LiquidityBench, START } from "./liquidity-bench.ts";

describe("average volume", () => {
  test("is that of the newest twenty sessions that have closed; weekends are none", () => {
    const bench = new LiquidityBench();
    const traded = days(40).filter(isWeekday);
    for (const day of traded) bench.take(daily(day));
    // The newest session has not closed yet.
    const closed = traded.slice(0, -1);
    const mean = closed.slice(-20).reduce((sum, day) => sum + 1 + (day % 5), 0) / 20;
    expect(bench.found).toMatchObject({ sessions: closed.length, sessionsWithoutTrades: 0 });
    expect(Number(bench.found.adv20)).toBeCloseTo(mean, 8);
    expect(bench.found.ts).toBe(at(closed.at(-1)!, 60));
  });

  test("counts a session without a trade as 0, of which nothing is known to be missing", () => {
    const bench = new LiquidityBench();
    bench.take(daily(0));
    bench.take(quote(at(1), "99", "101"));
    bench.take(trade(at(2), "110", { size: "5" }));
    bench.take(quote(at(3), "99", "101"));
    expect(bench.found).toMatchObject({ sessions: 3, sessionsWithoutTrades: 1, adv20: "2" });
    const gap = { type: "gap", symbol: "TEST:ABC", ts: at(3), from: at(1, 5), to: at(1, 6), reason: "cut" };
    bench.take(gap, quote(at(3, 61), "99", "101"));
    expect(bench.found).toMatchObject({ sessions: 3, sessionsWithoutTrades: 1, adv20: "2" });
  });

  test("leaves a session out of which nothing came and something is missing", () => {
    const bench = new LiquidityBench();
    bench.take(daily(0));
    bench.take({
      type: "gap",
      symbol: "TEST:ABC",
      ts: at(1, 9),
      from: at(1, 5),
      to: at(1, 6),
      reason: "cut",
    });
    bench.take(trade(at(2), "110", { size: "5" }));
    bench.take(quote(at(3), "99", "101"));
    expect(bench.found).toMatchObject({ sessions: 2, sessionsWithoutTrades: 0, adv20: "3" });
  });

  test("names the sessions of which something is missing: the first, and those that a gap overlaps", () => {
    const bench = new LiquidityBench();
    for (const day of [0, 1, 2, 3]) bench.take(daily(day));
    expect(bench.found).toMatchObject({ sessions: 3, partialSessions: 1 });
    const late = new LiquidityBench();
    late.take(trade(at(0), "100"), trade(at(1), "100"));
    late.take({ type: "gap", symbol: "TEST:ABC", ts: at(1, 9), from: at(1, 5), to: at(1, 6), reason: "cut" });
    late.take(trade(at(2), "100"));
    expect(late.found).toMatchObject({ sessions: 2, partialSessions: 2 });
  });

  test("is not there before the first session has closed, and is when a feed ends", () => {
    const bench = new LiquidityBench();
    bench.take(daily(0));
    expect(bench.liquidity.fresh()).toMatchObject({ liquidity: undefined, statistics: { adv20: null } });
    bench.end();
    expect(bench.found).toMatchObject({ sessions: 1, adv20: "1", ts: at(0, 7) });
  });

  test("takes in what is revised: at once for a reader", () => {
    const bench = new LiquidityBench();
    bench.take(daily(0), daily(1));
    const before = bench.found;
    expect(before).toMatchObject({ adv20: "1", volumeP75: "0" });
    bench.take(trade(at(0, 5), "100", { size: "50" }), trade(at(1, 8), "100"));
    expect(bench.found.version).toBe(before.version);
    bench.take(trade(at(1, 9), "90", { id: "x", size: "7" }));
    bench.take({ type: "cancel", symbol: "TEST:ABC", ts: at(1, 10), id: "d0" });
    expect(bench.found).toMatchObject({ version: before.version });
  });
});

describe("spread and volatility", () => {
  test("the median spread is of quotes in open hours, over the sessions", () => {
    const bench = new LiquidityBench();
    bench.take(trade(at(0), "100"));
    for (let minute = 0; minute < 60; minute++)
      bench.take(quote(at(0, minute), "99.95", minute < 40 ? "100.05" : "101"));
    bench.take(quote(at(0, 70), "50", "150"), quote(at(1), "99", "101"));
    expect(bench.found.spreadBpsMedian).toBeCloseTo(10, 0);
    expect(Math.abs(bench.found.spreadBpsMedian! - 10)).toBeLessThan(0.1);
  });

  test("returns are between closes of sessions, adjusted for a split", () => {
    const story = (bench: LiquidityBench) => {
      bench.take(trade(at(0), "100", { size: "4" }), trade(at(1), "110", { size: "4" }));
      bench.take(trade(at(2), "121", { size: "4" }));
      bench.take(trade(at(3), "66.55", { size: "10" }), quote(at(6), "66", "67"));
      return bench.found;
    };
    const raw = story(new LiquidityBench());
    expect(raw.volatilityDaily).toBeGreaterThan(0.3);
    const split = new LiquidityBench();
    const half = { numerator: 1n, denominator: 2n };
    const twice = { numerator: 2n, denominator: 1n };
    split.steps = [{ from: START + 3 * DAY, factors: { price: half, volume: twice } }];
    const adjusted = story(split);
    expect(adjusted.volatilityDaily).toBeCloseTo(0, 12);
    expect([raw.adv20, adjusted.adv20]).toEqual(["5.5", "8.5"]);
    expect(adjusted.amihudPerMillion).toBeGreaterThan(0);
  });

  test("for the money that was traded, Amihud's measure is in the currency", () => {
    const bench = new LiquidityBench();
    bench.take(trade(at(0), "100"), trade(at(1), "101", { size: "1000" }), quote(at(2), "99", "101"));
    // 1 % on 101,000.
    expect(bench.found.amihudPerMillion).toBeCloseTo(0.01 / 0.101, 10);
  });
});

describe("statistics that were told", () => {
  test("are worked out when a session closes, not with every tick", () => {
    const bench = new LiquidityBench();
    bench.take(daily(0));
    const version = () => bench.liquidity.current?.version;
    expect(version()).toBeUndefined();
    bench.take(daily(1));
    expect(version()).toBe(1);
    for (const minute of [8, 9, 10]) bench.take(trade(at(1, minute), "100"));
    expect(version()).toBe(1);
    bench.take(quote(at(1, 61), "99", "101"));
    expect(version()).toBe(2);
  });

  test("follow the hours that hold: a session that ends earlier from now on closes then", () => {
    const bench = new LiquidityBench();
    bench.take(daily(0));
    bench.put({ ...INSTRUMENT, ...HOURS, session: "1200-1230:23456", version: 2 });
    bench.take(quote(at(0, 31), "99", "101"));
    expect(bench.liquidity.current).toMatchObject({ sessions: 1, intervals: 6, ts: at(0, 30) });
  });

  test("follow trades after the close within a minute of event time, in one go", () => {
    const bench = new LiquidityBench();
    bench.take(daily(0), quote(at(0, 61), "99", "101"));
    for (let second = 0; second < 59; second++) bench.take(trade(at(0, 61) + second * 1_000, "100"));
    expect(bench.liquidity.current).toMatchObject({ version: 1, adv20: "1" });
    bench.take(trade(at(0, 62), "100"));
    expect(bench.liquidity.current).toMatchObject({ version: 2, adv20: "61" });
  });

  test("are the same after an eviction, and after one that came before they were worked out again", () => {
    const bench = new LiquidityBench();
    for (const day of [0, 1, 2]) bench.take(daily(day), quote(at(day, 30), "99", "101"));
    const before = bench.liquidity.current;
    bench.reload();
    expect(bench.liquidity.current).toEqual(before);
    bench.take(quote(at(2, 61), "99", "101"), trade(at(2, 61), "100", { size: "30" }));
    bench.take(trade(at(2, 61) + 1, "100", { size: "30" }));
    bench.reload();
    expect(bench.found.adv20).toBe(String((1 + 2 + 3 + 60) / 3));
  });

  test("do not depend on how ticks were batched, nor on evictions between them", () => {
    const ticks = days(12)
      .filter(isWeekday)
      .flatMap((day) => [
        quote(at(day, 1), "99.9", `${100 + (day % 3)}`),
        daily(day),
        quote(at(day, 30), "99", "101"),
        trade(at(day, 59), String(100 + (day % 4)), { size: "3" }),
        trade(at(day, 61), "100", { size: "2" }),
        trade(at(day, 58), "100", { size: "1" }),
      ]);
    const singly = new LiquidityBench();
    for (const tick of ticks) {
      singly.take(tick);
      if (Number(tick.ts) % 3 === 0) singly.reload();
    }
    const atOnce = new LiquidityBench();
    atOnce.take(...ticks);
    const { version: _one, ...one } = singly.found;
    const { version: _other, ...other } = atOnce.found;
    expect(one).toEqual(other);
    expect(one.sessions).toBeGreaterThan(5);
  });

  test("that a reader has had worked out are told to followers with the next turn, once", () => {
    const bench = new LiquidityBench();
    bench.take(daily(0), daily(1), quote(at(1, 61), "99", "101"));
    const { version } = bench.found;
    bench.take(trade(at(1, 55), "103", { size: "9" }));
    expect(bench.found.version).toBe(version + 1);
    const nothing = { told: new Map(), spreads: [], reference: false };
    expect([bench.liquidity.follow(nothing), bench.liquidity.follow(nothing)]).toEqual([true, false]);
  });

  test("are made of the bars of a disk of the version before, as far as they are there", () => {
    const bench = new LiquidityBench();
    for (const day of days(5).filter(isWeekday)) bench.take(quote(at(day, 1), "99", "101"), daily(day));
    const { version: _before, ...before } = bench.found;
    bench.sql.exec("DELETE FROM liquidity");
    bench.sql.exec("DELETE FROM liquidity_session");
    bench.reload();
    expect(bench.liquidity.current).toBeUndefined();
    // Of spreads it kept nothing.
    expect(bench.found).toEqual({ ...before, version: 1, spreadBpsMedian: null });
  });

  test("bound symbol/table:liquidity: a further write replaces it", () => {
    const bench = new LiquidityBench();
    for (const day of [0, 1, 2]) bench.take(daily(day));
    expect(bench.liquidity.current?.version).toBe(2);
    expect(bench.count("liquidity")).toBe(1);
  });

  test("bound symbol/table:liquidity_session: the oldest session leaves", () => {
    const bench = new LiquidityBench({ session: "1200-1300:1234567" });
    for (const day of days(SESSION_ROWS_MAX + 4)) bench.take(daily(day));
    expect(bench.count("liquidity_session")).toBe(SESSION_ROWS_MAX);
    expect(bench.found).toMatchObject({ sessions: SESSION_ROWS_MAX + 3, intervals: 20 * 12 });
  });

  test("bound symbol/memory:revisedSessions: of more days that one turn has closed the oldest leave, and nothing is missing", () => {
    const bench = new LiquidityBench({ session: "1200-1300:1234567" });
    const told = new Map(
      days(REVISED_SESSIONS_MAX + 20).map((day) => {
        const start = (START + day * DAY) as Bar["start"];
        const bar: Bar = { start, o: 1, h: 1, l: 1, c: 1, v: 1n, n: 1, pv: 1n, rev: 0 };
        return [`1D:${start}`, { resolution: "1D", bar }] as const;
      }),
    );
    bench.take(daily(0), daily(1));
    bench.liquidity.follow({ told, spreads: [], reference: false });
    expect(bench.liquidity.revised).toBe(REVISED_SESSIONS_MAX);
    expect(bench.found).toMatchObject({ sessions: 1 });
    expect(bench.liquidity.revised).toBe(0);
  });
});
