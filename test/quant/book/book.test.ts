import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BOOK_SIDES, Book, type BookSideName, isCrossed, isLocked } from "../../../src/quant/book/book.ts";

type Update = readonly [side: BookSideName, price: number, size: number];
const update = (pricesMax: number): fc.Arbitrary<Update> =>
  fc.tuple(
    fc.constantFrom(...BOOK_SIDES),
    fc.integer({ min: -3, max: pricesMax }),
    fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 })),
  );

/** A book without a bound, sorted when it is asked. */
class Oracle {
  readonly sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };

  set(side: BookSideName, price: number, size: number): void {
    if (size === 0) this.sides[side].delete(price);
    else this.sides[side].set(price, size);
  }

  levels(side: BookSideName): { prices: number[]; sizes: number[] } {
    const sorted = [...this.sides[side]].sort(([a], [b]) => (side === "bids" ? b - a : a - b));
    return { prices: sorted.map(([price]) => price), sizes: sorted.map(([, size]) => size) };
  }
}

describe("a book", () => {
  test("is what a map of all prices, sorted, is", () => {
    void fc.assert(
      fc.property(fc.array(update(400), { maxLength: 900 }), (updates) => {
        const book = new Book();
        const oracle = new Oracle();
        for (const [side, price, size] of updates) {
          book.set(side, price, size);
          oracle.set(side, price, size);
          expect(book.sizeAt(side, price)).toBe(size);
        }
        for (const side of BOOK_SIDES) {
          const expected = oracle.levels(side);
          expect(book.levels(side)).toEqual(expected);
          expect(book.count(side)).toBe(expected.prices.length);
          expect(book.levels(side, 7)).toEqual({
            prices: expected.prices.slice(0, 7),
            sizes: expected.sizes.slice(0, 7),
          });
        }
        expect(book.bestBid?.[0]).toBe(oracle.levels("bids").prices[0]);
        expect(book.bestAsk?.[0]).toBe(oracle.levels("asks").prices[0]);
      }),
      { numRuns: 40 },
    );
  });

  test("has all levels up to the price that it knows to, with their sizes, whatever has left", () => {
    void fc.assert(
      fc.property(fc.array(update(60), { maxLength: 400 }), (updates) => {
        const book = new Book(8);
        const oracle = new Oracle();
        for (const [side, price, size] of updates) {
          book.set(side, price, size);
          oracle.set(side, price, size);
          expect(book.count(side)).toBeLessThanOrEqual(8);
        }
        for (const side of BOOK_SIDES) {
          const knownTo = book.knownTo(side) ?? (side === "bids" ? -100 : 100);
          const isKnown = (price: number) => (side === "bids" ? price >= knownTo : price <= knownTo);
          const { prices, sizes } = oracle.levels(side);
          const known = prices.filter(isKnown);
          const kept = book.levels(side);
          expect(kept.prices.filter(isKnown)).toEqual(known);
          expect(kept.sizes.slice(0, known.length)).toEqual(sizes.slice(0, known.length));
        }
      }),
    );
  });

  test("knows to the farthest level of a snapshot, in whatever order its levels come", () => {
    const book = new Book();
    book.set("bids", 1, 1);
    book.replace(
      [
        [98, 1],
        [99, 2],
        [95, 3],
      ],
      [
        [103, 4],
        [101, 5],
      ],
    );
    expect(book.levels("bids")).toEqual({ prices: [99, 98, 95], sizes: [2, 1, 3] });
    expect(book.levels("asks")).toEqual({ prices: [101, 103], sizes: [5, 4] });
    expect([book.knownTo("bids"), book.knownTo("asks")]).toEqual([95, 103]);
    book.set("bids", 90, 1);
    expect([book.count("bids"), book.knownTo("bids")]).toEqual([4, 95]);
  });

  test("of more levels than it keeps has the nearest", () => {
    const book = new Book(3);
    book.replace(
      [1, 2, 3, 4, 5].map((price) => [price, price] as const),
      [5, 4, 3, 2, 1].map((price) => [price, price] as const),
    );
    expect(book.levels("bids").prices).toEqual([5, 4, 3]);
    expect(book.levels("asks").prices).toEqual([1, 2, 3]);
    expect([book.knownTo("bids"), book.knownTo("asks")]).toEqual([3, 3]);
  });

  test("is crossed where a buyer pays more than a seller asks, locked where as much", () => {
    const at = (bid: number, ask: number) => {
      const book = new Book();
      book.replace([[bid, 1]], [[ask, 1]]);
      return [isCrossed(book), isLocked(book)];
    };
    expect([at(99, 100), at(100, 100), at(101, 100)]).toEqual([
      [false, false],
      [false, true],
      [true, false],
    ]);
    expect([isCrossed(new Book()), isLocked(new Book())]).toEqual([false, false]);
  });
});
