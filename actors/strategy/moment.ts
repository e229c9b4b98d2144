/** What happened to one leg at one moment of event time, and the one order in which moments are folded. */

/** How a leg is priced: `halves` is twice the price at the leg's priceScale, so that the middle of bid and ask is exact. */
export type Mark = {
  readonly halves: bigint;
  readonly source: "last" | "mid";
  /** When it was so; from when it counts, which is later where it came too late to be put in its place. */
  readonly pricedAt: number;
  readonly countsFrom: number;
};

/** What a fill does to a leg at average cost. Sums, so the order in which they are added does not matter. */
export type HoldingChange = {
  readonly qty: bigint;
  /** Signed like the quantity: what is held short has a negative cost. */
  readonly cost: bigint;
  readonly realised: bigint;
  readonly fees: bigint;
};

type At = {
  /** From when it counts. */
  readonly ts: number;
  readonly symbol: string;
  /** Order of arrival within this strategy: the symbol's order for its prices, the account's order for fills. */
  readonly order: number;
};

type Priced = { readonly pricedAt: number };
export type PriceMoment = At & Priced & { readonly kind: "price"; readonly n: number; readonly last: number };
/** The middle of bid and ask, for a leg that has never traded. */
export type QuoteMoment = At &
  Priced & { readonly kind: "quote"; readonly bid: number; readonly ask: number };
/** The last price was seen again, unchanged: it is not stale. */
export type SeenMoment = At & { readonly kind: "seen" };
export type FillMoment = At & { readonly kind: "fill"; readonly change: HoldingChange };
/** A leg that entered already held. It makes no candle by itself: what it changes shows with the next tick or fill. */
export type OpeningMoment = At & { readonly kind: "opening"; readonly change: HoldingChange };
/** Where a leg stood when it began to be followed. It makes no candle either. */
export type BaselineMoment = At & {
  readonly kind: "baseline";
  readonly n: number;
  readonly mark: Mark | undefined;
};

export type Moment = PriceMoment | QuoteMoment | SeenMoment | FillMoment | OpeningMoment | BaselineMoment;

/** Prices before fills: a fill is valued at the trade that it came from. All of a symbol's prices stay in their order. */
const RANK: Readonly<Record<Moment["kind"], number>> = {
  price: 0,
  quote: 0,
  seen: 0,
  baseline: 0,
  fill: 1,
  opening: 2,
};

/** By event time, then prices before fills, then symbol, then order of arrival. Total: no two moments share an order. */
export function compareMoments(one: Moment, other: Moment): number {
  if (one.ts !== other.ts) return one.ts - other.ts;
  const byRank = RANK[one.kind] - RANK[other.kind];
  if (byRank !== 0) return byRank;
  if (one.symbol !== other.symbol) return one.symbol < other.symbol ? -1 : 1;
  return one.order - other.order;
}

export const lastMark = ({ last, pricedAt, ts }: Pick<PriceMoment, "last" | "pricedAt" | "ts">): Mark => ({
  halves: 2n * BigInt(last),
  source: "last",
  pricedAt,
  countsFrom: ts,
});

export const quoteMark = ({
  bid,
  ask,
  pricedAt,
  ts,
}: Pick<QuoteMoment, "bid" | "ask" | "pricedAt" | "ts">): Mark => ({
  halves: BigInt(bid) + BigInt(ask),
  source: "mid",
  pricedAt,
  countsFrom: ts,
});
