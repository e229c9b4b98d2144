/** Every consequence of an event. It never refuses; given a trail, all of it can be taken back. */
import { assert } from "../../src/domain/assert.ts";
import { classesFor, limitsFor } from "./applied-limits.ts";
import { sumsFor } from "./book-sums.ts";
import { put, set, type Trail } from "./changes.ts";
import type {
  AccountPut,
  ActionApplied,
  CashMoved,
  ExecutionBooked,
  LimitsPut,
  OrderDecided,
  RiskEvent,
  StateSet,
} from "./events.ts";
import { changeLine } from "./exposure.ts";
import { countDecided, countExecuted, recountReleased } from "./flow.ts";
import { moveCash, putPosition } from "./funds.ts";
import { dropLevels, noteAccepted } from "./levels.ts";
import type { LimitsPlanned } from "./limit-records.ts";
import { madeFor, movePeaks, restartPeak, startPeaks } from "./losses.ts";
import { restate } from "./marking.ts";
import { closeDay } from "./moved-lines.ts";
import { pairsIn } from "./pairs.ts";
import type { ParentEvent } from "./parent-events.ts";
import { aboveFor, severestAbove } from "./parent-records.ts";
import { applyPart } from "./parts-apply.ts";
import { isPartEvent, type PartEvent } from "./parts-events.ts";
import { parentOf } from "./parts-records.ts";
import { countEvent } from "./rates.ts";
import { returnBookFor } from "./return-book.ts";
import {
  isPending,
  lineKey,
  type Order,
  type PositionRecord,
  type RiskState,
  remainingOf,
  type Trip,
  tripKey,
} from "./state.ts";
import { stateKey } from "./trading-states.ts";
import type { LimitReleased, LimitTripped, UtilisationLevel } from "./watch-events.ts";
import { movePrices, recountPrices } from "./working-prices.ts";
import { moveWorking, recountWorking } from "./working-values.ts";

export function apply(state: RiskState, event: RiskEvent, trail?: Trail): void {
  set(state, "seq", state.seq + 1, trail);
  // Never part of a trial.
  if (isPartEvent(event))
    applyPart(state, event, (held, orders) => bookPosition(state, held, orders, undefined));
  else follow(state, event, trail);
}

function follow(state: RiskState, event: Exclude<RiskEvent, PartEvent>, trail: Trail | undefined): void {
  switch (event.kind) {
    case "account-put":
      applyAccount(state, event, trail);
      return;
    case "limits-put":
    case "limits-planned":
      applyLimits(state, event, trail);
      return;
    case "state-set":
      applyState(state, event, trail);
      return;
    case "quota-held":
    case "parent-book":
      applyAbove(state, event, trail);
      return;
    case "order-decided":
      if (event.orders.length > 0) placeOrder(state, event, trail);
      countDecided(state, event, trail);
      return;
    case "execution-booked":
      if (event.opening) bringOpening(state, event, trail);
      else bookExecution(state, event, trail);
      countExecuted(state, event, trail);
      return;
    case "strategy-changed":
      put(state.strategies, event.strategy, event.registered, trail);
      return;
    case "cash-moved":
      if (event.position === undefined) bringCash(state, event, trail);
      else bookPosition(state, event.position, [], trail);
      return;
    case "corporate-action-applied":
      applyAction(state, event, trail);
      return;
    case "account-snapshot":
      if (event.closing !== undefined) closeDay(state, event.closing, trail);
      return;
    case "adjusted":
      if (event.symbol !== undefined)
        bookPosition(
          state,
          event.position ?? { symbol: event.symbol, strategy: event.strategy },
          event.orders,
          trail,
        );
      return;
    case "limit-tripped":
    case "limit-released":
    case "utilisation-level":
      applyWatched(state, event, trail);
      return;
    case "violation-resolved":
    case "reconciled":
    case "mass-cancel-asked":
    case "book-imported":
    case "violation-raised":
    case "fill-news":
    case "execution-revised":
    case "position-drift":
      return;
  }
}

function applyAccount(state: RiskState, { account }: AccountPut, trail: Trail | undefined): void {
  movePeaks(state, account.equity - (state.account?.equity ?? 0n), trail);
  set(state, "account", account, trail);
  // Never part of a trial: what follows is not taken back.
  state.returns = returnBookFor(state, account);
  state.above = aboveFor(parentOf(state), state.above);
  restate(state);
}

function applyAbove(state: RiskState, event: ParentEvent, trail: Trail | undefined): void {
  const { above } = state;
  assert(above !== undefined, "only who has a parent takes something over from it");
  if (event.kind === "quota-held") set(state, "above", { ...above, held: event.held }, trail);
  else {
    const { book } = event;
    set(state, "above", { ...above, book, severity: severestAbove(book.states) }, trail);
  }
}

