/** Working orders by their prices, as the state keeps them (`working-prices.ts`). */

/** By side and symbol. There are no more entries than working orders. */
export type WorkingPrices = {
  /** How many orders work at each price. */
  readonly counts: Map<string, Map<number, number>>;
  /** The highest of buys, the lowest of sells. */
  readonly best: Map<string, number>;
};

export const noPrices = (): WorkingPrices => ({ counts: new Map(), best: new Map() });
