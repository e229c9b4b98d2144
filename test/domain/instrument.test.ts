import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { notionalOf, notionalUnitOf } from "../../src/domain/instrument.ts";
import { moneyText } from "../../src/domain/money.ts";

describe("what price 1 × size 1 is worth", () => {
  test.each([
    ["a share at two decimals", 1n, 0, 2, 0, 10n ** 10n],
    ["BTCUSDT at its two and five decimals", 1n, 0, 2, 5, 10n ** 5n],
    ["a future of 50 a point", 50n, 0, 2, 0, 50n * 10n ** 10n],
    ["a multiplier of 0.01", 1n, 2, 2, 0, 10n ** 8n],
    ["the finest there is", 1n, 0, 8, 4, 1n],
  ])("%s", (_name, multiplier, multiplierScale, priceScale, sizeScale, unit) => {
    expect(notionalUnitOf(multiplier, multiplierScale, priceScale, sizeScale)).toBe(unit);
  });

  test("finer than 10⁻¹² is no instrument", () => {
    expect(notionalUnitOf(1n, 0, 8, 5)).toBeUndefined();
    expect(notionalUnitOf(1n, 1, 8, 4)).toBeUndefined();
  });
});

describe("the value of a size at a price", () => {
  test("0.00001 BTC at 57,843.21 is 0.5784321", () => {
    expect(moneyText(notionalOf({ notionalUnit: 10n ** 5n }, 5_784_321, 1))).toBe("0.5784321");
  });

  test("the sign follows price and size", () => {
    const unit = { notionalUnit: 10n ** 10n };
    expect(
      [notionalOf(unit, 5, -3), notionalOf(unit, -5, 3), notionalOf(unit, -5, -3)].map(moneyText),
    ).toEqual(["-0.15", "-0.15", "0.15"]);
  });

  test("it is exact where a float is not, up to the largest price and size", () => {
    const largest = Number.MAX_SAFE_INTEGER;
    expect(notionalOf({ notionalUnit: 1n }, largest, largest)).toBe(BigInt(largest) ** 2n);
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), fc.maxSafeInteger(), (price, one, other) => {
        const unit = { notionalUnit: 3n };
        const apart = notionalOf(unit, price, one) + notionalOf(unit, price, other);
        expect(apart).toBe(BigInt(price) * (BigInt(one) + BigInt(other)) * 3n);
      }),
    );
  });
});
