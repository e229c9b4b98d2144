/** Metrics of a book as it stands, against a book that is taken apart unit by unit. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BookSide } from "../../../src/quant/book/book.ts";
import { depthWithin } from "../../../src/quant/depth/depth-within.ts";
import { ExactSum } from "../../../src/quant/depth/exact-sum.ts";
import { distanceWeightedImbalance, imbalance } from "../../../src/quant/depth/imbalance.ts";
import { sweepCost, sweepSize, sweepValue } from "../../../src/quant/depth/sweep.ts";
import { doubleMid, microprice, midOf, spreadOf } from "../../../src/quant/depth/touch.ts";

const side = (...levels: readonly (readonly [number, number])[]): BookSide => ({
  prices: levels.map(([price]) => price),
  sizes: levels.map(([, size]) => size),
});
const asks = fc
  .uniqueArray(fc.integer({ min: 101, max: 160 }), { maxLength: 12 })
  .chain((prices) =>
    fc.tuple(
      fc.constant(prices.toSorted((one, other) => one - other)),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: prices.length, maxLength: prices.length }),
    ),
  )
  .map(([prices, sizes]): BookSide => ({ prices, sizes }));
/** A price for each unit of size, best first. */
const unitsOf = ({ prices, sizes }: BookSide): number[] =>
  prices.flatMap((price, at) => Array.from({ length: sizes[at]! }, () => price));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);

describe("the touch", () => {
  const touch = { bid: [99, 30], ask: [101, 10] } as const;
  test("has a spread in prices, basis points of the middle, and ticks", () => {
    expect(spreadOf(touch, 2)).toEqual({ absolute: 2, bps: 200, ticks: 1 });
    expect(spreadOf({ bid: [101, 1], ask: [99, 1] }, 1).bps).toBe(-200);
    expect([midOf({ bid: [99, 1], ask: [100, 1] }), doubleMid({ bid: [99, 1], ask: [100, 1] })]).toEqual([
      99.5,
      199n,
    ]);
  });
  test("has a microprice: each price weighted by the size that stands against it", () => {
    expect(microprice(touch)).toBe((101 * 30 + 99 * 10) / 40);
    expect(microprice({ bid: [99, 5], ask: [101, 5] })).toBe(100);
  });
  test("keeps the microprice between both prices, also where their products are beyond 2^53", () => {
    const price = Number.MAX_SAFE_INTEGER - 2;
    const value = microprice({ bid: [price, 3], ask: [price + 2, 1] });
    expect(value).toBeGreaterThanOrEqual(price);
    expect(value).toBeLessThanOrEqual(price + 2);
  });
});

describe("imbalance", () => {
  const bids = side([100, 6], [99, 2], [90, 100]);
  const offers = side([101, 2], [102, 6]);
  test("is the share by which bids outweigh asks, over as many levels as are asked or are there", () => {
    expect(imbalance(bids, offers, 1)).toBe(0.5);
    expect(imbalance(bids, offers, 2)).toBe(0);
    expect(imbalance(bids, offers, 5)).toBe(100 / 116);
    expect(imbalance(side(), offers, 5)).toBe(-1);
    expect(imbalance(side(), side(), 5)).toBeNull();
  });
  test("weighted by distance, a level counts in a straight line from the middle to where reach ends", () => {
    // Middle 1,000, reach 100 bps = 10: 998 counts 0.8, 995 counts 0.5, 990 nothing.
    const near = side([998, 10], [995, 4], [990, 1_000]);
    const far = side([1_002, 5], [1_009, 20]);
    expect(distanceWeightedImbalance(near, far, 1_000, 100)).toBeCloseTo((10 - 6) / (10 + 6), 12);
    expect(distanceWeightedImbalance(side([990, 1]), side([1_010, 1]), 1_000, 100)).toBeNull();
  });
  test("turns its sign where the sides are exchanged, and knows no unit of size", () => {
    void fc.assert(
      fc.property(asks, asks, fc.integer({ min: 1, max: 12 }), (one, other, levels) => {
        const mirrored = (at: BookSide): BookSide => ({
          ...at,
          prices: at.prices.map((price) => 200 - price),
        });
        const bigger = (at: BookSide): BookSide => ({ ...at, sizes: at.sizes.map((size) => 1_024 * size) });
        const plain = imbalance(one, other, levels);
        expect(imbalance(other, one, levels)).toBe(plain === null ? null : 0 - plain);
        expect(imbalance(bigger(one), bigger(other), levels)).toBe(plain);
        const weighted = distanceWeightedImbalance(mirrored(one), other, 100, 2_500);
        const turned = distanceWeightedImbalance(mirrored(other), one, 100, 2_500);
        if (weighted === null) expect(turned).toBeNull();
        else expect(turned).toBeCloseTo(-weighted, 10);
      }),
    );
  });
});

