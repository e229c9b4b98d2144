import { describe, expect, test } from "vitest";
import { notionalUnitOf } from "../../src/domain/instrument.ts";

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

  test("the price divides an inverse contract, so its decimals leave more room", () => {
    expect(notionalUnitOf(100n, 0, 1, 0, "inverse")).toBe(100n * 10n ** 13n);
    expect(notionalUnitOf(1n, 0, 8, 5, "inverse")).toBe(10n ** 15n);
    expect(notionalUnitOf(1n, 5, 0, 8, "inverse")).toBeUndefined();
  });
});
