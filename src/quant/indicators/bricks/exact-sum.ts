/**
 * A sum in two float64 (T. J. Dekker, 1971; D. E. Knuth, TAOCP 2, 4.2.2): what is added and later subtracted leaves nothing behind. So the
 * sum of a sliding window is the same number whatever came before the window, and a spike does not cost the digits of what follows it.
 */
export type ExactSum = { high: number; low: number };

export const exactSum = (): ExactSum => ({ high: 0, low: 0 });

export const forkSum = ({ high, low }: ExactSum): ExactSum => ({ high, low });

export const total = ({ high, low }: ExactSum): number => high + low;

export function add(sum: ExactSum, value: number): void {
  const { high } = sum;
  const rough = high + value;
  const taken = rough - high;
  const lost = high - (rough - taken) + (value - taken) + sum.low;
  sum.high = rough + lost;
  sum.low = lost - (sum.high - rough);
}

/** 2²⁷ + 1 splits 53 bits into two halves whose products are exact (G. W. Veltkamp, 1968). */
const SPLITTER = 134_217_729;

/** Adds `one` × `other` without rounding the product. */
export function addProduct(sum: ExactSum, one: number, other: number): void {
  const product = one * other;
  const oneHigh = upperHalf(one);
  const otherHigh = upperHalf(other);
  const oneLow = one - oneHigh;
  const otherLow = other - otherHigh;
  add(sum, product);
  add(sum, oneLow * otherLow - (product - oneHigh * otherHigh - oneLow * otherHigh - oneHigh * otherLow));
}

function upperHalf(value: number): number {
  const spread = SPLITTER * value;
  return spread - (spread - value);
}

export function subtractSum(sum: ExactSum, other: ExactSum): void {
  add(sum, -other.high);
  add(sum, -other.low);
}

export function clear(sum: ExactSum): void {
  sum.high = 0;
  sum.low = 0;
}
