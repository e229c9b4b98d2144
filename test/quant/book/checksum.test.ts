import { crc32 as crc32OfNode } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Book } from "../../../src/quant/book/book.ts";
import { type Checksum, crc32, isSummed } from "../../../src/quant/book/checksum.ts";

type Levels = readonly (readonly [price: string, size: string])[];
const SCALES = { priceScale: 5, sizeScale: 8 };

function bookOf(bids: Levels, asks: Levels, { priceScale, sizeScale } = SCALES): Book {
  const book = new Book();
  const scaled = (levels: Levels) =>
    levels.map(
      ([price, size]) =>
        [Math.round(Number(price) * 10 ** priceScale), Math.round(Number(size) * 10 ** sizeScale)] as const,
    );
  book.replace(scaled(bids), scaled(asks));
  return book;
}

// The example of https://docs.kraken.com/api/docs/guides/spot-ws-book-v1: ten levels a side, each of 0.00000500.
const KRAKEN_SIZE = "0.00000500";
const KRAKEN_ASKS = [5005, 5010, 5015, 5020, 5025, 5030, 5035, 5040, 5045, 5050];
const KRAKEN_BIDS = [5000, 4995, 4990, 4980, 4975, 4970, 4965, 4960, 4955, 4950];
const levelsAt = (prices: readonly number[]): Levels =>
  prices.map((price) => [`0.0${price}`, KRAKEN_SIZE] as const);
const KRAKEN: Checksum = { kind: "kraken", value: 974_947_235, priceDecimals: 5, sizeDecimals: 8 };

describe("Kraken's sum", () => {
  test("of its published example is the published one", () => {
    const book = bookOf(levelsAt(KRAKEN_BIDS), levelsAt(KRAKEN_ASKS));
    expect(isSummed(book, KRAKEN, SCALES)).toBe(true);
  });

  test("does not depend on our own scales", () => {
    const scales = { priceScale: 7, sizeScale: 6 };
    const book = bookOf(levelsAt(KRAKEN_BIDS), levelsAt(KRAKEN_ASKS), scales);
    expect(isSummed(book, KRAKEN, scales)).toBe(true);
  });

  test("is of ten levels a side: an eleventh changes nothing, another size of the tenth all", () => {
    const deeper = bookOf(levelsAt([...KRAKEN_BIDS, 4940]), levelsAt([...KRAKEN_ASKS, 5060]));
    expect(isSummed(deeper, KRAKEN, SCALES)).toBe(true);
    deeper.set("bids", 4950, 501);
    expect(isSummed(deeper, KRAKEN, SCALES)).toBe(false);
  });
});

// The two examples of OKX's own page: sides of one length, and bids that end first.
describe("OKX's sum", () => {
  const scales = { priceScale: 1, sizeScale: 0 };
  const summed = (bids: Levels, asks: Levels, value: number) =>
    isSummed(bookOf(bids, asks, scales), { kind: "okx", value }, scales);
  const asks: Levels = [
    ["3366.8", "9"],
    ["3368", "8"],
  ];

  test("of its published examples is the published one", () => {
    const bids: Levels = [
      ["3366.1", "7"],
      ["3366", "6"],
    ];
    expect(summed(bids, asks, -1_881_014_294)).toBe(true);
    expect(summed([["3366.1", "7"]], [...asks, ["3372", "8"]], 831_078_360)).toBe(true);
    expect(summed([["3366.1", "7"]], [...asks, ["3372", "9"]], 831_078_360)).toBe(false);
  });
});

test("the sum of a text is that of the standard", () => {
  expect(crc32("123456789")).toBe(0xcbf43926);
  for (const text of ["", "0", "3366.1:7:3366.8:9", "5".repeat(999)])
    expect(crc32(text)).toBe(crc32OfNode(text));
});
