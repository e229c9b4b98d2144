/** Drawdown and run-up against every pair of moments, and against published examples. */
import { describe, expect, test } from "vitest";
import {
  type Curve,
  type CurveCandle,
  currentFall,
  curveOf,
  joined,
} from "../../../src/quant/performance/curve.ts";
import { candlesOf } from "./candles.ts";

const over = (candles: readonly CurveCandle[]): Curve =>
  candles.map(curveOf).reduce<Curve | undefined>(joined, undefined) as Curve;
const seeds = Array.from({ length: 60 }, (_, seed) => seed + 1);

/** Every fall that is certain, one by one: from a candle's open to its low, from its high to its close, and from each high to each later low. */
function largestFall(candles: readonly CurveCandle[]): bigint {
  const falls = candles.flatMap(({ open, high, low, close }, index) => [
    open - low,
    high - close,
    ...candles.slice(index + 1).map((later) => high - later.low),
  ]);
  return falls.reduce((most, fall) => (fall > most ? fall : most), 0n);
}
const upsideDown = (candles: readonly CurveCandle[]): CurveCandle[] =>
  candles.map(({ start, end, open, high, low, close }) => ({
    ...{ start, end },
    ...{ open: -open, high: -low, low: -high, close: -close },
  }));

describe("a curve told by candles", () => {
  test.each(seeds)("has the largest fall and rise of all that are certain (seed %i)", (seed) => {
    const candles = candlesOf(seed, 40);
    const { fall, rise } = over(candles);
    expect(fall.by).toBe(largestFall(candles));
    expect(rise.by).toBe(largestFall(upsideDown(candles)));
  });

  test.each(seeds)("says between which moments they lie (seed %i)", (seed) => {
    for (const { by, from, to } of [over(candlesOf(seed, 40)).fall, over(candlesOf(seed, 40)).rise]) {
      expect(by).toBe(from.value < to.value ? to.value - from.value : from.value - to.value);
      expect(from.at).toBeLessThanOrEqual(to.at);
    }
  });

  test.each(seeds)("is the same in whatever stretches its candles are joined (seed %i)", (seed) => {
    const candles = candlesOf(seed, 30);
    const whole = over(candles);
    for (const cut of [1, 7, 15, 29]) {
      expect(joined(over(candles.slice(0, cut)), over(candles.slice(cut)))).toEqual(whole);
      const [a, b, c] = [candles.slice(0, cut), candles.slice(cut, cut + 1), candles.slice(cut + 1)];
      if (c.length === 0) continue;
      expect(joined(joined(over(a), over(b)), over(c))).toEqual(joined(over(a), joined(over(b), over(c))));
    }
  });

  test("falls by no more than what any path through its candles could, and by no less than what all must", () => {
    const candle = { start: 0, end: 60_000, open: 10n, high: 15n, low: 4n, close: 12n };
    // High first: 15 to 4. Low first: 10 to 4, then 15 to 12. Six is certain, eleven is possible.
    expect(over([candle]).fall.by).toBe(6n);
  });

  test("that only rises has no fall, and stands at its high", () => {
    const rising = [1n, 2n, 3n].map((to, index) => ({
      ...{ start: index * 60_000, end: (index + 1) * 60_000 },
      ...{ open: to - 1n, high: to, low: to - 1n, close: to },
    }));
    const curve = over(rising);
    expect([curve.fall.by, currentFall(curve).by, curve.rise.by]).toEqual([0n, 0n, 3n]);
  });
});

/** Values of a portfolio at points in time: each candle leads from one to the next. */
const through = (values: readonly number[]): Curve =>
  over(
    values.slice(1).map((value, index) => {
      const [open, close] = [BigInt(values[index] ?? 0), BigInt(value)];
      const sides = open > close ? { high: open, low: close } : { high: close, low: open };
      return { start: index, end: index + 1, open, ...sides, close };
    }),
  );

describe("published examples of the maximum drawdown", () => {
  test.each([
    // Investopedia, "Maximum Drawdown (MDD)".
    [[500_000, 750_000, 400_000, 600_000, 350_000, 800_000], 750_000n, 350_000n, 53.33],
    // YCharts glossary, "Max Drawdown".
    [[100_000, 150_000, 90_000, 120_000, 80_000, 200_000], 150_000n, 80_000n, 46.67],
    // QuantInsti glossary, "Maximum Drawdown"; it is 85 %.
    [[10_000, 50_000, 7_500, 55_000, 48_000], 50_000n, 7_500n, 85],
  ])("%j", (values, peak, trough, percent) => {
    const { by, from, to } = through(values).fall;
    expect([from.value, to.value]).toEqual([peak, trough]);
    expect((Number(by) / Number(from.value)) * 100).toBeCloseTo(percent, 2);
  });
});
