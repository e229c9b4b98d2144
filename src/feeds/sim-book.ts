/**
 * The order book of a generated market: what stands at a price depends on (seed, symbol, step) and that price alone, so the book of any step,
 * and what has changed since the one before, can be made on their own.
 */

/** A ladder's worth, with some that come and go at its far end. */
const LEVELS = 25;
/** Prices of a side lie so far apart, as a share of the price: twenty-five of them reach 12 to 25 basis points. */
const GRID_SHARE = 0.00005;
/** What stands at a price stays for 16 steps, four seconds; neighbours change at different times. */
const STAYS_STEPS = 16;
const NEIGHBOUR_STEPS = 7;

/** Integers at the symbol's decimals of prices. */
export type SimTouch = { readonly bid: number; readonly ask: number };
/** An even chance for two whole numbers. */
type Chance = (price: number, period: number) => number;
export type SimBook = {
  readonly bids: ReadonlyMap<number, number>;
  readonly asks: ReadonlyMap<number, number>;
};

/** Lots by price. Away from the touch prices lie on a grid that does not move with it. */
export function simBook({ bid, ask }: SimTouch, step: number, lotsMax: number, chance: Chance): SimBook {
  const grid = Math.max(1, Math.round(bid * GRID_SHARE));
  const lots = (price: number): number =>
    1 + Math.floor(chance(price, Math.floor((step + price * NEIGHBOUR_STEPS) / STAYS_STEPS)) ** 2 * lotsMax);
  const side = (best: number, towards: 1 | -1): Map<number, number> => {
    const first = (towards === 1 ? Math.floor(best / grid) + 1 : Math.ceil(best / grid) - 1) * grid;
    const prices = Array.from({ length: LEVELS - 1 }, (_, rank) => first + towards * rank * grid);
    return new Map([best, ...prices].filter((price) => price > 0).map((price) => [price, lots(price)]));
  };
  return { bids: side(bid, -1), asks: side(ask, 1) };
}

/** Prices and lots that differ, lots 0 where a price has gone. */
export function changedLots(
  before: ReadonlyMap<number, number>,
  now: ReadonlyMap<number, number>,
): readonly (readonly [price: number, lots: number])[] {
  const gone = [...before.keys()].filter((price) => !now.has(price)).map((price) => [price, 0] as const);
  return [...gone, ...[...now].filter(([price, lots]) => before.get(price) !== lots)];
}
