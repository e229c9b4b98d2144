/** What the best bid and the best ask say: spread, middle and microprice. Prices and sizes are integers at the instrument's scales. */
import type { Level } from "../book/book.ts";

export const BPS = 10_000;

/** Both best levels of a book that has two sides. Crossed ones are measured too: their spread is below zero. */
export type Touch = { readonly bid: Level; readonly ask: Level };

export type Spread = {
  readonly absolute: number;
  readonly bps: number;
  readonly ticks: number;
};

/** Twice the middle, which is an integer where the middle may not be. */
export const doubleMid = ({ bid, ask }: Touch): bigint => BigInt(bid[0]) + BigInt(ask[0]);

export const midOf = ({ bid, ask }: Touch): number => bid[0] + (ask[0] - bid[0]) / 2;

export function spreadOf(touch: Touch, tickSize: number): Spread {
  const absolute = touch.ask[0] - touch.bid[0];
  return { absolute, bps: spreadBps(touch), ticks: absolute / tickSize };
}

export const spreadBps = (touch: Touch): number => ((touch.ask[0] - touch.bid[0]) / midOf(touch)) * BPS;

/** Nearer to the side with less on it, which will be used up first (J. Gatheral and R. Oomen, 2010). */
export function microprice({ bid: [bid, bidSize], ask: [ask, askSize] }: Touch): number {
  return bid + (ask - bid) * (bidSize / (bidSize + askSize));
}
