import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NumberedTrade, TradeGaps } from "../../src/feeds/trade-gaps.ts";

const T = 1_723_161_255_000;
const trade = (id: number, symbol = "BINANCE:BTCUSDT"): NumberedTrade => ({ symbol, id, ts: T + id });
const hearAll = (gaps: TradeGaps, ids: readonly number[], at = 0): string[] =>
  ids.map((id) => gaps.hear(trade(id), at));

describe("the gaps of trades", () => {
  test("are none while ids follow one another, wherever they begin", () => {
    const gaps = new TradeGaps();
    expect(hearAll(gaps, [3_735_683_259, 3_735_683_260, 3_735_683_261])).toEqual(["new", "new", "new"]);
    expect(gaps.noticedUntil(0)).toEqual([]);
  });

  test("name the first and the last missing id, and when they happened", () => {
    const gaps = new TradeGaps();
    hearAll(gaps, [10, 11, 20]);
    const gap = { symbol: "BINANCE:BTCUSDT", firstId: 12, lastId: 19, missing: 8, from: T + 11, to: T + 20 };
    expect(gaps.noticedUntil(0)).toEqual([gap]);
    expect(gaps.noticedUntil(0)).toEqual([]);
  });

  test("are each symbol's own", () => {
    const gaps = new TradeGaps();
    for (const next of [trade(1), trade(5, "BINANCE:ETHUSDT"), trade(2), trade(6, "BINANCE:ETHUSDT")])
      gaps.hear(next, 0);
    expect(gaps.noticedUntil(0)).toEqual([]);
  });

  test("wait while another connection may fill them, and keep what it did not bring", () => {
    const gaps = new TradeGaps();
    hearAll(gaps, [10, 20], 1_000);
    expect(gaps.noticedUntil(999)).toEqual([]);
    expect(hearAll(gaps, [11, 12, 15], 1_500)).toEqual(["new", "new", "new"]);
    expect(gaps.noticedUntil(1_000).map(({ firstId, lastId }) => [firstId, lastId])).toEqual([
      [13, 14],
      [16, 19],
    ]);
  });

  test("know a trade that came before for a repeat, also inside a hole that was filled", () => {
    const gaps = new TradeGaps();
    hearAll(gaps, [10, 12, 11]);
    expect(hearAll(gaps, [10, 11, 12])).toEqual(["repeat", "repeat", "repeat"]);
    expect(gaps.noticedUntil(0)).toEqual([]);
  });

  test("are told without waiting when there are too many", () => {
    const gaps = new TradeGaps();
    hearAll(
      gaps,
      Array.from({ length: 103 }, (_, index) => index * 2),
      1_000,
    );
    expect(gaps.noticedUntil(0).map(({ firstId }) => firstId)).toEqual([1, 3]);
    expect(gaps.noticedUntil(1_000)).toHaveLength(100);
  });

  test("are, for two connections that each lose what they like, exactly what neither brought", () => {
    const brought = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(brought, fc.array(fc.boolean()), (trades, turns) => {
        const gaps = new TradeGaps();
        gaps.hear(trade(0), 0);
        const queues = [0, 1].map((link) => trades.flatMap((by, index) => (by[link] ? [index + 1] : [])));
        let turn = 0;
        while (queues.some((queue) => queue.length > 0)) {
          const first = turns[turn++ % Math.max(1, turns.length)] ? 0 : 1;
          const id = queues[first]?.shift() ?? queues[1 - first]?.shift();
          if (id !== undefined) gaps.hear(trade(id), 0);
        }
        const told = gaps
          .noticedUntil(0)
          .flatMap(({ firstId, missing }) => Array.from({ length: missing }, (_, index) => firstId + index));
        const last = trades.findLastIndex(([one, other]) => one || other);
        const lost = trades
          .slice(0, last + 1)
          .flatMap(([one, other], index) => (one || other ? [] : [index + 1]));
        expect(told.sort((a, b) => a - b)).toEqual(lost);
      }),
    );
  });
});
