/** Every consequence of an event. It never refuses; given a trail, all of it can be taken back. */
import { signOf } from "../../src/domain/order.ts";
import { limitsFor } from "./applied-limits.ts";
import { put, set, type Trail } from "./changes.ts";
import type { ExecutionBooked, OrderDecided, RiskEvent, StateSet } from "./events.ts";
import { changeLine } from "./exposure.ts";
import { putPosition } from "./funds.ts";
import { restate } from "./marking.ts";
import { countOrder } from "./rates.ts";
import { isPending, type Order, type RiskState, remainingOf } from "./state.ts";
import { stateKey } from "./trading-states.ts";

export function apply(state: RiskState, event: RiskEvent, trail?: Trail): void {
  set(state, "seq", state.seq + 1, trail);
  switch (event.kind) {
    case "account-put":
      set(state, "account", event.account, trail);
      // Never part of a trial: what follows is not taken back.
      restate(state);
      return;
    case "limits-put":
      set(state, "limits", event.set, trail);
      return;
    case "state-set":
      applyState(state, event, trail);
      return;
    case "order-decided":
      if (event.orders.length > 0) placeOrder(state, event, trail);
      return;
    case "execution-booked":
      bookExecution(state, event, trail);
      return;
    case "strategy-changed":
      put(state.strategies, event.strategy, event.registered, trail);
      return;
    case "violation-raised":
    case "fill-news":
      return;
  }
}

/** `active` lifts what stood. */
function applyState(state: RiskState, { standing }: StateSet, trail: Trail | undefined): void {
  const { kind, id } = standing.scope;
  put(state.tradingStates, stateKey(kind, id), standing.state === "active" ? undefined : standing, trail);
}

function placeOrder(state: RiskState, event: OrderDecided, trail: Trail | undefined): void {
  const { terms, orders, at } = event;
  putOrders(state, orders, 0n, trail);
  const { rates } = limitsFor(state.limits.limits, terms);
  if (rates.length > 0) countOrder(state, rates, terms, at, trail);
}

function bookExecution(state: RiskState, event: ExecutionBooked, trail: Trail | undefined): void {
  const { symbol, strategy, side, position } = event;
  const bought = event.qty === undefined ? 0n : BigInt(event.qty * signOf(side));
  if (position !== undefined) putPosition(state, position, trail);
  if (event.orders.length > 0) putOrders(state, event.orders, bought, trail);
  else if (bought !== 0n) changeLine(state, symbol, strategy, { ...NO_RESERVATION, pos: bought }, trail);
}

/**
 * Puts an order, with the other of its pair where it has one, as they stand now; what they reserve follows. Together they reserve
 * the larger of the two, once. They share symbol, side and strategy.
 */
function putOrders(
  state: RiskState,
  orders: readonly Order[],
  bought: bigint,
  trail: Trail | undefined,
): void {
  const [first] = orders;
  if (first === undefined) return;
  const before = reservedBy(orders.map((order) => state.orders.get(order.clientOrderId)));
  const after = reservedBy(orders);
  for (const order of orders) {
    const works = order.status === "working";
    put(state.orders, order.clientOrderId, works ? order : undefined, trail);
    if (!works) put(state.ended, order.clientOrderId, order, trail);
  }
  const reserved = after.qty - before.qty;
  changeLine(
    state,
    first.symbol,
    first.strategy,
    {
      pos: bought,
      buys: first.side === "buy" ? reserved : 0n,
      sells: first.side === "sell" ? reserved : 0n,
      working: after.working - before.working,
    },
    trail,
  );
}

const NO_RESERVATION = { buys: 0n, sells: 0n, working: 0 };

type Reservation = { readonly qty: bigint; readonly working: number };

function reservedBy(orders: readonly (Order | undefined)[]): Reservation {
  let qty = 0n;
  let working = 0;
  for (const order of orders) {
    if (order?.status !== "working") continue;
    const remaining = remainingOf(order);
    if (remaining > qty) qty = remaining;
    working = 1;
  }
  return { qty, working };
}

/** What an order reserves by itself: nothing while it is a replacement that the venue has not confirmed; its original reserves for both. */
export function reservedQty(state: RiskState, order: Order): bigint {
  if (isPending(order)) return 0n;
  const partner = order.partner === undefined ? undefined : state.orders.get(order.partner);
  return reservedBy([order, partner]).qty;
}
