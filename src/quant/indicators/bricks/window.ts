/**
 * Sums over the last `size` values. Each is the same number whatever came before the window; a value that does not exist (NaN) starts the
 * window anew, so that a sum exists again once all of its values do.
 */
import { add, addProduct, clear, type ExactSum, exactSum, forkSum, subtractSum, total } from "./exact-sum.ts";
import { before, empty, forkRing, isFull, type Ring, ringOf, slide } from "./ring.ts";

export type Window = { ring: Ring; sum: ExactSum };

export const windowOf = (size: number): Window => ({ ring: ringOf(size), sum: exactSum() });

export const forkWindow = ({ ring, sum }: Window): Window => ({ ring: forkRing(ring), sum: forkSum(sum) });

/** The sum with this value; NaN until the window is full. */
export function windowSum({ ring, sum }: Window, value: number): number {
  if (Number.isNaN(value)) {
    empty(ring);
    clear(sum);
    return Number.NaN;
  }
  const left = slide(ring, value);
  if (left !== undefined) add(sum, -left);
  add(sum, value);
  return isFull(ring) ? total(sum) : Number.NaN;
}

export function windowMean(window: Window, value: number): number {
  return windowSum(window, value) / (window.ring.places.length - 1);
}

/** Of the window as it stands, around its mean: Σ (x − mean)². Newest first, so that it does not depend on where the ring begins. */
export function squaresAround({ ring }: Window, mean: number): number {
  let squares = 0;
  for (let back = 0; back < ring.count; back += 1) squares += (before(ring, back) - mean) ** 2;
  return squares;
}

/** Σ |x − mean| of the window as it stands. */
export function distancesFrom({ ring }: Window, mean: number): number {
  let distances = 0;
  for (let back = 0; back < ring.count; back += 1) distances += Math.abs(before(ring, back) - mean);
  return distances;
}

/** With Σ k × the k-th oldest value. */
export type WeightedWindow = Window & { weighted: ExactSum };

export const weightedWindowOf = (size: number): WeightedWindow => ({
  ...windowOf(size),
  weighted: exactSum(),
});

export const forkWeightedWindow = ({ ring, sum, weighted }: WeightedWindow): WeightedWindow => ({
  ring: forkRing(ring),
  sum: forkSum(sum),
  weighted: forkSum(weighted),
});

/** The mean in which the newest value counts `size` times and the oldest once; NaN until the window is full. */
export function weightedMean(window: WeightedWindow, value: number): number {
  const { ring, sum, weighted } = window;
  if (Number.isNaN(value)) {
    clear(weighted);
    return windowSum(window, value);
  }
  // Each of the window loses one weight as it ages; the oldest had only one.
  if (isFull(ring)) subtractSum(weighted, sum);
  windowSum(window, value);
  addProduct(weighted, ring.count, value);
  const size = ring.places.length - 1;
  return isFull(ring) ? total(weighted) / ((size * (size + 1)) / 2) : Number.NaN;
}
