import { describe, expect, test } from "vitest";
import { instrumentLine } from "../../src/contracts/instruments.ts";
import { listingFrom } from "../../src/feeds/binance-instruments.ts";
import { exchangeSymbol } from "../support/fake-venue.ts";

const read = (...symbols: unknown[]) => listingFrom({ timezone: "UTC", symbols });

describe("what the exchange says of a symbol", () => {
  test("becomes an instrument with its own tick and lot, that the contract takes", () => {
    const instrument = read(exchangeSymbol("BTCUSDT")).instruments.get("BTCUSDT");
    expect(instrument).toEqual({
      ...{ symbol: "BINANCE:BTCUSDT", description: "BTC / USDT", type: "crypto", exchange: "BINANCE" },
      ...{ currency: "USDT", tickSize: "0.01", lotSize: "0.00001", multiplier: "1" },
      ...{ minQty: "0.00001", maxQty: "9000", minNotional: "5", timezone: "UTC", session: "24x7" },
      status: "active",
    });
    expect(instrumentLine.safeParse(instrument).success).toBe(true);
  });

  test("is halted where its market is not open", () =>
    expect(read({ ...exchangeSymbol("BTCUSDT"), status: "BREAK" }).instruments.get("BTCUSDT")).toMatchObject({
      status: "halted",
    }));

  test("has a whole lot without decimals, and the older name of the smallest notional", () => {
    const filters = [
      { filterType: "PRICE_FILTER", tickSize: "0.00000001" },
      { filterType: "LOT_SIZE", stepSize: "1.00000000", minQty: "0.00000000", maxQty: "10.00000000" },
      { filterType: "MIN_NOTIONAL", minNotional: "0.00010000" },
    ];
    const instrument = read({ ...exchangeSymbol("BTCUSDT"), filters }).instruments.get("BTCUSDT");
    expect(instrument).toMatchObject({
      tickSize: "0.00000001",
      lotSize: "1",
      maxQty: "10",
      minNotional: "0.0001",
    });
    expect(instrument).not.toHaveProperty("minQty");
  });

  test.each([
    ["no filters", { filters: undefined }],
    ["no price grid", { filters: [{ filterType: "LOT_SIZE", stepSize: "1" }] }],
    ["a price grid of zero", { filters: [{ filterType: "PRICE_FILTER", tickSize: "0.00" }] }],
    ["no quote asset", { quoteAsset: null }],
  ])("with %s makes no instrument, and is named", (_, change) =>
    expect(read({ ...exchangeSymbol("BTCUSDT"), ...change })).toEqual({
      instruments: new Map(),
      unreadable: ["BTCUSDT"],
      serverTime: undefined,
    }),
  );

  test("comes with the exchange's clock", () =>
    expect(listingFrom({ symbols: [], serverTime: 1_763_769_600_000 }).serverTime).toBe(1_763_769_600_000));

  test("may be anything at all without harm", () => {
    for (const reply of [undefined, null, 7, "x", [], {}, { symbols: 7 }, { symbols: [null, 7, {}] }])
      expect(listingFrom(reply)).toEqual({
        instruments: new Map(),
        unreadable: [],
        serverTime: undefined,
      });
  });
});
