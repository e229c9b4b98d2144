/** What the two extremes of a line come to: all that could be bought is bought and nothing sold, or the other way round. */

/** What the extremes of a line are worth. */
export type Extremes = { readonly high: bigint; readonly low: bigint };
type Quantities = { readonly pos: bigint; readonly buys: bigint; readonly sells: bigint };

/** Gross of one line: the larger of both extremes. */
export const grossOf = ({ high, low }: Extremes): bigint => larger(magnitude(high), magnitude(low));
/** The worse of both extremes, signed. */
export const netOf = ({ high, low }: Extremes): bigint => (magnitude(low) > magnitude(high) ? low : high);
export const longOf = ({ high }: Extremes): bigint => larger(high, 0n);
export const shortOf = ({ low }: Extremes): bigint => larger(-low, 0n);

/** The same for quantities: what the position can become at most. */
export const extremesOf = ({ pos, buys, sells }: Quantities): Extremes => ({
  high: pos + buys,
  low: pos - sells,
});

/** How much of `side` closes what is held and is not already being closed. More than that is new risk: it flips. */
export function closableOf({ pos, buys, sells }: Quantities, side: 1 | -1): bigint {
  return larger(side > 0 ? -(pos + buys) : pos - sells, 0n);
}

export const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);
