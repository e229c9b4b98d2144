import { describe, expect, test } from "vitest";
import { binanceLive, binanceStream, binanceTape } from "../../src/feeds/binance.ts";
import type { TapeEntry } from "../../src/feeds/tick.ts";

const T = 1_723_161_255_342;
const trade = {
  e: "trade",
  E: T + 1,
  s: "BTCUSDT",
  t: 3735683259,
  p: "61837.63000000",
  q: "0.02000000",
  T,
  m: true,
  M: true,
};
const best = {
  u: 50093239212,
  s: "BTCUSDT",
  b: "61837.63000000",
  B: "3.78826000",
  a: "61837.64000000",
  A: "1.54698000",
};
const depth = { e: "depthUpdate", E: T + 9, s: "BTCUSDT", U: 11, u: 14, b: [["61737.63", "0.00"]], a: [] };

const frame = (data: unknown): string => JSON.stringify({ stream: "btcusdt@any", data });
const tickOf = (entry: TapeEntry): unknown => (entry.kind === "tick" ? entry.tick : entry);

describe("trades", () => {
  test("become ticks with the venue's own id, time and decimals untouched", () => {
    expect(tickOf(binanceStream()(frame(trade), undefined))).toEqual({
      type: "trade",
      symbol: "BINANCE:BTCUSDT",
      ts: T,
      price: "61837.63000000",
      size: "0.02000000",
      id: "3735683259",
    });
  });

  test("of futures count only where X is MARKET", () => {
    const stream = binanceStream();
    expect(stream(frame({ ...trade, X: "MARKET" }), undefined).kind).toBe("tick");
    for (const execution of ["INSURANCE_FUND", "ADL", "NA", "", null]) {
      expect(stream(frame({ ...trade, X: execution }), undefined)).toMatchObject({
        kind: "ignored",
        why: "trade off the market",
      });
    }
  });

  test.each([
    ["a price that is no decimal", { p: "1e5" }],
    ["a price that is a number", { p: 61837.63 }],
    ["a missing size", { q: undefined }],
    ["an id beyond exact integers", { t: 2 ** 53 }],
    ["a time in seconds", { T: 1_723_161_255 }],
    ["a symbol in lower case", { s: "btcusdt" }],
  ])("with %s are malformed, not guessed at", (_, change) => {
    expect(binanceStream()(frame({ ...trade, ...change }), undefined).kind).toBe("malformed");
  });
});

describe("quotes", () => {
  test("take the newest event time of the stream, whatever the receiver's clock says", () => {
    const stream = binanceStream();
    stream(frame(trade), T - 1_300);
    expect(tickOf(stream(frame(best), T - 1_299))).toEqual({
      type: "quote",
      symbol: "BINANCE:BTCUSDT",
      ts: T + 1,
      bid: "61837.63000000",
      bidSize: "3.78826000",
      ask: "61837.64000000",
      askSize: "1.54698000",
      seq: 50093239212,
    });
    expect(tickOf(stream(frame(best), T + 60_000))).toMatchObject({ ts: T + 1 });
  });

  test("before any event take the receive time, and without either are left out", () => {
    expect(tickOf(binanceStream()(frame(best), T + 0.75))).toMatchObject({ ts: T });
    expect(binanceStream()(frame(best), undefined)).toMatchObject({ kind: "ignored" });
  });

  test("never run backwards when the receiver's clock was ahead of the venue's", () => {
    const stream = binanceStream();
    stream(frame(best), T + 5_000);
    stream(frame(trade), T + 5_001);
    expect(tickOf(stream(frame(best), T + 5_002))).toMatchObject({ ts: T + 5_000 });
    stream(frame({ ...depth, E: T + 6_000 }), T + 11_000);
    expect(tickOf(stream(frame(best), T + 11_001))).toMatchObject({ ts: T + 6_000 });
  });

  test("of futures carry their own time", () => {
    expect(tickOf(binanceStream()(frame({ ...best, e: "bookTicker", E: T + 8, T: T + 7 }), T))).toMatchObject(
      { ts: T + 7 },
    );
  });
});