describe("a sweep", () => {
  test("takes unit by unit, best first, and says what it could not fill", () => {
    void fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: 130 }), (book, size) => {
        const taken = unitsOf(book).slice(0, size);
        expect(sweepSize(book, size)).toEqual({
          filled: BigInt(taken.length),
          value: BigInt(sum(taken)),
          worst: taken.at(-1),
          exhausted: taken.length < size,
        });
      }),
    );
  });
  test("by value buys as long as the next unit can be paid", () => {
    void fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: 20_000 }), (book, budget) => {
        const units = unitsOf(book);
        let paid = 0;
        let count = 0;
        while (count < units.length && paid + units[count]! <= budget) paid += units[count++]!;
        const swept = sweepValue(book, BigInt(budget));
        expect([swept.filled, swept.value, swept.worst]).toEqual([
          BigInt(count),
          BigInt(paid),
          units[count - 1],
        ]);
        expect(swept.exhausted).toBe(count === units.length && paid < budget);
      }),
    );
  });
  test("costs nothing against the touch where the best level is enough, and half the spread against the middle", () => {
    const touch = { bid: [99, 5], ask: [101, 5] } as const;
    const cost = sweepCost("buy", sweepSize(side([101, 5], [120, 5]), 5), 101, touch);
    expect(cost).toEqual({ vwap: 101, slippageMidBps: 100, slippageTouchBps: 0 });
    const sold = sweepCost("sell", sweepSize(side([99, 5], [80, 5]), 10), 99, touch);
    expect(sold?.vwap).toBe(89.5);
    expect(sold?.slippageMidBps).toBeCloseTo(1_050, 9);
    expect(sold?.slippageTouchBps).toBeCloseTo((9.5 / 99) * 10_000, 9);
    expect(
      Object.is(sweepCost("sell", sweepSize(side([99, 5]), 5), 99, undefined)?.slippageTouchBps, 0),
    ).toBe(true);
  });
  test("has no cost where nothing stands, and none against a middle that is not there", () => {
    expect(sweepCost("buy", sweepSize(side(), 5), 0, undefined)).toBeNull();
    expect(sweepCost("buy", sweepSize(side([101, 1]), 5), 101, undefined)?.slippageMidBps).toBeNull();
  });
  test("never gets cheaper by the unit as it grows", () => {
    void fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: 60 }), (book, size) => {
        const [one, more] = [sweepSize(book, size), sweepSize(book, size + 7)];
        if (one.filled === 0n) return;
        expect(more.value * one.filled >= one.value * more.filled).toBe(true);
      }),
    );
  });
  test("is exact where sizes times prices pass 2^53", () => {
    const size = 2 ** 52 + 1;
    expect(sweepSize(side([3, size], [2 ** 52 + 3, 5]), size + 5)).toEqual({
      filled: BigInt(size) + 5n,
      value: 3n * BigInt(size) + 5n * (2n ** 52n + 3n),
      worst: 2 ** 52 + 3,
      exhausted: false,
    });
  });
});

describe("depth within basis points", () => {
  test("counts what lies within, its limit included, by fractions", () => {
    void fc.assert(
      fc.property(
        asks,
        fc.integer({ min: 80, max: 100 }),
        fc.constantFrom(5, 10, 25, 500, 2_000),
        (book, bid, bps) => {
          const [best] = book.prices;
          if (best === undefined) return;
          const twice = bid + best;
          // price ≤ mid × (1 + bps / 10,000), without a division.
          const units = unitsOf(book).filter((price) => 20_000 * price <= twice * (10_000 + bps));
          const found = depthWithin("asks", book, BigInt(twice), bps, undefined);
          expect([found.size, found.value]).toEqual([BigInt(units.length), BigInt(sum(units))]);
          const bids = { ...book, prices: book.prices.map((price) => 300 - price) };
          const below = unitsOf(bids).filter((price) => 20_000 * price >= (600 - twice) * (10_000 - bps));
          const mirrored = depthWithin("bids", bids, BigInt(600 - twice), bps, undefined);
          expect([mirrored.size, mirrored.value]).toEqual([BigInt(below.length), BigInt(sum(below))]);
        },
      ),
    );
  });
  test("is complete where the book is known up to the limit", () => {
    // Middle 10,000, 25 bps: bids from 9,975 on.
    const complete = (knownTo: number | undefined) =>
      depthWithin("bids", side([9_999, 1], [9_970, 5]), 20_000n, 25, knownTo).complete;
    expect([complete(undefined), complete(9_970), complete(9_975)]).toEqual([true, true, true]);
    expect(complete(9_976)).toBe(false);
  });
});

test("an exact sum is that of integers of any length", () => {
  void fc.assert(
    fc.property(fc.array(fc.tuple(fc.maxSafeNat(), fc.maxSafeNat())), (pairs) => {
      const products = new ExactSum();
      const sizes = new ExactSum();
      for (const [price, size] of pairs) {
        products.addProduct(price, size);
        sizes.add(size);
      }
      expect(products.value).toBe(
        pairs.reduce((total, [price, size]) => total + BigInt(price) * BigInt(size), 0n),
      );
      expect(sizes.value).toBe(pairs.reduce((total, [, size]) => total + BigInt(size), 0n));
    }),
  );
});
