/** Sharpe and Sortino against the numbers that the tests of quantopian/empyrical publish, and by their laws. */
import { describe, expect, test } from "vitest";
import { sharpeOf, sortinoOf } from "../../../src/quant/performance/returns.ts";

const percent = (...returns: number[]): number[] => returns.map((value) => value / 100);
/** empyrical/tests/test_stats.py (Apache-2.0): its daily returns, 252 days a year, a risk-free rate and a required return of 0. */
const MIXED = percent(1, 10, -4, 2, 3, 2, 1, -10);
const POSITIVE = percent(1, 2, 1, 1, 1, 1, 1, 1, 1);
const NEGATIVE = percent(0, -6, -7, -1, -9, -2, -6, -8, -5);

describe("published vectors", () => {
  test.each([
    [MIXED, 1.7238613961706866],
    [POSITIVE, 52.915026221291804],
    [NEGATIVE, -24.406808633910085],
  ])("Sharpe of %j", (returns, expected) => expect(sharpeOf(returns, 252)).toBeCloseTo(expected, 8));

  test.each([
    [MIXED, 2.605531251673693],
    [NEGATIVE, -13.532743075043401],
  ])("Sortino of %j", (returns, expected) => expect(sortinoOf(returns, 252)).toBeCloseTo(expected, 8));
});

describe("laws", () => {
  test("both stay as they are under another capital", () => {
    for (const capital of [1, 50_000, 1e9]) {
      const money = MIXED.map((value) => value * capital);
      expect(sharpeOf(money, 252)).toBeCloseTo(sharpeOf(MIXED, 252) ?? 0, 10);
      expect(sortinoOf(money, 252)).toBeCloseTo(sortinoOf(MIXED, 252) ?? 0, 10);
    }
  });

  test("a year of 365 days is √(365/252) of one of 252", () => {
    expect(sharpeOf(MIXED, 365)).toBeCloseTo((sharpeOf(MIXED, 252) ?? 0) * Math.sqrt(365 / 252), 10);
  });

  test("the mean turns their sign", () => {
    const turned = MIXED.map((value) => -value);
    expect(sharpeOf(turned, 252)).toBeCloseTo(-(sharpeOf(MIXED, 252) ?? 0), 10);
  });

  test("neither is known of one day, of days that are all the same, or, for Sortino, without a loss", () => {
    expect([sharpeOf([], 252), sharpeOf([0.1], 252), sortinoOf([-0.1], 252)]).toEqual([null, null, null]);
    expect([sharpeOf([1, 1], 252), sharpeOf([0, 0], 252), sortinoOf([0, 0], 252)]).toEqual([
      null,
      null,
      null,
    ]);
    expect(sortinoOf(POSITIVE, 252)).toBeNull();
  });
});
