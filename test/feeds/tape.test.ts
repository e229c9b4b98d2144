import { describe, expect, test } from "vitest";
import { ndjsonTape } from "../../src/feeds/ndjson.ts";
import { tapeParserFor } from "../../src/feeds/tape.ts";

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

describe("the first line of a tape", () => {
  test("tells which adapter reads it", () => {
    const frame = '{"stream":"btcusdt@trade","data":{"e":"kline"}}';
    expect(tapeParserFor(`1723161253937085768 ${frame}`)?.(frame)).toEqual({ kind: "ignored", why: "kline" });
    expect(tapeParserFor(frame)?.(frame)).toEqual({ kind: "ignored", why: "kline" });
    expect(tapeParserFor(JSON.stringify(tick))?.(JSON.stringify(tick)).kind).toBe("tick");
    expect(tapeParserFor('{"instrument":{"symbol":"X:Y"}}')?.(JSON.stringify(tick)).kind).toBe("tick");
  });

  test("is refused where no adapter knows it", () => {
    for (const line of ["", "ts,price,size", "{}", '{"a":1}', "20200101 170000123,1.12,1.13,0"]) {
      expect(tapeParserFor(line)).toBeUndefined();
    }
  });
});
