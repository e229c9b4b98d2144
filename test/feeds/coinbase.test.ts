import { describe, expect, test } from "vitest";
import { coinbaseTape } from "../../src/feeds/coinbase.ts";
import { TapeInstruments } from "../../src/feeds/instruments.ts";

const match = {
  ...{ type: "match", trade_id: 865_127_782, sequence: 110_482_938_201, side: "sell", product_id: "BTC-USD" },
  ...{
    maker_order_id: "6d5f2a1e-0000-4000-8000-000000000001",
    taker_order_id: "6d5f2a1e-0000-4000-8000-000000000002",
  },
  ...{ time: "2025-08-08T19:54:15.342917Z", size: "0.00021900", price: "61837.63" },
};
const tick = {
  ...{ type: "trade", symbol: "COINBASE:BTC-USD", ts: Date.UTC(2025, 7, 8, 19, 54, 15, 342) },
  ...{ price: "61837.63", size: "0.00021900", id: "865127782", seq: 110_482_938_201 },
};

const read = (frame: unknown): unknown => coinbaseTape()(JSON.stringify(frame));

describe("a match", () => {
  test("is a trade with the exchange's own id, sequence, time and digits", () => {
    expect(read(match)).toEqual({ kind: "tick", tick });
  });

  test("that ended before the subscription is the same trade, and so a duplicate of it", () => {
    expect(read({ ...match, type: "last_match" })).toEqual({ kind: "tick", tick });
  });

  test("of a recording is paced by the time of its receipt", () => {
    expect(coinbaseTape()(`1754682855400123456 ${JSON.stringify(match)}`)).toEqual({
      ...{ kind: "tick", tick, receivedAt: 1_754_682_855_400.1235 },
    });
  });

  test.each([
    ["no id", { trade_id: undefined }],
    ["an id as text", { trade_id: "7" }],
    ["no sequence", { sequence: null }],
    ["a time without its zone", { time: "2025-08-08T19:54:15.342917" }],
    ["a price as a number", { price: 61837.63 }],
    ["a size that is none", { size: "a lot" }],
    ["a product that is none", { product_id: "btc-usd" }],
  ])("with %s is malformed, not guessed at", (_, change) => {
    expect(read({ ...match, ...change })).toMatchObject({ kind: "malformed" });
  });
});

test("frames of other channels are left out by their names", () => {
  for (const type of ["subscriptions", "heartbeat", "ticker", "received", "l2update"])
    expect(read({ type, product_id: "BTC-USD" })).toEqual({ kind: "ignored", why: type });
  expect(coinbaseTape()("nothing")).toEqual({ kind: "malformed", why: "not a JSON object" });
});

test("a product is an instrument of its two currencies", () => {
  const instruments = new TapeInstruments();
  instruments.hear(coinbaseTape()(JSON.stringify(match)));
  expect(instruments.list()).toEqual([
    {
      ...{ symbol: "COINBASE:BTC-USD", description: "BTC / USD", type: "crypto", exchange: "COINBASE" },
      ...{ currency: "USD", tickSize: "0.01", lotSize: "0.000001", multiplier: "1" },
      ...{ timezone: "UTC", session: "24x7", status: "active" },
    },
  ]);
});
