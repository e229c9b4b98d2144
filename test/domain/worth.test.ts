import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { moneyText } from "../../src/domain/money.ts";
import {
  type Contract,
  converted,
  fxRateOf,
  gainOf,
  isPriceable,
  valueAtPrice,
  valueAtText,
  valueOf,
  valueTraded,
  type Worth,
  worthAt,
} from "../../src/domain/worth.ts";

/** Prices in halves of a dollar's tenth, contracts of 100 dollars, settled in coins. */
const COIN: Contract = { notionalUnit: 100n * 10n ** 13n, contract: "inverse" };
const SHARE: Contract = { notionalUnit: 10n ** 10n };
const worth = (contract: Contract, doubled: number, fx?: Worth): Worth => {
  const found = worthAt(contract, doubled, fx);
  if (found === undefined) throw new Error("no worth at this price");
  return found;
};

describe("the value of a size at a price", () => {
  test("0.00001 BTC at 57,843.21 is 0.5784321", () => {
    expect(moneyText(valueAtPrice({ notionalUnit: 10n ** 5n }, 1n, 5_784_321))).toBe("0.5784321");
  });

  test("the sign follows price and size", () => {
    const values = [valueAtPrice(SHARE, -3n, 5), valueAtPrice(SHARE, 3n, -5), valueAtPrice(SHARE, -3n, -5)];
    expect(values.map(moneyText)).toEqual(["-0.15", "-0.15", "0.15"]);
  });

  test("it is exact where a float is not, up to the largest price and size", () => {
    const largest = Number.MAX_SAFE_INTEGER;
    expect(valueAtPrice({ notionalUnit: 1n }, BigInt(largest), largest)).toBe(BigInt(largest) ** 2n);
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), fc.maxSafeInteger(), (price, one, other) => {
        const unit = { notionalUnit: 3n };
        const apart = valueAtPrice(unit, BigInt(one), price) + valueAtPrice(unit, BigInt(other), price);
        expect(apart).toBe(BigInt(price) * (BigInt(one) + BigInt(other)) * 3n);
      }),
    );
  });
});

describe("the value at a price in text", () => {
  const both = fc.constantFrom(SHARE, COIN);
  const text = (price: number, scale: number): string =>
    scale === 0
      ? String(price)
      : `${Math.floor(price / 10 ** scale)}.${String(price % 10 ** scale).padStart(scale, "0")}`;

  test("is that of the same price at the instrument's scale, trailing zeros or not", () => {
    fc.assert(
      fc.property(
        both,
        fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
        fc.integer({ min: 1, max: 10 ** 9 }),
        (contract, qty, price) => {
          const told = { ...contract, priceScale: 2 };
          expect(valueAtText(told, qty, text(price, 2))).toBe(valueAtPrice(contract, qty, price));
          expect(valueAtText(told, qty, `${text(price, 2)}00`)).toBe(valueAtPrice(contract, qty, price));
        },
      ),
    );
  });

  test("is exact where the price is finer, and rounded once, to 10⁻¹², ties to even", () => {
    const share = { notionalUnit: 1n, priceScale: 0 };
    expect(
      ["0.5", "1.5", "2.5", "-0.5", "-1.5", "0.51"].map((price) => valueAtText(share, 1n, price)),
    ).toEqual([0n, 2n, 2n, 0n, -2n, 1n]);
    expect(valueAtText({ ...SHARE, priceScale: 2 }, 3n, "33.333333333333")).toBe(99_999_999_999_999n);
    // 100 dollars a contract at a price of a third of 100: three coins each, less what the last digit cuts off.
    expect(
      valueAtText(
        { notionalUnit: 10n ** 12n, contract: "inverse", priceScale: 0 },
        1n,
        "0.333333333333333333",
      ),
    ).toBe(3_000_000_000_000n);
  });

  test("is none where the text is no price, or nothing has a value at it", () => {
    for (const price of ["", "x", "1e5", "1.", "0.0000000000000000001"])
      expect(valueAtText({ ...SHARE, priceScale: 2 }, 1n, price)).toBeUndefined();
    for (const price of ["0", "-5"])
      expect(valueAtText({ ...COIN, priceScale: 2 }, 1n, price)).toBeUndefined();
    expect(valueAtText({ ...SHARE, priceScale: 2 }, 1n, "-5")).toBe(valueAtPrice(SHARE, 1n, -500));
  });
});

