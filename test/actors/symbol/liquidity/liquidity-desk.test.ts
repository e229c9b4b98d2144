/** A symbol's statistics of liquidity, from its ticks, against a list of all that was sent. */
import { describe, expect, test } from "vitest";
import type { Bar } from "../../../../actors/symbol/bars/bars.ts";
import { intervalVolumes } from "../../../../actors/symbol/liquidity/intervals.ts";
import {
  INTERVALS_MAX,
  REVISED_SESSIONS_MAX,
  SESSION_ROWS_MAX,
} from "../../../../actors/symbol/liquidity/liquidity-limits.ts";
import { barCalendarOf } from "../../../../src/quant/bar-calendar.ts";
import { DAY, HOUR, INSTRUMENT, MINUTE, NOON, quote, type Sent, SymbolBench, trade } from "../bench.ts";

/** Midnight of the bench's first day. */
const START = NOON - 12 * HOUR;
/** An hour a day on weekdays: twelve intervals. Day 0 is a Tuesday. */
const HOURS = { timezone: "UTC", session: "1200-1300:23456", type: "equity" } as const;
const at = (day: number, minute = 0): number => NOON + day * DAY + minute * MINUTE;

class LiquidityBench extends SymbolBench {
  constructor(over: object = {}) {
    super({ ...HOURS, ...over });
    this.clock.time = (NOON + 400 * DAY) as typeof this.clock.time;
  }
  get found() {
    const { liquidity } = this.liquidity.fresh();
    if (liquidity === undefined) throw new Error("no session has closed");
    return liquidity;
  }
}
const days = (count: number): number[] => Array.from({ length: count }, (_, day) => day);
/** One trade a weekday, of so much at that price. */
const daily = (day: number): Sent =>
  trade(at(day, 7), String(100 + (day % 7)), { size: String(1 + (day % 5)), id: `d${day}` });
const isWeekday = (day: number): boolean => (day + 2) % 7 !== 6 && (day + 2) % 7 !== 0;

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

describe("volumes of intervals", () => {
  test("are of five minutes of open hours, by what was traded in each", () => {
    const bench = new LiquidityBench();
    const sizes = days(12).map((slot) => 1 + slot);
    bench.take(...sizes.map((size, slot) => trade(at(0, 5 * slot + 3), "100", { size: String(size) })));
    bench.take(trade(at(0, 90), "100", { size: "1000" }), quote(at(1), "99", "101"));
    expect(bench.found).toMatchObject({
      ...{ intervals: 12, intervalMinutes: 5, volumeP25: "3", volumeP50: "6", volumeP75: "9" },
      // After hours counts for the session's day alone.
      adv20: String(1_000 + 78),
    });
  });

  test("are read again where the session is revised by a late trade", () => {
    const bench = new LiquidityBench();
    bench.take(trade(at(0, 58), "100", { size: "2" }), quote(at(0, 61), "99", "101"));
    expect(bench.found).toMatchObject({ adv20: "2", volumeP75: "0" });
    bench.take(...days(11).map((slot) => trade(at(0, 50) + slot, "100", { size: "1" })));
    const { version } = bench.found;
    expect(bench.found).toMatchObject({ adv20: "13" });
    expect(version).toBe(2);
    bench.reload();
    expect(bench.found).toMatchObject({ adv20: "13", version });
  });

  test("are read again where trades of a closed session are cancelled, also by a load that did not see it", () => {
    const bench = new LiquidityBench();
    const slots = days(12);
    bench.take(
      ...slots.map((slot) => trade(at(0, 5 * slot), "100", { size: String(1 + slot), id: `s${slot}` })),
    );
    bench.take(quote(at(0, 61), "99", "101"));
    expect(bench.found.volumeP75).toBe("9");
    const cancel = (slot: number): Sent => ({
      type: "cancel",
      symbol: "TEST:ABC",
      ts: at(0, 62),
      id: `s${slot}`,
    });
    bench.take(...slots.slice(6, 9).map(cancel));
    // 0 three times, 1 to 6, 10 to 12.
    expect(bench.found.volumeP75).toBe("6");
    bench.take(...slots.slice(9).map(cancel));
    bench.reload();
    expect(bench.found.volumeP75).toBe("3");
  });

  test("bound symbol/memory:sessionIntervals: the longest day, cut by breaks, has no more", () => {
    const calendar = barCalendarOf({ timezone: "UTC", session: "24x7" });
    const { start } = calendar.dayAt(START);
    expect(intervalVolumes(calendar.dayAt(START), []).length).toBe(288);
    const stretches = days(16).map((slot) => ({
      start: (start + slot * 97 * MINUTE) as typeof start,
      end: (start + (slot * 97 + 96) * MINUTE) as typeof start,
    }));
    const longest = { ...calendar.dayAt(START), stretches };
    expect(intervalVolumes(longest, []).length).toBeLessThanOrEqual(INTERVALS_MAX);
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
