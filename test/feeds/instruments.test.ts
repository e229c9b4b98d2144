import { describe, expect, test } from "vitest";
import { BINANCE_QUOTE_CURRENCIES, TapeInstruments } from "../../src/feeds/instruments.ts";
import type { FeedTick } from "../../src/feeds/tick.ts";

const TS = 1_700_000_000_000;
const trade = (symbol: string, price: string, size: string): FeedTick => ({
  type: "trade",
  symbol,
  ts: TS,
  price,
  size,
});

function instrumentsOf(...ticks: readonly FeedTick[]) {
  const instruments = new TapeInstruments();
  for (const tick of ticks) instruments.hear({ kind: "tick", tick });
  return instruments.list();
}

describe("an instrument of a Binance tape", () => {
  test("has the most decimals of the tape as tick and lot, without trailing zeros", () => {
    const quote: FeedTick = {
      ...{ type: "quote", symbol: "BINANCE:BTCUSDT", ts: TS },
      ...{ bid: "61837.60000000", bidSize: "3.78826000", ask: "61837.70000000", askSize: "1.00000000" },
    };
    expect(instrumentsOf(trade("BINANCE:BTCUSDT", "61837.63000000", "0.02000000"), quote)).toEqual([
      {
        symbol: "BINANCE:BTCUSDT",
        description: "BTC / USDT",
        type: "crypto",
        exchange: "BINANCE",
        currency: "USDT",
        tickSize: "0.01",
        lotSize: "0.00001",
        multiplier: "1",
        timezone: "UTC",
        session: "24x7",
        status: "active",
      },
    ]);
  });

  test("counts the prices and sizes of the book too", () => {
    const depth: FeedTick = {
      ...{ type: "depth", symbol: "BINANCE:ETHUSDT", ts: TS },
      ...{ bids: [["2500.125", "1.0"]], asks: [["2501", "0.0007"]] },
    };
    expect(instrumentsOf(depth)).toMatchObject([{ tickSize: "0.001", lotSize: "0.0001" }]);
  });

  test("is in whole units where no decimal was ever seen", () => {
    expect(instrumentsOf(trade("BINANCE:SHIBTRY", "3.000", "500.0"))).toMatchObject([
      { tickSize: "1", lotSize: "1", currency: "TRY" },
    ]);
  });

  test.each([
    ["BTCFDUSD", "FDUSD"],
    ["ETHBTC", "BTC"],
    ["BTCUSDC", "USDC"],
    ["USDTTRY", "TRY"],
    ["EURUSDT", "USDT"],
  ])("%s is quoted in %s", (ticker, currency) => {
    expect(instrumentsOf(trade(`BINANCE:${ticker}`, "1", "1"))).toMatchObject([{ currency }]);
  });

  test("with no known quote currency is refused by name", () => {
    expect(() => instrumentsOf(trade("BINANCE:BTCXYZ", "1", "1"))).toThrow("BINANCE:BTCXYZ");
    expect(() => instrumentsOf(trade("BINANCE:USDT", "1", "1"))).toThrow("BINANCE:USDT");
  });

  test("no quote currency hides a longer one", () => {
    for (const long of BINANCE_QUOTE_CURRENCIES) {
      const first = BINANCE_QUOTE_CURRENCIES.find((suffix) => long.endsWith(suffix));
      expect(first).toBe(long);
    }
  });
});

test("what a tape names itself is taken as it stands, and other venues are derived from nothing", () => {
  const declared = { symbol: "BINANCE:BTCUSDT", tickSize: "0.5" };
  const instruments = new TapeInstruments();
  instruments.hear({ kind: "instrument", instrument: declared });
  instruments.hear({ kind: "tick", tick: trade("BINANCE:BTCUSDT", "1.25", "1") });
  instruments.hear({ kind: "tick", tick: trade("XNAS:AAPL", "190.25", "1") });
  expect(instruments.list()).toEqual([declared]);
});
