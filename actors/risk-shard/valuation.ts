/** Which price an order is valued at, which one a position is marked at, and of when they are. */
import type { OrderType } from "../../src/domain/order.ts";
import { isCrossed, type PriceMark } from "../../src/domain/price.ts";

/** One price of the market, and its moment. */
export type Part = { readonly price: number; readonly at: number };

/** What of a mark may price anything. `doubled` is twice the mark of a position: the middle of bid and ask can lie between two prices. */
export type UsableMark = {
  readonly last: Part | undefined;
  readonly bid: Part | undefined;
  readonly ask: Part | undefined;
  readonly doubled: number | undefined;
  /** Moment of the part that a position is marked at. */
  readonly at: number | undefined;
};
export type Quoted = Pick<PriceMark, "last" | "lastTs" | "bid" | "ask" | "quoteTs">;

const NOTHING: UsableMark = {
  last: undefined,
  bid: undefined,
  ask: undefined,
  doubled: undefined,
  at: undefined,
};

/** A crossed quote prices nothing, nor does a price that is not a positive integer, nor one of no known moment. */
export function usableMark(mark: Quoted | undefined): UsableMark {
  if (mark === undefined) return NOTHING;
  const last = partOf(mark.last, mark.lastTs);
  const crossed = isCrossed(mark);
  const bid = crossed ? undefined : partOf(mark.bid, mark.quoteTs);
  const ask = crossed ? undefined : partOf(mark.ask, mark.quoteTs);
  const doubled = doubledMark(last, bid, ask);
  return { last, bid, ask, doubled, at: doubled === undefined ? undefined : (last ?? bid)?.at };
}

export const isAnyUsable = ({ last, bid, ask }: UsableMark): boolean => (last ?? bid ?? ask) !== undefined;

/** Of an inverse contract a lower price is worth more. */
type Priced = {
  readonly isInverse?: boolean;
  readonly side: 1 | -1;
  readonly type: OrderType;
  readonly price: number | undefined;
  readonly stopPrice: number | undefined;
};

/** Undefined where the market says nothing to value it by. `freshFrom` as in `consultedPart`. */
export const orderPrice = (order: Priced, mark: UsableMark, freshFrom = 0): number | undefined =>
  priceBy(order, consultedPart(order, mark, freshFrom));

/** The same where it is known already which part of the market it depends on. */
export function priceBy(order: Priced, consulted: Part | undefined): number | undefined {
  switch (order.type) {
    case "limit":
    case "stop-limit":
      return limitPrice(order, consulted);
    case "stop":
      return order.stopPrice;
    case "market":
      return consulted?.price;
  }
}

/**
 * The part of the market that an order's value depends on: the side of the quote that would fill it. A side from before `freshFrom`
 * makes way for a last trade that is not; where neither is fresh it stays, and its age refuses the order.
 */
export function consultedPart(
  { side, type, isInverse = false }: Priced,
  mark: UsableMark,
  freshFrom: number,
): Part | undefined {
  const filling = side > 0 ? mark.ask : mark.bid;
  if (type === "market") return freshest(filling, mark.last, freshFrom) ?? mark.last;
  // A buy of a linear contract costs at most its limit, a sale of an inverse one at most that of its own.
  return type === "stop" || side > 0 !== isInverse ? undefined : freshest(filling, mark.last, freshFrom);
}

/** A sell is filled at the bid or better, so a limit below the bid says too little; of an inverse contract a buy above the ask. */
function limitPrice({ price, isInverse }: Priced, filling: Part | undefined): number | undefined {
  if (price === undefined || filling === undefined) return price;
  return isInverse === true ? Math.min(price, filling.price) : Math.max(price, filling.price);
}

/** `last` only in place of a side that is there and too old. */
function freshest(side: Part | undefined, last: Part | undefined, freshFrom: number): Part | undefined {
  if (side === undefined || side.at >= freshFrom) return side;
  return last !== undefined && last.at >= freshFrom ? last : side;
}

/** The last trade, else the middle of both sides. A last trade that is too old is not passed over: the price is stale then. */
function doubledMark(
  last: Part | undefined,
  bid: Part | undefined,
  ask: Part | undefined,
): number | undefined {
  const doubled =
    last !== undefined
      ? last.price * 2
      : bid !== undefined && ask !== undefined
        ? bid.price + ask.price
        : undefined;
  return doubled !== undefined && Number.isSafeInteger(doubled) ? doubled : undefined;
}

const partOf = (price: number | undefined, at: number | undefined): Part | undefined =>
  price !== undefined && at !== undefined && Number.isSafeInteger(price) && price > 0
    ? { price, at }
    : undefined;
