/** Bid and ask of a bar of quotes. Its own prices are those between the two, doubled: the sum of both, which is exact. */

export type SidePrices = { o: number; h: number; l: number; c: number };
export type Sides = { readonly bid: SidePrices; readonly ask: SidePrices };
type OfSides = { readonly sides?: Sides };

export const openSide = (price: number): SidePrices => ({ o: price, h: price, l: price, c: price });

/** As prices are folded. Undefined where these are bars of trades. */
export function foldSides(children: readonly OfSides[]): Sides | undefined {
  const first = children[0]?.sides;
  if (first === undefined) return undefined;
  const folded = { bid: { ...first.bid }, ask: { ...first.ask } };
  for (const { sides } of children) {
    if (sides === undefined) continue;
    foldInto(folded.bid, sides.bid);
    foldInto(folded.ask, sides.ask);
  }
  return folded;
}

function foldInto(side: SidePrices, { h, l, c }: SidePrices): void {
  side.h = Math.max(side.h, h);
  side.l = Math.min(side.l, l);
  side.c = c;
}
