import { expect, test } from "vitest";
import { streamPath, tickersFrom } from "../../src/feeds/binance-symbols.ts";

test("trades and best quotes of every symbol come on one combined stream, in small letters", () => {
  expect(streamPath(["BTCUSDT", "ETHUSDT"])).toBe(
    "/stream?streams=btcusdt@trade/btcusdt@bookTicker/ethusdt@trade/ethusdt@bookTicker",
  );
});

test("the longest list of symbols makes an address below 8 KiB and streams below the venue's 1,024", () => {
  const tickers = Array.from({ length: 100 }, (_, index) => `${"X".repeat(15)}${index}`);
  expect(tickersFrom(tickers.join(","))).toEqual({ ok: true, tickers });
  expect(streamPath(tickers).length).toBeLessThan(8_192);
});

test.each(["BTC/USDT", "BTC USDT", "btcusdt", "B", "BTCUSDT;", "BINANCE:BTCUSDT"])(
  "%s is no symbol and is refused by name",
  (text) => expect(tickersFrom(text)).toMatchObject({ ok: false, why: expect.stringContaining(text) }),
);
