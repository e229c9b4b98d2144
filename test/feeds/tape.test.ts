import { describe, expect, test } from "vitest";
import type { FeedFormat, FeedSetting } from "../../src/feeds/adapter.ts";
import { ndjsonTape } from "../../src/feeds/ndjson.ts";
import { ADAPTERS, openTape } from "../../src/feeds/tape.ts";

const tick = {
  type: "trade",
  symbol: "XNAS:AAPL",
  ts: 1_700_000_000_000,
  price: "190.25",
  size: "100",
  id: "7",
};

describe("our own tape", () => {
  test("passes a tick through as it is written, paced by its time", () => {
    expect(ndjsonTape()(JSON.stringify(tick))).toEqual({ kind: "tick", tick, receivedAt: tick.ts });
  });

  test.each([
    { type: "cancel", id: "7" },
    { type: "correct", id: "7", price: "190.3" },
    { type: "gap", from: tick.ts - 9, to: tick.ts, reason: "disconnected" },
  ])("passes a $type through", (fields) => {
    const line = { symbol: "XNAS:AAPL", ts: tick.ts, ...fields };
    expect(ndjsonTape()(JSON.stringify(line))).toEqual({ kind: "tick", tick: line, receivedAt: tick.ts });
  });

  test("is paced by receivedAt where a line has it, and the platform never sees that member", () => {
    const receivedAt = tick.ts + 12.5;
    expect(ndjsonTape()(JSON.stringify({ ...tick, receivedAt }))).toEqual({ kind: "tick", tick, receivedAt });
  });

  test("names its instruments", () => {
    const instrument = { symbol: "XNAS:AAPL", type: "equity", tickSize: "0.01" };
    expect(ndjsonTape()(JSON.stringify({ instrument }))).toEqual({ kind: "instrument", instrument });
  });

  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["an unknown type", JSON.stringify({ ...tick, type: "bar" })],
    ["no symbol", JSON.stringify({ ...tick, symbol: undefined })],
    ["a time in seconds", JSON.stringify({ ...tick, ts: 1_700_000_000 })],
    ["a time as text", JSON.stringify({ ...tick, ts: "1700000000000" })],
    ["a receive time as text", JSON.stringify({ ...tick, receivedAt: "1700000000000" })],
    ["an instrument without a symbol", JSON.stringify({ instrument: { type: "equity" } })],
  ])("calls a line with %s malformed", (_, line) => {
    expect(ndjsonTape()(line).kind).toBe("malformed");
  });
});

const entryOf = (line: string, first = line, setting: FeedSetting = {}) => {
  const opened = openTape(first, setting);
  if (!opened.ok) throw new Error(opened.why);
  return opened.parse(line);
};

describe("the first line of a tape", () => {
  test("tells which adapter reads it", () => {
    const frame = '{"stream":"btcusdt@trade","data":{"e":"kline"}}';
    expect(entryOf(frame, `1723161253937085768 ${frame}`)).toEqual({ kind: "ignored", why: "kline" });
    expect(entryOf(frame)).toEqual({ kind: "ignored", why: "kline" });
    expect(entryOf(JSON.stringify(tick)).kind).toBe("tick");
    expect(entryOf(JSON.stringify(tick), '{"instrument":{"symbol":"X:Y"}}').kind).toBe("tick");
  });

  test("begins one format at the most, whatever it is", () => {
    const firsts: [string, FeedFormat][] = [
      [JSON.stringify(tick), "outcry"],
      ['{"e":"trade"}', "binance"],
      ['1723161253937085768 {"u":1,"s":"BTCUSDT"}', "binance"],
      ["4,0.20000000,50.00000000,10.00000000,1608872400000,False,True", "binance-trades"],
      ["id,price,qty,quote_qty,time,is_buyer_maker", "binance-trades"],
      ["28457,4.00000100,12.00000000,48.00,1499865549590,true", "binance-trades"],
      ["0,0.20000000,50.00000000,0,0,1608872400000,False,True", "binance-agg-trades"],
      ["26129,0.01633102,4.70443515,27781,27781,1498793709153,true", "binance-agg-trades"],
      ["1601510340000,4.1,4.2,4.0,4.1,539.2,1601510399999,2240.3,13,401.8,1669.9,0", "binance-klines"],
      ["open_time,open,high,low,close,volume,close_time,quote_volume,count,a,b,ignore", "binance-klines"],
      ['{"type":"subscriptions","channels":[]}', "coinbase"],
      ['{"type":"last_match","product_id":"BTC-USD"}', "coinbase"],
      ['1723161253937085768 {"type":"match","product_id":"BTC-USD"}', "coinbase"],
    ];
    for (const [line, format] of firsts)
      expect([line, ADAPTERS.filter((one) => one.begins(line)).map((one) => one.format)]).toEqual([
        line,
        [format],
      ]);
  });

  test("is refused where no adapter knows it", () => {
    for (const line of ["", "ts,price,size", "{}", '{"a":1}', "20200101 170000123,1.12,1.13,0"]) {
      expect(openTape(line)).toEqual({ ok: false, why: "begins no tape that is known here" });
    }
  });
});
