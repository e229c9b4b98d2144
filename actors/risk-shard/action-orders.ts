/** What a split or a bonus issue makes of orders that worked before it: more or fewer shares at another price, never worth more than before. */
import type { Instrument } from "../../src/domain/instrument.ts";
import { alone, type HeldAction, type Order, type RiskState } from "./state.ts";

type Ratio = Pick<HeldAction, "from" | "to">;
type Grid = Pick<Instrument, "lotSize" | "tickSize">;

/** Orders of one symbol that an action changes, each with the other of its pair, by strategy. Undefined where a number would be too large. */
export function ordersAfterAction(
  state: RiskState,
  symbol: string,
  action: HeldAction,
  grid: Grid,
  takenBack: boolean,
): Map<string, Order[][]> | undefined {
  const byStrategy = new Map<string, Order[][]>();
  if (action.type === "dividend") return byStrategy;
  const isMeantHere = (order: Order): boolean => isMeant(order, action, takenBack);
  for (const pair of pairsIn(state, symbol)) {
    if (!pair.some(isMeantHere)) continue;
    const after = pair.map((one) => (isMeantHere(one) ? adjusted(one, action, grid, takenBack) : one));
    if (after.some(isTooLarge)) return undefined;
    const [{ strategy }] = pair;
    byStrategy.set(strategy, [...(byStrategy.get(strategy) ?? []), standing(after)]);
  }
  return byStrategy;
}

/** Working orders, each with its pending replacement or its original, where it has one. */
function* pairsIn({ orders }: RiskState, symbol: string): Generator<[Order, ...Order[]]> {
  const seen = new Set<string>();
  for (const order of orders.values()) {
    if (order.symbol !== symbol || seen.has(order.clientOrderId)) continue;
    const partner = order.partner === undefined ? undefined : orders.get(order.partner);
    if (partner !== undefined) seen.add(partner.clientOrderId);
    yield partner === undefined ? [order] : [order, partner];
  }
}

/** Accepted before it and not changed by it; or, where it is taken back, changed by it. */
function isMeant(
  { acceptedAt, adjusted: by = [] }: Order,
  { id, startsAt }: HeldAction,
  back: boolean,
): boolean {
  return back ? by.includes(id) : acceptedAt < startsAt && !by.includes(id);
}

function adjusted(order: Order, action: HeldAction, grid: Grid, takenBack: boolean): Order {
  const { from, to } = takenBack ? { from: action.to, to: action.from } : action;
  const ratio = { from, to };
  const left = BigInt(order.qty) > order.filled ? BigInt(order.qty) - order.filled : 0n;
  const lot = BigInt(grid.lotSize);
  const remaining = ((left * to) / from / lot) * lot;
  const filled = (order.filled * to) / from;
  const { adjusted: before = [], price, stopPrice, ...rest } = order;
  const by = takenBack ? before.filter((id) => id !== action.id) : [...before, action.id];
  const isBuy = order.side === "buy";
  return {
    ...rest,
    qty: Number(filled + remaining),
    filled,
    status: remaining === 0n ? "cancelled" : order.status,
    valuedAt: priceAfter(order.valuedAt, ratio, 1, true),
    // Worse for who is filled would be worse than what was allowed: a limit never gives more, a stop never comes sooner.
    ...(price === undefined ? {} : { price: priceAfter(price, ratio, grid.tickSize, !isBuy) }),
    ...(stopPrice === undefined ? {} : { stopPrice: priceAfter(stopPrice, ratio, grid.tickSize, isBuy) }),
    ...(by.length === 0 ? {} : { adjusted: by }),
  };
}

/** On the grid, and never nothing. */
function priceAfter(price: number, { from, to }: Ratio, tickSize: number, isUp: boolean): number {
  const tick = BigInt(tickSize);
  const [numerator, denominator] = [BigInt(price) * from, to * tick];
  const down = numerator / denominator;
  const ticks = isUp && numerator % denominator !== 0n ? down + 1n : down;
  return Number((ticks < 1n ? 1n : ticks) * tick);
}

/** One of which nothing is left has ended, and leaves its pair. */
function standing(pair: readonly Order[]): Order[] {
  const hasEnded = pair.some(({ status }) => status !== "working");
  return hasEnded ? pair.map(alone) : [...pair];
}

const isTooLarge = ({ qty, price = 0, stopPrice = 0, valuedAt }: Order): boolean =>
  ![qty, price, stopPrice, valuedAt].every(Number.isSafeInteger);
