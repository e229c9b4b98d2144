import { describe, expect, test } from "vitest";
import type { FeedTick, GapTick } from "../../src/feeds/tick.ts";
import { TickBuffer } from "../../src/feeds/tick-buffer.ts";

const T = 1_723_161_255_000;
const trade = (id: number, symbol = "BINANCE:BTCUSDT"): FeedTick => ({
  ...{ type: "trade", symbol, ts: T + id, price: "1", size: "1", id: String(id) },
});
const quote = (seq: number, symbol = "BINANCE:BTCUSDT"): FeedTick => ({
  ...{ type: "quote", symbol, ts: T + seq, bid: "1", bidSize: "1", ask: "2", askSize: "1", seq },
});

const depth = (seq: number): FeedTick => ({
  ...{
    type: "depth",
    symbol: "BINANCE:BTCUSDT",
    ts: T + seq,
    bids: [],
    asks: [],
    firstSeq: seq,
    lastSeq: seq,
  },
});

describe("the buffer of a live feed", () => {
  test("gives back what it holds, oldest first", () => {
    const buffer = new TickBuffer(10);
    const ticks = [trade(1), quote(1), trade(2)];
    for (const tick of ticks) buffer.add(tick);
    expect(buffer.size).toBe(3);
    expect([...buffer.take(2), ...buffer.take(9)]).toEqual(ticks);
    expect(buffer.takeLeftOut()).toEqual({ quotes: 0, depths: 0, trades: [] });
  });

  test("leaves out old quotes before any trade, and keeps the newest of each symbol", () => {
    const buffer = new TickBuffer(10);
    for (let n = 1; n <= 4; n++) for (const tick of [trade(n), quote(n)]) buffer.add(tick);
    for (const tick of [quote(7, "BINANCE:ETHUSDT"), trade(5), trade(6)]) buffer.add(tick);
    expect(buffer.takeLeftOut()).toEqual({ quotes: 3, depths: 0, trades: [] });
    const names = buffer.take(99).map((tick) => (tick.type === "trade" ? tick.id : `${tick.symbol} quote`));
    expect(names).toEqual(["1", "2", "3", "4", "BINANCE:BTCUSDT quote", "BINANCE:ETHUSDT quote", "5", "6"]);
  });

  test("leaves out changes of order books with the old quotes, all of them: a hole is healed by a snapshot", () => {
    const buffer = new TickBuffer(10);
    for (let n = 1; n <= 5; n++) for (const tick of [trade(n), depth(n)]) buffer.add(tick);
    buffer.add(depth(6));
    expect(buffer.takeLeftOut()).toEqual({ quotes: 0, depths: 5, trades: [] });
    expect(buffer.take(99).map(({ ts, type }) => [type, ts - T])).toEqual([
      ...[1, 2, 3, 4, 5].map((n) => ["trade", n]),
      ["depth", 6],
    ]);
  });

  test("leaves out the oldest trades when it is full of them, and says which", () => {
    const buffer = new TickBuffer(20);
    for (let id = 1; id <= 23; id++) buffer.add(trade(id));
    expect(buffer.takeLeftOut()).toEqual({
      quotes: 0,
      depths: 0,
      trades: [{ symbol: "BINANCE:BTCUSDT", firstId: 1, lastId: 4, missing: 4, from: T + 1, to: T + 4 }],
    });
    expect(buffer.take(99).map((tick) => tick.ts - T)).toEqual(Array.from({ length: 19 }, (_, n) => n + 5));
  });

  test("gives gaps first, those of one symbol and reason as one that reaches over all of them", () => {
    const buffer = new TickBuffer(10);
    const gap = (from: number, to: number, missing: number, reason = "cut"): GapTick => ({
      ...{ type: "gap", symbol: "BINANCE:BTCUSDT", ts: T + to, from: T + from, to: T + to, reason, missing },
    });
    buffer.add(trade(1));
    for (const told of [gap(5, 9, 2), gap(1, 2, 1), gap(6, 7, 4, "full")]) buffer.tell(told);
    expect(buffer.size).toBe(3);
    expect(buffer.take(1)).toEqual([gap(1, 9, 3)]);
    expect(buffer.take(9)).toEqual([gap(6, 7, 4, "full"), trade(1)]);
    expect(buffer.size).toBe(0);
  });

  test("never holds more than its bound, and loses count of nothing", () => {
    const buffer = new TickBuffer(100);
    for (let n = 0; n < 5_000; n++) {
      buffer.add(trade(n, n % 2 === 0 ? "BINANCE:BTCUSDT" : "BINANCE:ETHUSDT"));
      buffer.add(quote(n));
      expect(buffer.size).toBeLessThanOrEqual(100);
    }
    const { quotes, trades } = buffer.takeLeftOut();
    const kept = buffer.take(100);
    const missing = trades.reduce((sum, gap) => sum + gap.missing, 0);
    expect(missing + kept.filter(({ type }) => type === "trade").length).toBe(5_000);
    expect(quotes + kept.filter(({ type }) => type === "quote").length).toBe(5_000);
  });
});
