import { describe, expect, test } from "vitest";
import { rootCeil, rootFloor } from "../../../src/domain/integer-root.ts";
import { normalDensity, normalQuantile } from "../../../src/quant/covariance/normal.ts";

describe("a quantile of the normal distribution", () => {
  test.each([
    // Abramowitz and Stegun, table 26.5, and Wichura's own check values.
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.995, 2.5758293035489004],
    [0.999, 3.090232306167813],
    [0.9999, 3.719016485455709],
    [0.999999, 4.753424308822899],
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167813],
  ])("of %d is %d", (share, quantile) => {
    // What a float has lost of 1 − share is seen in the far tail.
    expect(normalQuantile(share)).toBeCloseTo(quantile, share > 0.9999 ? 10 : 12);
  });

  test("is that of the other side with its sign turned", () => {
    for (let share = 0.001; share < 0.5; share += 0.013)
      expect(normalQuantile(share)).toBeCloseTo(-normalQuantile(1 - share), 12);
  });

  test("is what the integral of the density comes back to", () => {
    for (const share of [0.6, 0.8, 0.95, 0.99]) {
      const end = normalQuantile(share);
      const steps = 20_000;
      let integral = 0.5;
      for (let step = 0; step < steps; step++)
        integral += (normalDensity(((step + 0.5) * end) / steps) * end) / steps;
      expect(integral).toBeCloseTo(share, 8);
    }
  });
});

describe("a whole number's root", () => {
  const numbers = [
    0n,
    1n,
    2n,
    3n,
    4n,
    15n,
    16n,
    17n,
    2n ** 53n,
    2n ** 106n - 1n,
    2n ** 106n,
    10n ** 400n + 7n,
  ];

  test("is the largest, or the smallest, whose square is on its side", () => {
    for (const root of [...numbers, 3_037_000_499n, 94_906_267n ** 2n + 1n])
      for (const value of [root * root - 1n, root * root, root * root + 1n, root]) {
        if (value < 0n) continue;
        const [floor, ceil] = [rootFloor(value), rootCeil(value)];
        expect(floor * floor <= value && (floor + 1n) * (floor + 1n) > value).toBe(true);
        expect(ceil * ceil >= value && (ceil === 0n || (ceil - 1n) * (ceil - 1n) < value)).toBe(true);
      }
  });

  test("of what is below zero is 0", () => {
    expect([rootFloor(-4n), rootCeil(-4n)]).toEqual([0n, 0n]);
  });
});
