import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { udfConfigReply, udfSymbolInfoReply, udfSymbolReply } from "../../../src/contracts/udf-symbols.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import { INSTRUMENT_TYPES } from "../../../src/domain/instrument.ts";
import { symbolInfo } from "../../../src/http/udf/symbol-info.ts";
import { typeNamed, udfConfig, udfFound, udfSymbol } from "../../../src/http/udf/symbols.ts";
import { listed } from "../../support/fake-edge.ts";

const NOW = 1_700_000_000_000;

describe("a symbol", () => {
  test.each([
    ["0.01", 100, 1],
    ["0.25", 100, 25],
    ["0.05", 100, 5],
    ["5", 1, 5],
    ["1", 1, 1],
    ["0.00000001", 100_000_000, 1],
  ])("with a tick of %s has pricescale %s and minmov %s", (tickSize, pricescale, minmov) => {
    expect(udfSymbol(listed("X:A", { tickSize }), NOW)).toMatchObject({ pricescale, minmov });
  });

  test("minmov / pricescale is the tick, whatever it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 0, max: 12 }), (units, scale) => {
        const { pricescale, minmov } = udfSymbol(listed("X:A", { tickSize: decimalText(units, scale) }), NOW);
        expect(BigInt(minmov) * 10n ** BigInt(scale)).toBe(BigInt(units) * BigInt(pricescale));
      }),
    );
  });

  test("never has a field `s`, and always what an adapter would else make up", () => {
    for (const type of INSTRUMENT_TYPES) {
      const symbol = udfSymbol(listed("X:A", { type }), NOW);
      expect(symbol).not.toHaveProperty("s");
      expect(udfSymbolReply.safeParse(symbol).error).toBeUndefined();
      expect(symbol.minmov).toBeGreaterThan(0);
    }
  });

  test.each([
    ["UTC", "Etc/UTC"],
    ["Etc/GMT", "Etc/UTC"],
    ["Etc/UTC", "Etc/UTC"],
    ["Asia/Kolkata", "Asia/Kolkata"],
  ])("in zone %s is in %s, a name that the library knows", (timezone, shown) => {
    expect(udfSymbol(listed("X:A", { timezone, session: "0930-1600" }), NOW).timezone).toBe(shown);
    expect(udfSymbol(listed("X:A", { timezone }), NOW).timezone).toBe("Etc/UTC");
  });

  test("has the hours of its published calendar, in that calendar's zone, or its own with their weekdays", () => {
    const nifty = { calendar: "XNSE", timezone: "Asia/Kolkata", session: "0915-1530" };
    expect(udfSymbol(listed("X:A", nifty), Date.UTC(2026, 0, 5))).toMatchObject({
      ...{ session: "0915-1530:23456", timezone: "Asia/Kolkata" },
      ...{
        session_holidays: expect.stringContaining("20260126"),
        corrections: expect.stringContaining(":20260201"),
      },
    });
    expect(udfSymbol(listed("X:A", { ...nifty, timezone: "UTC" }), NOW).timezone).toBe("Asia/Kolkata");
    const own = udfSymbol(listed("X:A", { ...nifty, calendar: "NOWHERE" }), NOW);
    expect(own.session).toBe("0915-1530:1234567");
    expect(own).not.toHaveProperty("session_holidays");
  });

  test("names every width that we have by what a chart may build it from", () => {
    expect(udfSymbol(listed("X:A"), NOW)).toMatchObject({
      ...{ supported_resolutions: ["1S", "5S", "1", "3", "5", "15", "30", "60", "240", "1D", "1W", "1M"] },
      ...{ has_seconds: true, seconds_multipliers: ["1", "5"], has_intraday: true },
      ...{
        intraday_multipliers: ["1", "3", "5", "15", "30", "60", "240"],
        has_daily: true,
        daily_multipliers: ["1"],
      },
      ...{ has_weekly_and_monthly: true, weekly_multipliers: ["1"], monthly_multipliers: ["1"] },
    });
  });

  test("that expires says when, in seconds, and whether it has", () => {
    const future = { type: "future", expiry: NOW + 500 } as const;
    expect(udfSymbol(listed("X:A", future), NOW)).toMatchObject({
      expired: false,
      expiration_date: 1_700_000_000,
    });
    expect(udfSymbol(listed("X:A", future), NOW + 500).expired).toBe(true);
    expect(udfSymbol(listed("X:A"), NOW)).not.toHaveProperty("expired");
  });
});

