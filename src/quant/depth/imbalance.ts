/** Which side of a book is heavier: (bids − asks) / (bids + asks), from −1 where only asks stand to 1 where only bids do. */
import type { BookSide } from "../book/book.ts";
import { BPS } from "./touch.ts";

/** Of the best `levels` of each side, or of as many as there are; null where nothing stands there. */
export function imbalance(bids: BookSide, asks: BookSide, levels: number): number | null {
  return balance(sizeOf(bids, levels), sizeOf(asks, levels));
}

/**
 * Each level counts by how near it is: fully at the middle, not at all at `reachBps` from it, in a straight line between. So a level that
 * comes into reach changes nothing at once.
 */
export function distanceWeightedImbalance(
  bids: BookSide,
  asks: BookSide,
  mid: number,
  reachBps: number,
): number | null {
  return balance(weightedSize(bids, mid, reachBps), weightedSize(asks, mid, reachBps));
}

const balance = (bids: number, asks: number): number | null =>
  bids + asks === 0 ? null : (bids - asks) / (bids + asks);

function sizeOf({ sizes }: BookSide, levels: number): number {
  let sum = 0;
  const end = Math.min(levels, sizes.length);
  for (let at = 0; at < end; at++) sum += sizes[at] ?? 0;
  return sum;
}

function weightedSize({ prices, sizes }: BookSide, mid: number, reachBps: number): number {
  const reach = (mid * reachBps) / BPS;
  let sum = 0;
  for (let at = 0; at < prices.length; at++) {
    const weight = 1 - Math.abs((prices[at] ?? 0) - mid) / reach;
    if (weight <= 0) break;
    sum += weight * (sizes[at] ?? 0);
  }
  return sum;
}
