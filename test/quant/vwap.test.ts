import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalText, divideHalfEven } from "../../src/domain/decimal.ts";
import { vwapText } from "../../src/quant/vwap.ts";

const priceScale = fc.integer({ min: 0, max: 18 });
/** Of one trade, of a busy minute, around the largest safe integer, and beyond all of them. */
const sum = fc.oneof(
  ...[10n, 10n ** 4n, 10n ** 9n, 10n ** 15n, 2n ** 54n, 10n ** 40n].map((max) => fc.bigInt({ min: 1n, max })),
);
const exactly = (v: bigint, pv: bigint, scale: number): string =>
  decimalText(divideHalfEven(pv, v * 10n ** BigInt(scale), 8), 8);

test("it is the quotient of the sums, whatever their size", () => {
  fc.assert(
    fc.property(sum, sum, fc.boolean(), priceScale, (v, worth, isNegative, scale) => {
      const pv = isNegative ? -worth : worth;
      expect(vwapText({ v, pv }, scale)).toBe(exactly(v, pv, scale));
    }),
    { numRuns: 2_000 },
  );
});

test("near a tie, too, it is rounded as one is", () => {
  const near = fc.constantFrom(-1n, 0n, 1n);
  const half = fc.bigInt({ min: 1n, max: 10n ** 8n });
  const place = fc.integer({ min: 0, max: 8 });
  fc.assert(
    fc.property(half, half, near, place, (size, average, off, scale) => {
      // (average + 1/2) at the last decimal, where the size and the scale let it be.
      const [v, unit] = [2n * size * 10n ** BigInt(8 - scale), size];
      const pv = (2n * average + 1n) * unit + off;
      expect(vwapText({ v, pv }, scale)).toBe(exactly(v, pv, scale));
    }),
    { numRuns: 1_000 },
  );
});

test("nothing traded has none", () => {
  expect(vwapText({ v: 0n, pv: 0n }, 2)).toBeNull();
});

test("it has eight decimals at most, and every digit before them", () => {
  expect(vwapText({ v: 3n, pv: 20_000n }, 2)).toBe("66.66666667");
  expect(vwapText({ v: 2n, pv: 9_007_199_254_740_991n }, 2)).toBe("45035996273704.955");
});