describe("an inverse contract", () => {
  test("is worth its size and multiplier, divided by the price, in the coin", () => {
    expect(moneyText(valueAtPrice(COIN, 20n, 500_000))).toBe("0.04");
    expect(moneyText(valueOf(-20n, worth(COIN, 1_000_000)))).toBe("-0.04");
  });

  test("is rounded once, to 10⁻¹², ties to even", () => {
    const unit = (notionalUnit: bigint): Contract => ({ notionalUnit, contract: "inverse" });
    expect([1n, 3n, 5n, -1n, -3n].map((qty) => valueAtPrice(unit(1n), qty, 2))).toEqual([
      0n,
      2n,
      2n,
      0n,
      -2n,
    ]);
    expect(valueAtPrice(unit(2n), 1n, 3)).toBe(1n);
    expect(valueOf(1n, worth(unit(2n), 6))).toBe(1n);
  });

  test("has no value at a price of zero or below, and says so", () => {
    expect([worthAt(COIN, 0), worthAt(COIN, -2), isPriceable(COIN, 0)]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    expect([isPriceable(COIN, 1), isPriceable(SHARE, -1)]).toEqual([true, true]);
    expect(() => valueAtPrice(COIN, 1n, 0)).toThrow("above zero");
  });

  test("has traded at the average of its prices, as far as a volume and Σ price × size can say", () => {
    // 20 contracts at 50,000.0 and 20 at 25,000.0: at 37,500.0 on average.
    const priceVolume = 20n * 500_000n + 20n * 250_000n;
    expect(valueTraded(COIN, 40n, priceVolume)).toBe(valueAtPrice(COIN, 40n, 375_000));
    expect(valueTraded(COIN, 0n, 0n)).toBe(0n);
    expect(valueTraded(SHARE, 3n, 15n)).toBe(valueAtPrice(SHARE, 3n, 5));
  });

  test("gains its holder what fewer coins are worth", () => {
    expect([gainOf(COIN, 3n, 5n), gainOf(SHARE, 3n, 5n)]).toEqual([2n, -2n]);
  });
});

describe("a mark between two prices", () => {
  const finest: Contract = { notionalUnit: 1n };
  test("leaves a half of 10⁻¹², which is cut off towards zero", () => {
    expect([1n, 3n, -1n, -3n].map((qty) => valueOf(qty, worth(finest, 3)))).toEqual([1n, 4n, -1n, -4n]);
  });

  test("is worth what the price is where it is one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 9 }),
        fc.bigInt(-(10n ** 12n), 10n ** 12n),
        fc.constantFrom(finest, SHARE, COIN),
        (price, qty, contract) => {
          expect(valueOf(qty, worth(contract, 2 * price))).toBe(valueAtPrice(contract, qty, price));
        },
      ),
    );
  });
});

describe("another currency", () => {
  test("is multiplied by the price of one of theirs, and divided by that of one of ours", () => {
    const euros = fxRateOf(2 * 10_850, 4, "multiply");
    const dollars = fxRateOf(2 * 10_850, 4, "divide");
    expect(moneyText(converted(100n * 10n ** 12n, euros))).toBe("108.5");
    expect(moneyText(converted(108_500_000_000_000n, dollars))).toBe("100");
    expect(moneyText(converted(10n ** 12n, dollars))).toBe("0.921658986175");
  });

  test("has no rate at a mark of zero or below, and money without a rate stays as it is", () => {
    expect([fxRateOf(0, 4, "divide"), fxRateOf(-1, 4, "multiply")]).toEqual([undefined, undefined]);
    expect(converted(7n, undefined)).toBe(7n);
  });

  test("is rounded once in a value: ties to even, not the value and then its conversion", () => {
    const half = { times: 1n, over: 2n };
    expect([1n, 3n, 5n, -3n].map((qty) => valueOf(qty, worth({ notionalUnit: 1n }, 2, half)))).toEqual([
      0n,
      2n,
      2n,
      -2n,
    ]);
    const third = { times: 1n, over: 3n };
    expect(valueOf(1n, worth({ notionalUnit: 1n }, 3, third))).toBe(0n);
  });

  test("converted money is within half of 10⁻¹² of the exact quotient, whatever the rate", () => {
    const rate = fc.record({ times: fc.bigInt(1n, 10n ** 15n), over: fc.bigInt(1n, 10n ** 15n) });
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), rate, (amount, fx) => {
        const off = 2n * (converted(amount, fx) * fx.over - amount * fx.times);
        expect(off <= fx.over && -off <= fx.over).toBe(true);
      }),
    );
  });
});
