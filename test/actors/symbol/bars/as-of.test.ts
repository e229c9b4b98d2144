import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asOfPage } from "../../../../actors/symbol/bars/as-of.ts";
import type { BarQuery } from "../../../../actors/symbol/messages.ts";
import { RESOLUTIONS } from "../../../../src/domain/bar.ts";
import type { EpochMs } from "../../../../src/domain/time.ts";
import { fewOrAll } from "../../../support/few-or-all.ts";
import { DAY, HOUR, INSTRUMENT, MINUTE, NOON, SymbolBench, trade } from "../bench.ts";
import { step, Walk } from "../walk.ts";

function pageAsOf(bench: SymbolBench, resolution: string, asOf: number, over: Partial<BarQuery> = {}) {
  const { state, store } = bench;
  const { bars: rows, log, imported } = store;
  const reply = asOfPage({ state, rows, log, imported }, state.instrument ?? INSTRUMENT, {
    resolution,
    limit: 10_000,
    asOf,
    ...over,
  });
  if (!reply.ok) throw new Error(reply.code);
  return { ...reply.value, bars: reply.value.bars.map((text) => JSON.parse(text)) };
}
const at = (bench: SymbolBench, now: number): number => {
  bench.clock.time = now as EpochMs;
  return now;
};
const START = NOON + 12 * HOUR;

describe("bars as they were known", () => {
  test("a late trade, a cancel and a correction are not there before they were taken", () => {
    const bench = new SymbolBench();
    at(bench, START);
    bench.take(trade(NOON, "10", { id: "a" }), trade(NOON + 2 * MINUTE, "11"));
    at(bench, START + 1_000);
    bench.take(trade(NOON + 1, "12"));
    at(bench, START + 2_000);
    bench.take({ type: "cancel", symbol: INSTRUMENT.symbol, ts: NOON, id: "a" });
    expect(pageAsOf(bench, "1", START - 1)).toEqual({ bars: [], asOf: START - 1 });
    expect(pageAsOf(bench, "1", START).bars[0]).toMatchObject({
      o: "10",
      c: "10",
      n: 1,
      rev: 0,
      state: "final",
    });
    expect(pageAsOf(bench, "1", START + 1_999).bars[0]).toMatchObject({ o: "10", c: "12", n: 2, rev: 1 });
    expect(pageAsOf(bench, "1", START + 2_000).bars[0]).toMatchObject({
      o: "12",
      n: 1,
      rev: 2,
      state: "revised",
    });
  });

  test("at any moment of any walk, at every width: what is told is what was read then, also after a restart", () => {
    void fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 90 }), (steps) => {
        const bench = new SymbolBench({
          timezone: "America/New_York",
          session: "0930-1600",
          calendar: "XNYS",
        });
        const walk = new Walk(bench, NOON + HOUR);
        const read = () => RESOLUTIONS.map((resolution) => bench.bars(resolution));
        const known: { asOf: number; bars: ReturnType<typeof read> }[] = [];
        steps.forEach((move, index) => {
          at(bench, START + 10 * DAY + index * 10);
          walk.take(move);
          if (index % 3 === 0) known.push({ asOf: bench.clock.now() + 4, bars: read() });
        });
        bench.reload();
        for (const { asOf, bars } of known)
          expect(RESOLUTIONS.map((resolution) => pageAsOf(bench, resolution, asOf).bars)).toEqual(bars);
      }),
      { numRuns: fewOrAll(4, 8), seed: 3 },
    );
  });

  test("of a range the newest so many, and the rest where it goes on", () => {
    const bench = new SymbolBench();
    at(bench, START);
    for (let minute = 0; minute < 10; minute++)
      bench.take(trade(NOON + minute * MINUTE, `${10 + minute}`, { id: `${minute}` }));
    at(bench, START + 1_000);
    bench.take({ type: "cancel", symbol: INSTRUMENT.symbol, ts: NOON, id: "7" });
    const then = pageAsOf(bench, "1", START, { to: NOON + 9 * MINUTE, limit: 3 });
    expect(then.bars.map(({ o }) => o)).toEqual(["16", "17", "18"]);
    expect(
      pageAsOf(bench, "1", START + 1_000, { to: NOON + 9 * MINUTE, limit: 3 }).bars.map(({ o }) => o),
    ).toEqual(["15", "16", "18"]);
    expect(pageAsOf(bench, "1", START, { from: NOON + 8 * MINUTE }).bars).toHaveLength(2);
  });

  test("a moment before the log reaches is left to whoever keeps versions, of all that could be known then", () => {
    const bench = new SymbolBench();
    at(bench, START);
    bench.take(trade(NOON, "10"));
    bench.sql.exec("DELETE FROM trade_log");
    bench.sql.exec("UPDATE symbol_state SET open_rows = json_remove(open_rows, '$.trade_log')");
    bench.sql.exec("UPDATE trade_log_reach SET ts = ?1, taken_at = ?2", NOON + 1, START);
    bench.reload();
    at(bench, START + 5_000);
    bench.take(trade(NOON + 10 * MINUTE, "11"));
    expect(pageAsOf(bench, "1", START + 4_999)).toEqual({
      bars: [],
      asOf: START + 4_999,
      olderThan: START + 5_000,
    });
    expect(pageAsOf(bench, "1", START - 1, { to: NOON + MINUTE }).olderThan).toBe(NOON + MINUTE);
    expect(pageAsOf(bench, "1", START + 5_000).bars).toHaveLength(2);
  });

  test("a bar that was changed since and is not wholly in the log is left to them too, with all before it", () => {
    const bench = new SymbolBench();
    at(bench, START);
    bench.take(trade(NOON, "10"), trade(NOON + MINUTE, "11"), trade(NOON + 2 * MINUTE, "12"));
    bench.sql.exec("DELETE FROM trade_log");
    bench.sql.exec("UPDATE symbol_state SET open_rows = json_remove(open_rows, '$.trade_log')");
    bench.sql.exec("UPDATE trade_log_reach SET ts = ?1, taken_at = ?2", NOON + 2 * MINUTE + 1, START);
    bench.reload();
    at(bench, START + 1_000);
    bench.take(trade(NOON + 10 * MINUTE, "13"));
    at(bench, START + 2_000);
    bench.take(trade(NOON + MINUTE + 1, "9"));
    const then = pageAsOf(bench, "1", START + 1_000);
    expect(then.bars.map(({ o }) => o)).toEqual(["12", "13"]);
    expect(then.olderThan).toBe(NOON + 2 * MINUTE);
  });

  test("seconds are known as they are now alone", () => {
    const bench = new SymbolBench();
    expect(() => pageAsOf(bench, "1S", START)).toThrow("as-of-unsupported");
  });
});
