import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { udfConfigReply, udfSymbolReply } from "../../../src/contracts/udf.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import { INSTRUMENT_TYPES } from "../../../src/domain/instrument.ts";
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
    expect(udfSymbol(listed("X:A", { timezone }), NOW).timezone).toBe(shown);
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
