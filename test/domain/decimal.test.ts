import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bareDecimal,
  DECIMAL_PATTERN,
  decimalsOf,
  decimalText,
  divideHalfEven,
  scaledBigint,
  scaledInteger,
} from "../../src/domain/decimal.ts";

const scale = fc.integer({ min: 0, max: 12 });

test("zeros that say nothing leave a decimal, with the point before them, and nothing else does", () => {
  const texts = fc.stringMatching(/^-?(0|[1-9][0-9]{0,4})(\.[0-9]{1,5}0{0,3})?$/);
  fc.assert(
    fc.property(texts, (text) => {
      const bare = bareDecimal(text);
      expect(scaledBigint(bare, 18)).toEqual(scaledBigint(text, 18));
      expect(bare).not.toMatch(/\.\d*0$|\.$|^-0$/);
      expect(text.startsWith(bare) || text.startsWith("-0")).toBe(true);
    }),
  );
});

describe("reading", () => {
  test.each([
    ["0", 2, 0n],
    ["-0", 2, 0n],
    ["1", 2, 100n],
    ["1.5", 2, 150n],
    ["1.50", 1, 15n],
    ["-1.25", 2, -125n],
    ["0.000000000001", 12, 1n],
    ["99999999999999999999", 0, 99_999_999_999_999_999_999n],
  ])("%s at scale %i is %s", (text, at, value) => {
    expect(scaledBigint(text, at)).toEqual({ ok: true, value });
  });

  test.each([
    "",
    " ",
    "+1",
    "1.",
    ".5",
    "01",
    "1e5",
    "1E5",
    "0x1",
    "1,5",
    "1 ",
    " 1",
    "--1",
    "NaN",
    "Infinity",
    "1.0.0",
    "１",
    "1_000",
    "100000000000000000000",
  ])("%j is no decimal", (text) => {
    expect(scaledBigint(text, 12)).toEqual({ ok: false, code: "number-format" });
  });

  test("digits beyond the scale are refused, never rounded, and trailing zeros are none", () => {
    expect(scaledBigint("1.001", 2)).toEqual({ ok: false, code: "scale-exceeded" });
    expect(scaledBigint("1.0000", 0)).toEqual({ ok: true, value: 1n });
  });

  test("a safe integer is the most that an integer may be, and a zero has no sign", () => {
    expect(scaledInteger("9007199254740991", 0)).toEqual({ ok: true, value: Number.MAX_SAFE_INTEGER });
    expect(scaledInteger("9007199254740992", 0)).toEqual({ ok: false, code: "number-range" });
    expect(scaledInteger("-9007199254740.993", 3)).toEqual({ ok: false, code: "number-range" });
    expect(Object.is((scaledInteger("-0.00", 2) as { value: number }).value, 0)).toBe(true);
  });

  test("decimals that matter", () => {
    expect(["1", "1.0", "1.2500", "-0.10", "0.000", "10"].map(decimalsOf)).toEqual([0, 0, 2, 1, 0, 0]);
  });
});

describe("writing", () => {
  test.each([
    [0n, 0, "0"],
    [0n, 12, "0"],
    [1250n, 2, "12.5"],
    [-1250n, 2, "-12.5"],
    [5n, 3, "0.005"],
    [-5n, 3, "-0.005"],
    [1_000n, 0, "1000"],
    [1_000n, 3, "1"],
    [10n ** 30n, 12, "1000000000000000000"],
  ])("%s at scale %i is %s", (value, at, text) => {
    expect(decimalText(value, at)).toBe(text);
  });

  test("what is written is read back as the same number", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }), scale, (value, at) => {
        const text = decimalText(value, at);
        expect(text).toMatch(DECIMAL_PATTERN);
        expect(scaledBigint(text, at)).toEqual({ ok: true, value });
        expect(decimalsOf(text)).toBeLessThanOrEqual(at);
      }),
    );
  });

  test("is what division by the power of ten says, digit by digit", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 26n), max: 10n ** 26n }), scale, (value, at) => {
        const unit = 10n ** BigInt(at);
        const magnitude = value < 0n ? -value : value;
        const fraction = (magnitude % unit).toString().padStart(at, "0").replace(/0+$/, "");
        const plain = `${magnitude / unit}${at === 0 || fraction === "" ? "" : `.${fraction}`}`;
        expect(decimalText(value, at)).toBe(value < 0n ? `-${plain}` : plain);
      }),
      { numRuns: 5_000 },
    );
  });

  test("an integer is written like the bigint of its value", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), scale, (value, at) => {
        expect(decimalText(value, at)).toBe(decimalText(BigInt(value), at));
      }),
    );
  });
});

describe("dividing", () => {
  test.each([
    [1n, 2n, 0, 0n],
    [3n, 2n, 0, 2n],
    [5n, 2n, 0, 2n],
    [-1n, 2n, 0, 0n],
    [-3n, 2n, 0, -2n],
    [-5n, 2n, 0, -2n],
    [1n, 3n, 4, 3_333n],
    [2n, 3n, 4, 6_667n],
    [-2n, 3n, 4, -6_667n],
    [1n, 8n, 2, 12n],
    [3n, 8n, 2, 38n],
    [0n, 7n, 8, 0n],
  ])("%s / %s at %i decimals is %s, ties to even", (numerator, denominator, decimals, quotient) => {
    expect(divideHalfEven(numerator, denominator, decimals)).toBe(quotient);
  });

  test("the quotient is the nearest there is, and even where two are", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.bigInt({ min: 1n, max: 10n ** 20n }),
        scale,
        (top, bottom, decimals) => {
          const quotient = divideHalfEven(top, bottom, decimals);
          const rest = top * 10n ** BigInt(decimals) - quotient * bottom;
          const twice = rest < 0n ? -2n * rest : 2n * rest;
          expect(twice < bottom || (twice === bottom && quotient % 2n === 0n)).toBe(true);
        },
      ),
    );
  });
});

test("a short text is the integer that the long way makes of it, at each scale", () => {
  const digits = fc.string({ unit: fc.constantFrom("0", "1", "9", ".", "-", "5"), maxLength: 24 });
  const largest = BigInt(Number.MAX_SAFE_INTEGER);
  const nearLargest = fc
    .tuple(fc.bigInt({ min: largest - 40n, max: largest + 40n }), fc.nat(12), fc.nat(6))
    .map(([value, point, zeros]) => {
      const text = `${value}${"0".repeat(zeros)}`;
      return point === 0 ? text : `${text.slice(0, -point)}.${text.slice(-point)}`;
    });
  fc.assert(
    fc.property(fc.oneof(digits, nearLargest), fc.integer({ min: 0, max: 18 }), (text, scale) => {
      const long = scaledBigint(text, scale);
      const short = scaledInteger(text, scale);
      if (!long.ok) expect(short).toEqual(long);
      else if (short.ok) expect(BigInt(short.value)).toBe(long.value);
      else expect(Number.isSafeInteger(Number(long.value))).toBe(false);
    }),
    { numRuns: 20_000, seed: 3 },
  );
});