function applyLimits(state: RiskState, event: LimitsPut | LimitsPlanned, trail: Trail | undefined): void {
  if (event.kind === "limits-planned") {
    put(state.pendingLimits, event.id, event.entry, trail);
    return;
  }
  set(state, "limits", event.set, trail);
  set(state, "sums", sumsFor(state, event.set.limits), trail);
  recountWorking(state, trail);
  recountPrices(state, trail);
  set(state.losses, "made", madeFor(state, event.set.limits), trail);
  startPeaks(state, event.set.limits, trail);
  dropLevels(state, event.set.limits, trail);
}

/** `active` lifts what stood. */
function applyState(state: RiskState, { standing }: StateSet, trail: Trail | undefined): void {
  const { kind, id } = standing.scope;
  put(state.tradingStates, stateKey(kind, id), standing.state === "active" ? undefined : standing, trail);
}

function applyWatched(
  state: RiskState,
  event: LimitTripped | LimitReleased | UtilisationLevel,
  trail: Trail | undefined,
): void {
  if (event.kind === "utilisation-level") applyLevel(state, event, trail);
  else applyTrip(state, event, trail);
}

function applyTrip(state: RiskState, event: LimitTripped | LimitReleased, trail: Trail | undefined): void {
  const { limitId, member } = event;
  put(
    state.trips,
    tripKey(limitId, member),
    event.kind === "limit-tripped" ? tripOf(event) : undefined,
    trail,
  );
  if (event.kind !== "limit-released") return;
  recountReleased(state, event, trail);
  restartPeak(state, limitId, trail);
}

const tripOf = ({ limitId, member, code: kind, observed, limit, at }: LimitTripped): Trip => ({
  ...{ limitId, member, kind, observed, limit, at },
});

function applyLevel(state: RiskState, event: UtilisationLevel, trail: Trail | undefined): void {
  const { limitId, member, level } = event;
  const key = tripKey(limitId, member);
  put(state.levels, key, level && { ...state.levels.get(key), limitId, member, level }, trail);
}

function placeOrder(state: RiskState, event: OrderDecided, trail: Trail | undefined): void {
  const { terms, orders, at } = event;
  putOrders(state, orders, 0n, trail);
  const { rates } = limitsFor(state.limits.limits, terms);
  if (rates.length > 0) countEvent(state, rates, terms, at, trail);
  if (state.levels.size === 0) return;
  const classes = classesFor(state.limits.limits, state.instruments.get(terms.symbol));
  noteAccepted(state, { ...terms, classes }, at, trail);
}

/** Nothing is made or lost by it. */
function bringCash(state: RiskState, { currency, amount }: CashMoved, trail: Trail | undefined): void {
  const { equity } = state.funds;
  moveCash(state, currency, amount, trail);
  movePeaks(state, state.funds.equity - equity, trail);
}

/** What an import brings along was made elsewhere. */
function bringOpening(state: RiskState, event: ExecutionBooked, trail: Trail | undefined): void {
  const { equity } = state.funds;
  bookExecution(state, event, trail);
  if (event.position?.brought !== undefined) movePeaks(state, state.funds.equity - equity, trail);
}

const bookExecution = (state: RiskState, event: ExecutionBooked, trail: Trail | undefined): void =>
  bookPosition(state, event.position ?? event, event.orders, trail);

/** A position as it stands now, with the orders of one pair, or none, that changed with it. */
function bookPosition(
  state: RiskState,
  held: PositionRecord | Pick<PositionRecord, "symbol" | "strategy">,
  orders: readonly Order[],
  trail: Trail | undefined,
): void {
  const { symbol, strategy } = held;
  let bought = 0n;
  if ("position" in held && held.position !== undefined) {
    bought = held.position.qty - (state.positions.get(lineKey(symbol, strategy))?.position.qty ?? 0n);
    putPosition(state, held, trail);
  }
  if (orders.length > 0) putOrders(state, orders, bought, trail);
  else if (bought !== 0n) changeLine(state, symbol, strategy, { ...NO_RESERVATION, pos: bought }, trail);
}

/** Orders of a pair stand together, so that what both reserve follows once. */
function applyAction(state: RiskState, event: ActionApplied, trail: Trail | undefined): void {
  const { symbol, strategy, position, orders } = event;
  if (position !== undefined) bookPosition(state, position, [], trail);
  for (const pair of pairsIn(orders)) bookPosition(state, { symbol, strategy }, pair, trail);
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
  const stood = orders.map((order) => state.orders.get(order.clientOrderId));
  const before = reservedBy(stood);
  const after = reservedBy(orders);
  for (const order of orders) {
    const works = order.status === "working";
    put(state.orders, order.clientOrderId, works ? order : undefined, trail);
    if (!works) put(state.ended, order.clientOrderId, order, trail);
  }
  moveWorking(state, stood, orders, trail);
  movePrices(state, stood, orders, trail);
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
