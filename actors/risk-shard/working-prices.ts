/**
 * At which prices orders work, by symbol and side, with the best of each: kept by difference, and only while a limit on trading with
 * oneself asks for it. Of a pair both count, since either may be what works at the venue.
 */
import type { Side } from "../../src/domain/order.ts";
import { put, set, type Trail } from "./changes.ts";
import { noPrices, type WorkingPrices } from "./price-sides.ts";
import type { Limit, Order, RiskState } from "./state.ts";

/** A market order takes whatever there is. */
const AT_ANY: Readonly<Record<Side, number>> = { buy: Number.MAX_SAFE_INTEGER, sell: 0 };

const keyOf = (symbol: string, side: Side): string => `${side} ${symbol}`;

/** Whether an order at this price would trade with one that works on the other side. A stop rests nowhere before its price has come. */
export function tradesWithOwn(
  { workingPrices }: RiskState,
  {
    symbol,
    side,
    type,
    price,
  }: Pick<Order, "side" | "type"> & { readonly symbol: string; readonly price?: number },
): boolean {
  const at = restingPrice({ type, price, side });
  const against = workingPrices.best.get(keyOf(symbol, side === "buy" ? "sell" : "buy"));
  if (at === undefined || against === undefined) return false;
  return side === "buy" ? at >= against : at <= against;
}

/** Orders of one pair as they stood and as they stand. */
export function movePrices(
  state: RiskState,
  before: readonly (Order | undefined)[],
  after: readonly Order[],
  trail?: Trail,
): void {
  if (!isAsked(state.limits.limits)) return;
  for (const order of before) if (order !== undefined) shift(state.workingPrices, order, -1, trail);
  for (const order of after) shift(state.workingPrices, order, 1, trail);
}

/** All of them anew: after a load, or another set of limits. */
export function recountPrices(state: RiskState, trail?: Trail): void {
  const prices = noPrices();
  if (isAsked(state.limits.limits))
    for (const order of state.orders.values()) shift(prices, order, 1, undefined);
  if (prices.counts.size > 0 || state.workingPrices.counts.size > 0)
    set(state, "workingPrices", prices, trail);
}

function shift({ counts, best }: WorkingPrices, order: Order, by: 1 | -1, trail: Trail | undefined): void {
  const price = order.status === "working" ? restingPrice(order) : undefined;
  if (price === undefined) return;
  const key = keyOf(order.symbol, order.side);
  let prices = counts.get(key);
  if (prices === undefined) {
    prices = new Map();
    put(counts, key, prices, trail);
  }
  const count = (prices.get(price) ?? 0) + by;
  put(prices, price, count === 0 ? undefined : count, trail);
  if (prices.size === 0) put(counts, key, undefined, trail);
  const present = best.get(key);
  if (by > 0 && (present === undefined || isBetter(order.side, price, present))) put(best, key, price, trail);
  else if (count === 0 && price === present) put(best, key, bestOf(prices, order.side), trail);
}

/** Looked for among all prices of the side, when the best one has gone. */
function bestOf(prices: ReadonlyMap<number, number>, side: Side): number | undefined {
  let best: number | undefined;
  for (const price of prices.keys()) if (best === undefined || isBetter(side, price, best)) best = price;
  return best;
}

const isBetter = (side: Side, one: number, other: number): boolean =>
  side === "buy" ? one > other : one < other;

function restingPrice({
  type,
  price,
  side,
}: Pick<Order, "type" | "side"> & { readonly price?: number | undefined }): number | undefined {
  if (type === "market") return AT_ANY[side];
  return type === "limit" ? price : undefined;
}

const ASKED = new WeakMap<readonly Limit[], boolean>();

function isAsked(limits: readonly Limit[]): boolean {
  const known = ASKED.get(limits);
  if (known !== undefined) return known;
  const asked = limits.some(({ kind }) => kind === "self-match");
  ASKED.set(limits, asked);
  return asked;
}
