/** What an order pays that takes liquidity level by level, until it is filled or the book ends. */
import type { BookSide } from "../book/book.ts";
import { ExactSum } from "./exact-sum.ts";
import { BPS, doubleMid, type Touch } from "./touch.ts";

/** A buyer takes asks, a seller bids. */
export type Taker = "buy" | "sell";

export type Sweep = {
  /** Size taken, and Σ price × size of it, both exact. */
  readonly filled: bigint;
  readonly value: bigint;
  /** The last price that was paid; undefined where nothing was. */
  readonly worst: number | undefined;
  /** The book ended before the order was filled. */
  readonly exhausted: boolean;
};

export function sweepSize({ prices, sizes }: BookSide, size: number): Sweep {
  const value = new ExactSum();
  let left = size;
  let worst: number | undefined;
  for (let at = 0; at < prices.length && left > 0; at++) {
    const price = prices[at] ?? 0;
    const taken = Math.min(left, sizes[at] ?? 0);
    value.addProduct(price, taken);
    left -= taken;
    worst = price;
  }
  return { filled: BigInt(size - left), value: value.value, worst, exhausted: left > 0 };
}

/** Up to a value of Σ price × size: of the last level as much as is still affordable, in whole units of size. */
export function sweepValue({ prices, sizes }: BookSide, budget: bigint): Sweep {
  const filled = new ExactSum();
  let left = budget;
  let worst: number | undefined;
  let isFilled = false;
  for (let at = 0; at < prices.length && !isFilled; at++) {
    const price = prices[at] ?? 0;
    const size = sizes[at] ?? 0;
    const affordable = left / BigInt(price);
    isFilled = affordable < BigInt(size);
    const taken = isFilled ? Number(affordable) : size;
    if (taken === 0) break;
    filled.add(taken);
    left -= BigInt(price) * BigInt(taken);
    worst = price;
    isFilled ||= left === 0n;
  }
  return { filled: filled.value, value: budget - left, worst, exhausted: !isFilled };
}

/** Null where nothing was filled. Slippage is above zero where the order pays more, or gets less, than the reference. */
export type SweepCost = {
  readonly vwap: number;
  readonly slippageMidBps: number | null;
  readonly slippageTouchBps: number;
};

/** `touch` is undefined where the book has one side only: then there is no middle. */
export function sweepCost(
  taker: Taker,
  { filled, value }: Sweep,
  best: number,
  touch: Touch | undefined,
): SweepCost | null {
  if (filled === 0n) return null;
  const excessBps = (at: bigint, times: bigint): number => {
    const paid = times * value;
    // Taken apart before anything is rounded: a sweep of the best level alone has no slippage at all.
    return (Number(taker === "buy" ? paid - at : at - paid) / Number(at)) * BPS;
  };
  return {
    vwap: Number(value) / Number(filled),
    slippageMidBps: touch === undefined ? null : excessBps(doubleMid(touch) * filled, 2n),
    slippageTouchBps: excessBps(BigInt(best) * filled, 1n),
  };
}