test("each type has a name of the chart's, and is found by it", () => {
  for (const type of INSTRUMENT_TYPES)
    expect(typeNamed(udfFound(listed("X:A", { type })).type), type).toBe(type);
  expect(typeNamed("equity")).toBeUndefined();
});

test("the configuration says what there is, and offers each filter with an empty first choice", () => {
  const config = udfConfig(["CME", "NYSE"]);
  expect(udfConfigReply.safeParse(config).error).toBeUndefined();
  expect(config.exchanges.map(({ value }) => value)).toEqual(["", "CME", "NYSE"]);
  expect(config.symbols_types.map(({ value }) => value)).toEqual([
    "",
    ...INSTRUMENT_TYPES.map((type) => udfFound(listed("X:A", { type })).type),
  ]);
});

describe("a group of symbols in columns", () => {
  const group = [
    udfSymbol(listed("X:A", { tickSize: "0.25" }), NOW),
    udfSymbol(listed("X:B", { calendar: "XNYS", type: "future", expiry: NOW }), NOW),
    udfSymbol(listed("X:C", { type: "index", currency: "EUR" }), NOW),
  ];

  test("is what each symbol says on its own, as a client reads columns", () => {
    const info = symbolInfo(group);
    expect(udfSymbolInfoReply.safeParse(info).error).toBeUndefined();
    expect(group.map((_, index) => fromColumns(info, index))).toEqual(
      group.map((symbol) => ({
        ...{ name: symbol.name, ticker: symbol.ticker, type: symbol.type, exchange: symbol.exchange },
        ...{
          session: symbol.session,
          session_holidays: symbol.session_holidays ?? "",
          timezone: symbol.timezone,
        },
        ...{ corrections: symbol.corrections ?? "", pricescale: symbol.pricescale, minmov: symbol.minmov },
        ...{ currency_code: symbol.currency_code, supported_resolutions: symbol.supported_resolutions },
        ...{ intraday_multipliers: symbol.intraday_multipliers, has_weekly_and_monthly: true },
      })),
    );
  });

  test("says once what is the same for all", () => {
    expect(symbolInfo(group)).toMatchObject({
      ...{ symbol: ["A", "B", "C"], "exchange-traded": "X", pricescale: 100, minmovement: [25, 1, 1] },
      ...{ "currency-code": ["USD", "USD", "EUR"], timezone: ["Etc/UTC", "America/New_York", "Etc/UTC"] },
    });
  });
});

/** As TradingView's adapter reads them: a list is a column, unless the values themselves are lists. */
function fromColumns(info: Readonly<Record<string, unknown>>, index: number): object {
  const field = (name: string, isList = false): unknown => {
    const value = info[name];
    return Array.isArray(value) && (!isList || Array.isArray(value[0])) ? value[index] : value;
  };
  return {
    ...{
      name: field("symbol"),
      ticker: field("ticker"),
      type: field("type"),
      exchange: field("exchange-traded"),
    },
    ...{
      session: field("session-regular"),
      session_holidays: field("session-holidays"),
      timezone: field("timezone"),
    },
    ...{ corrections: field("corrections"), pricescale: field("pricescale"), minmov: field("minmovement") },
    ...{ currency_code: field("currency-code"), supported_resolutions: field("supported-resolutions", true) },
    ...{
      intraday_multipliers: field("intraday-multipliers", true),
      has_weekly_and_monthly: field("has-weekly-and-monthly"),
    },
  };
}
