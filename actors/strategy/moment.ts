/** What happened to one leg at one moment of event time, and the one order in which moments are folded. */
import type { HoldingAmounts } from "../../src/quant/money/holding.ts";

/** How a leg is priced: `halves` is twice the price at the leg's priceScale, so that the middle of bid and ask is exact. */
export type Mark = {
  readonly halves: bigint;
  /** Absent: 1. A split divides what was said of the old shares, and not always evenly. */
  readonly over?: bigint;
  readonly source: "last" | "mid";
  /** When it was so; from when it counts, which is later where it came too late to be put in its place. */
  readonly pricedAt: number;
  readonly countsFrom: number;
};

type At = {
  /** From when it counts. */
  readonly ts: number;
  readonly symbol: string;
  /** Order of arrival within this strategy: the symbol's order for its prices, the account's order for bookings. */
  readonly order: number;
};
/** `entry`: what the account calls it, where it may be told anew. */
type Booked = { readonly change: HoldingAmounts; readonly entry?: string };

type Priced = { readonly pricedAt: number };
export type PriceMoment = At & Priced & { readonly kind: "price"; readonly n: number; readonly last: number };
/** The last price of what leads from a currency to the account's, and is no leg: it changes what legs are worth, and is not their tick. */
export type RateMoment = At & Priced & { readonly kind: "rate"; readonly n: number; readonly last: number };
/** The middle of bid and ask, for a leg that has never traded. */
export type QuoteMoment = At &
  Priced & { readonly kind: "quote"; readonly bid: number; readonly ask: number };
/** The last price was seen again, unchanged: it is not stale. */
export type SeenMoment = At & { readonly kind: "seen" };
/** A fill, a movement of cash, an adjustment. */
export type FillMoment = At & Booked & { readonly kind: "fill" };
/** A leg that entered already held. It makes no candle by itself: what it changes shows with the next tick or fill. */
export type OpeningMoment = At & Booked & { readonly kind: "opening" };
/** `from` shares became `to`: what is held and the price that it is marked at change together. */
export type SplitMoment = At &
  Booked & {
    readonly kind: "split";
    readonly from: bigint;
    readonly to: bigint;
    /** Prices from before are of the old shares; it may count later than that. */
    readonly effective: number;
  };
/** A booking is another than it was told: `of` is its order. It is folded as if it had always been so. */
export type RevisedMoment = At & {
  readonly kind: "revised";
  readonly of: number;
  readonly change: HoldingAmounts;
};
/** Where a leg stood when it began to be followed. It makes no candle either. */
export type BaselineMoment = At & {
  readonly kind: "baseline";
  readonly n: number;
  readonly mark: Mark | undefined;
};

/** What the fold is made of: a revision has become part of the booking that it is of. */
export type Moment =
  | PriceMoment
  | RateMoment
  | QuoteMoment
  | SeenMoment
  | FillMoment
  | OpeningMoment
  | SplitMoment
  | BaselineMoment;
export type BookingMoment = FillMoment | OpeningMoment | SplitMoment;
/** What is heard, and kept. */
export type HeardMoment = Moment | RevisedMoment;

export const isBooking = (moment: HeardMoment): moment is BookingMoment =>
  moment.kind === "fill" || moment.kind === "opening" || moment.kind === "split";

/**
 * A split begins its day, so the first price of the new shares comes after it. Prices before fills: a fill is valued at the trade that it
 * came from. All of a symbol's prices stay in their order.
 */
const RANK: Readonly<Record<Moment["kind"], number>> = {
  split: -1,
  price: 0,
  rate: 0,
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

/** What the mark of the old shares says of the new ones. */
export function splitMark(mark: Mark, { from, to }: Pick<SplitMoment, "from" | "to">): Mark {
  const halves = mark.halves * from;
  const over = (mark.over ?? 1n) * to;
  const common = commonFactor(halves < 0n ? -halves : halves, over);
  const { over: _before, ...kept } = mark;
  const reduced = over / common;
  return { ...kept, halves: halves / common, ...(reduced === 1n ? {} : { over: reduced }) };
}

const commonFactor = (one: bigint, other: bigint): bigint =>
  other === 0n ? one : commonFactor(other, one % other);

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
