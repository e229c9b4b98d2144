import { expect, test } from "vitest";
import { streamPath, tickersFrom } from "../../src/feeds/binance-symbols.ts";

test("trades, best quotes and changes of the book of every symbol come on one combined stream, in small letters", () => {
  expect(streamPath(["BTCUSDT", "ETHUSDT"])).toBe(
    "/stream?streams=btcusdt@trade/btcusdt@bookTicker/btcusdt@depth@100ms/ethusdt@trade/ethusdt@bookTicker/ethusdt@depth@100ms",
  );
});

test("the longest list of symbols makes an address below 8 KiB and streams below the venue's 1,024", () => {
  // The longest that the venue lists has 14 letters.
  const tickers = Array.from({ length: 100 }, (_, index) => `${"X".repeat(11)}${100 + index}`);
  expect(tickersFrom(tickers.join(","))).toEqual({ ok: true, tickers });
  expect(streamPath(tickers).length).toBeLessThan(8_192);
});

test.each(["BTC/USDT", "BTC USDT", "btcusdt", "B", "BTCUSDT;", "BINANCE:BTCUSDT"])(
  "%s is no symbol and is refused by name",
  (text) => expect(tickersFrom(text)).toMatchObject({ ok: false, why: expect.stringContaining(text) }),
);
