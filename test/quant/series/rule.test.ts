import { describe, expect, test } from "vitest";
import { money } from "../../../src/domain/money.ts";
import { seriesName } from "../../../src/domain/series.ts";
import { seriesRule, TRADES_IN_BAR_MAX } from "../../../src/quant/series/rule.ts";

/** Prices in hundredths, sizes in thousandths, a contract of 50: price 1 × size 1 is worth 50 × 10⁻⁵. */
const CONTRACT = { priceScale: 2, sizeScale: 3, tickSize: 25, notionalUnit: money(50n * 10n ** 7n) };
const ruleOf = (series: string) => seriesRule(series, CONTRACT);
const codeOf = (series: string) => {
  const ruled = ruleOf(series);
  return ruled.ok ? "ok" : ruled.code;
};

describe("the name of a series says what ends its bars", () => {
  test("trades are counted", () => {
    expect(ruleOf("100T")).toEqual({ ok: true, rule: { kind: "trades", limit: 100 } });
  });
  test("a volume is at the scale of sizes", () => {
    expect(ruleOf("2.5V")).toEqual({ ok: true, rule: { kind: "volume", limit: 2_500n } });
  });
  test("a value is a notional value: the multiplier counts", () => {
    // A million is reached where Σ price × size passes 20,000: at the scales of both, 2,000,000,000.
    expect(ruleOf("1000000N")).toEqual({ ok: true, rule: { kind: "value", limit: 2_000_000_000n } });
  });
  test("a value between two steps of price × size is reached at the higher one", () => {
    expect(ruleOf("0.0006N")).toEqual({ ok: true, rule: { kind: "value", limit: 2n } });
  });
  test("an inverse contract has no value bars, and all others", () => {
    const inverse = { ...CONTRACT, contract: "inverse" } as const;
    expect(seriesRule("1000000N", inverse)).toMatchObject({ ok: false, code: "contract-unsupported" });
    expect(["100T", "2.5V", "0.5R"].map((series) => seriesRule(series, inverse).ok)).toEqual([
      true,
      true,
      true,
    ]);
  });
  test("a box is at the scale of prices", () => {
    expect(ruleOf("0.5R")).toEqual({ ok: true, rule: { kind: "renko", box: 50 } });
  });
});

describe("what no series can be is refused by its code", () => {
  test.each([
    "",
    "T",
    "100",
    "100t",
    "100X",
    "0100T",
    "+5T",
    "-5T",
    "1e3T",
    "1.50V",
    "1.V",
    ".5V",
    "1.0R",
    " 1T",
    "1T ",
    "1 T",
    "1_000T",
    "１T",
    "1T\n",
  ])("%j is not how a series is written", (series) => {
    expect(codeOf(series)).toBe("series-format");
    expect(seriesName(series)).toBeUndefined();
  });
  test.each(["0T", "0V", "0N", "0R"])("%s has no threshold", (series) => {
    expect(codeOf(series)).toBe("range");
  });
  test.each(["1.5T", "0.0001V", "0.005R", "0.0000000000001N"])("%s has digits beyond the scale", (series) => {
    expect(codeOf(series)).toBe("scale-exceeded");
  });
  test("more trades than the log can give again are refused", () => {
    expect(codeOf(`${TRADES_IN_BAR_MAX}T`)).toBe("ok");
    expect(codeOf(`${TRADES_IN_BAR_MAX + 1}T`)).toBe("range");
  });
  test("a brick below a tick is refused", () => {
    expect(codeOf("0.25R")).toBe("ok");
    expect(codeOf("0.24R")).toBe("range");
  });
  test("a box that no sum of is a safe integer is refused", () => {
    expect(codeOf("99999999999999R")).toBe("number-range");
    expect(codeOf("999999999999999R")).toBe("number-range");
  });
});
