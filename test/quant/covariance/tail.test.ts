import { describe, expect, test } from "vitest";
import { historicalTail, parametricTail } from "../../../src/quant/covariance/tail.ts";

describe("what a book may lose", () => {
  test("by the normal distribution is z σ, and beyond it on average σ φ(z) / (1 − c)", () => {
    // J. Hull, Risk Management and Financial Institutions: 2.326 and 2.665 at 99 %.
    const { var: loss, es } = parametricTail(10, 0.99);
    expect(loss).toBeCloseTo(23.2634787404, 9);
    expect(es).toBeCloseTo(26.6521422, 6);
  });

  test("by history is the loss that so many do not exceed, and the mean of those beyond", () => {
    const profits = Array.from({ length: 100 }, (_, index) => (index + 1) * (index % 2 === 0 ? -1 : 1));
    // Losses above zero are 99, 97, 95 …: 95 of 100 are not above 89.
    expect(historicalTail(profits, 0.95)).toEqual({ var: 89, es: (99 + 97 + 95 + 93 + 91) / 5 });
    expect(historicalTail(profits, 0.99)).toEqual({ var: 97, es: 99 });
  });

  test("by history counts the loss at the edge for its part", () => {
    // Two and a half of ten: the worst two, and half of the third.
    const tail = historicalTail([-10, -9, -8, -7, -6, -5, -4, -3, -2, -1], 0.75)!;
    expect(tail.var).toBe(8);
    expect(tail.es).toBeCloseTo((10 + 9 + 0.5 * 8) / 2.5, 12);
  });

  test("by history is that of the worst where there are too few, and nothing without any", () => {
    expect(historicalTail([-3, 4], 0.99)).toEqual({ var: 3, es: 3 });
    expect(historicalTail([], 0.99)).toBeUndefined();
  });

  test("by history is never below zero only by what was made: a book that always gains loses less than nothing", () => {
    expect(historicalTail([1, 2, 3, 4], 0.5)).toEqual({ var: -3, es: -1.5 });
  });
});
