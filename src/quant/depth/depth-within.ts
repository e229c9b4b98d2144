/** How much stands near the middle: size and value of a side within some basis points of it. */
import type { BookSide, BookSideName } from "../book/book.ts";
import { ExactSum } from "./exact-sum.ts";

export type DepthWithin = {
  /** Σ size and Σ price × size, both exact. */
  readonly size: bigint;
  readonly value: bigint;
  /** Whether every level up to there is known. */
  readonly complete: boolean;
};

const BPS = 10_000n;

/** `bps` is an integer; a level that lies exactly on the limit is within. `knownTo` is the farthest price up to which the side is known. */
export function depthWithin(
  name: BookSideName,
  { prices, sizes }: BookSide,
  doubleMid: bigint,
  bps: number,
  knownTo: number | undefined,
): DepthWithin {
  const limit = limitOf(name, doubleMid, BigInt(bps));
  const isWithin = (price: number): boolean => (name === "bids" ? price >= limit : price <= limit);
  const size = new ExactSum();
  const value = new ExactSum();
  for (let at = 0; at < prices.length; at++) {
    const price = prices[at] ?? 0;
    if (!isWithin(price)) break;
    size.add(sizes[at] ?? 0);
    value.addProduct(price, sizes[at] ?? 0);
  }
  const complete = knownTo === undefined || knownTo === limit || !isWithin(knownTo);
  return { size: size.value, value: value.value, complete };
}

/** The farthest price within: in integers, since a product of prices and basis points may be rounded in numbers. */
function limitOf(name: BookSideName, doubleMid: bigint, bps: bigint): number {
  if (name === "asks") return Number((doubleMid * (BPS + bps)) / (2n * BPS));
  const numerator = doubleMid * (BPS - bps);
  return Number((numerator + 2n * BPS - 1n) / (2n * BPS));
}
