/** What an instrument was traded at before now, as far as orders are compared with it. Prices are integers at its priceScale, in the shares of now. */

/** The newest price from before a trading day began. */
export type PreviousClose = {
  /** Rises with every change. */
  readonly version: number;
  readonly price: number;
  /** The trading day that it is the close before: [from, until). */
  readonly from: number;
  readonly until: number;
  /** With this day shares became others: prices of before it are told anew. */
  readonly rescaled?: true;
};

/** Highest, lowest and newest price of a stretch [start, end). */
export type PastStretch = readonly [start: number, end: number, high: number, low: number, last: number];

export type RecentPrices = {
  /** All that was traded from here on is told; 0 where nothing was before. */
  readonly since: number;
  /** Ascending: hours, and minutes of the last one or two. Stretches without a trade are none. */
  readonly stretches: readonly PastStretch[];
};