describe("quotes of a live feed", () => {
  test("take the newest event time and what our clock says has passed since", () => {
    const live = binanceLive();
    live(frame(trade), T - 1_300);
    expect(tickOf(live(frame(best), T - 1_300))).toMatchObject({ ts: T + 1 });
    expect(tickOf(live(frame(best), T + 58_700.9))).toMatchObject({ ts: T + 60_001 });
    live(frame({ ...trade, E: T + 60_500 }), T + 59_000);
    expect(tickOf(live(frame(best), T + 59_001))).toMatchObject({ ts: T + 60_501 });
  });

  test("before any event take what the venue's clock said, and never ours, which may be years off", () => {
    expect(binanceLive()(frame(best), T)).toEqual({
      kind: "ignored",
      why: "quote before any time",
      receivedAt: T,
    });
    const told = binanceLive({ at: T - 500, heardAt: 7_000 });
    expect(tickOf(told(frame(best), 7_020.5))).toMatchObject({ ts: T - 480 });
  });

  test("never run backwards, whatever comes", () => {
    const live = binanceLive({ at: T, heardAt: 0 });
    expect(tickOf(live(frame(best), 5_000))).toMatchObject({ ts: T + 5_000 });
    live(frame({ ...trade, E: T + 1_000 }), 5_001);
    expect(tickOf(live(frame(best), 5_002))).toMatchObject({ ts: T + 5_000 });
  });
});

describe("other frames", () => {
  test("depth changes become depth ticks with their range of update ids", () => {
    expect(tickOf(binanceStream()(frame(depth), undefined))).toEqual({
      type: "depth",
      symbol: "BINANCE:BTCUSDT",
      ts: T + 9,
      bids: [["61737.63", "0.00"]],
      asks: [],
      firstSeq: 11,
      lastSeq: 14,
    });
  });

  test("a bare frame is the same as one inside a stream's wrapper", () => {
    expect(binanceStream()(JSON.stringify(trade), undefined)).toEqual(
      binanceStream()(frame(trade), undefined),
    );
  });

  test("changes of a futures book name the message before", () => {
    expect(tickOf(binanceStream()(frame({ ...depth, pu: 7 }), undefined))).toMatchObject({ prevSeq: 7 });
    expect(binanceStream()(frame({ ...depth, pu: "7" }), undefined).kind).toBe("malformed");
  });

  test("a snapshot is of the one symbol whose changes reach over its number, at the time of their newest", () => {
    const stream = binanceStream();
    const snapshot = (lastUpdateId: number) =>
      stream(JSON.stringify({ lastUpdateId, bids: [["61737.63", "1"]], asks: [] }), undefined);
    const unknown = { kind: "ignored", why: "depth snapshot of an unknown symbol" };
    expect(snapshot(11)).toEqual(unknown);
    stream(frame(depth), undefined);
    stream(frame({ ...depth, E: T + 99, U: 15, u: 19 }), undefined);
    stream(frame({ ...depth, s: "ETHUSDT", U: 19, u: 30 }), undefined);
    expect([snapshot(10), snapshot(19), snapshot(31)]).toEqual([unknown, unknown, unknown]);
    expect(tickOf(snapshot(16))).toEqual({
      ...{ type: "depth", symbol: "BINANCE:BTCUSDT", ts: T + 99, snapshot: true, lastSeq: 16 },
      ...{ bids: [["61737.63", "1"]], asks: [] },
    });
    expect(stream(JSON.stringify({ lastUpdateId: 16, bids: [["x", "1"]], asks: [] }), undefined).kind).toBe(
      "malformed",
    );
  });

  test("frames of other kinds are ignored by name", () => {
    const stream = binanceStream();
    expect(stream(frame({ e: "kline", E: T }), undefined)).toEqual({ kind: "ignored", why: "kline" });
    expect(stream(JSON.stringify({ result: null, id: 1 }), undefined)).toEqual({
      kind: "ignored",
      why: "other frame",
    });
  });

  test("what is no JSON object is malformed", () => {
    for (const text of ["", "{", "[]", "null", "7", '"x"'])
      expect(binanceStream()(text, undefined).kind).toBe("malformed");
  });
});

test("a recorded line gives its receive time in milliseconds with the nanoseconds as fraction", () => {
  const entry = binanceTape()(`1723161254087896568 ${frame(trade)}`);
  expect(entry).toMatchObject({ kind: "tick", receivedAt: 1723161254087.8965 });
});
