/** Which price an order is valued at, and which one a position is marked at. */
import type { OrderType } from "../../src/domain/order.ts";
import type { PriceMark } from "../../src/domain/price.ts";

/** What of a mark may price anything. `doubled` is twice the mark of a position: the middle of bid and ask can lie between two prices. */
export type UsableMark = {
  readonly last: number | undefined;
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  readonly doubled: number | undefined;
  /** Moment of the newest part that is used. */
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

/** A crossed quote prices nothing, nor does a price that is not a positive integer. */
export function usableMark(mark: Quoted | undefined): UsableMark {
  if (mark === undefined) return NOTHING;
  const last = usablePrice(mark.last);
  const isCrossed = mark.bid !== undefined && mark.ask !== undefined && mark.bid > mark.ask;
  const bid = isCrossed ? undefined : usablePrice(mark.bid);
  const ask = isCrossed ? undefined : usablePrice(mark.ask);
  const lastTs = last === undefined ? undefined : mark.lastTs;
  const quoteTs = bid === undefined && ask === undefined ? undefined : mark.quoteTs;
  return { last, bid, ask, doubled: doubledMark(last, bid, ask), at: later(lastTs, quoteTs) };
}

type Priced = {
  readonly side: 1 | -1;
  readonly type: OrderType;
  readonly price: number | undefined;
  readonly stopPrice: number | undefined;
};

/** Undefined where the market says nothing to value it by. */
export function orderPrice(order: Priced, mark: UsableMark): number | undefined {
  switch (order.type) {
    case "limit":
    case "stop-limit":
      return limitPrice(order, mark);
    case "stop":
      return order.stopPrice;
    case "market":
      return (order.side > 0 ? mark.ask : mark.bid) ?? mark.last;
  }
}

/** `qty` × mark in money; `doubled` as in UsableMark. */
export const markValue = (qty: bigint, doubled: number, notionalUnit: bigint): bigint =>
  (qty * BigInt(doubled) * notionalUnit) / 2n;

/** A sell is filled at the bid or better, so a limit below the bid says too little. */
function limitPrice({ side, price }: Priced, mark: UsableMark): number | undefined {
  if (price === undefined || side > 0 || mark.bid === undefined) return price;
  return Math.max(price, mark.bid);
}

/** The last trade, else the middle of both sides. */
function doubledMark(
  last: number | undefined,
  bid: number | undefined,
  ask: number | undefined,
): number | undefined {
  const doubled =
    last !== undefined ? last * 2 : bid !== undefined && ask !== undefined ? bid + ask : undefined;
  return doubled !== undefined && Number.isSafeInteger(doubled) ? doubled : undefined;
}

const usablePrice = (price: number | undefined): number | undefined =>
  price !== undefined && Number.isSafeInteger(price) && price > 0 ? price : undefined;

function later(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.max(one, other);
}
