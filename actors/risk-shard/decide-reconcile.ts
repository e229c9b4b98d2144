/** A reconciliation keeps what differs from a broker's book; resolving books what of it was accepted, all or nothing. */
import type { ReconcileBody, ResolveBody } from "../../src/contracts/reconcile.ts";
import { scaledBigint } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { money, parseMoney, ZERO } from "../../src/domain/money.ts";
import {
  DIFFERENCES_MAX,
  DIFFERENCES_UNITS_MAX,
  type Difference,
  type KeptDifference,
  type Reconciliation,
} from "../../src/domain/reconciliation.ts";
import { FUTURE_TOLERANCE_MS } from "../../src/domain/time.ts";
import { valueAtText } from "../../src/domain/worth.ts";
import type { Trade } from "../../src/quant/money/entry.ts";
import { adjustLine } from "./adjust-line.ts";
import { addOrder, changeOrder, endOrder } from "./adjust-order.ts";
import { linesIn, stampOf } from "./book-lines.ts";
import { bookable } from "./bookable.ts";
import { cashOf, differencesFrom, type EndedOrders, orderStamp } from "./compare-book.ts";
import type { Decided } from "./decide.ts";
import type { Adjustment, CashMoved, RiskEvent } from "./events.ts";
import { isBookable } from "./fx.ts";
import { type Refused, refuse } from "./refused.ts";
import { inSequence, type Tell } from "./sequence.ts";
import { NO_STRATEGY, type RiskState } from "./state.ts";

export type ReconcileCommand = {
  readonly body: ReconcileBody;
  readonly by: string;
  /** Orders of the broker's that have ended here. */
  readonly ended: EndedOrders;
};

export function decideReconcile(
  state: RiskState,
  { body, by, ended }: ReconcileCommand,
  at: number,
): Decided {
  if (state.account === undefined) return refuse("account-unknown", "put the account first");
  if (body.asOf > at + FUTURE_TOLERANCE_MS) return refuse("ts-future", "asOf lies in the future");
  const found = differencesFrom(state, body, ended);
  const seq = state.seq + 1;
  const differences = keptOf(found);
  const head = { id: `r${seq}`, seq, asOf: body.asOf, at, by, total: found.length };
  return { events: [{ kind: "reconciled", at, reconciliation: { ...head, differences } }] };
}

/** The first of them, as many as there is room for; one of them always fits. */
export function keptOf(found: readonly Difference[]): KeptDifference[] {
  const kept: KeptDifference[] = [];
  let units = 0;
  for (const difference of found.slice(0, DIFFERENCES_MAX)) {
    const one = { n: kept.length + 1, ...difference };
    units += JSON.stringify(one).length;
    if (units > DIFFERENCES_UNITS_MAX) break;
    kept.push(one);
  }
  return kept;
}

export type ResolveCommand = {
  readonly body: ResolveBody;
  readonly by: string;
  /** Undefined where there is none of this id. */
  readonly reconciliation: Reconciliation | undefined;
  readonly ended: EndedOrders;
};

export function decideResolve(state: RiskState, command: ResolveCommand, at: number): Decided {
  const { body, by, reconciliation } = command;
  if (reconciliation === undefined) return refuse("reconcile-unknown", "the newest 100 are kept");
  if (body.by !== by) return refuse("principal-mismatch", "`by` is the subject of the credential");
  if (body.strategy !== undefined && !state.strategies.has(body.strategy))
    return refuse("strategy-unknown", "the account has no open strategy of this id");
  const accepted: KeptDifference[] = [];
  for (const n of [...body.accept].sort((one, other) => one - other)) {
    const difference = reconciliation.differences[n - 1];
    if (difference === undefined) return refuse("range", `there is no difference ${n}`);
    const fault = faultOf(state, difference, command.ended);
    if (fault !== undefined) return fault;
    accepted.push(difference);
  }
  const resolving = { ...command, reconciliation };
  let refused: Refused | undefined;
  const decided = inSequence(state, accepted, (difference, tell): readonly RiskEvent[] => {
    if (refused !== undefined) return [];
    const one = resolveOne(state, resolving, difference, at, tell);
    if (!("refuse" in one)) return one;
    refused = one;
    return [];
  });
  return refused ?? { events: decided.flat() };
}

function faultOf(state: RiskState, difference: KeptDifference, ended: EndedOrders): Refused | undefined {
  const { n, resolved, proposal, code, stamp } = difference;
  if (resolved !== undefined) return refuse("reconcile-outdated", `difference ${n} is resolved`);
  if (proposal === null) return refuse("reconcile-unresolvable", `difference ${n}: ${code}`);
  return stampNow(state, difference, ended) === stamp
    ? undefined
    : refuse("reconcile-outdated", `what difference ${n} is about is another by now: reconcile again`);
}

function stampNow(
  state: RiskState,
  { clientOrderId, symbol, currency }: KeptDifference,
  ended: EndedOrders,
): string {
  if (clientOrderId !== undefined)
    return orderStamp(state.orders.get(clientOrderId), ended.get(clientOrderId));
  // SAFETY: a difference that is of no order and no symbol is of cash.
  return symbol === undefined
    ? String(cashOf(state, currency ?? ""))
    : stampOf(linesIn(state, symbol as Symbol));
}

type Resolving = ResolveCommand & { readonly reconciliation: Reconciliation };
type Resolved = readonly RiskEvent[] | Refused;

function resolveOne(
  state: RiskState,
  { body, by, reconciliation: { id: ref }, ended }: Resolving,
  difference: KeptDifference,
  at: number,
  tell: Tell,
): Resolved {
  const { n, kind, proposal, clientOrderId = "" } = difference;
  const symbol = difference.symbol as Symbol;
  const adjustment: Adjustment = { at, origin: "reconcile", ref, n, what: kind, reason: body.reason, by };
  const order = state.orders.get(clientOrderId);
  switch (proposal?.action) {
    case "trade":
      return trade(state, symbol, sharesIn(proposal.lines, body.strategy), proposal.price, adjustment, tell);
    case "set-average-price":
      return setAverage(state, symbol, proposal.price, adjustment, tell);
    case "adjust-cash":
      return told(cashEvents(state, difference, proposal.amount, adjustment), tell);
    case "add-order": {
      const strategy = ended.has(clientOrderId) ? proposal.strategy : (body.strategy ?? proposal.strategy);
      const missing = { clientOrderId, symbol, ended: ended.get(clientOrderId) };
      return told(addOrder(state, missing, { ...proposal, strategy }, adjustment), tell);
    }
    case "end-order":
      return order === undefined ? GONE : told(endOrder(state, order, adjustment), tell);
    case "change-order":
      return order === undefined ? GONE : told(changeOrder(state, order, proposal, adjustment), tell);
    case undefined:
      return GONE;
  }
}

const GONE = refuse("reconcile-outdated", "the order has ended");

function told(decided: RiskEvent | readonly RiskEvent[] | Refused, tell: Tell): Resolved {
  if ("refuse" in decided) return decided;
  const events = "kind" in decided ? [decided] : decided;
  for (const event of events) tell(event);
  return events;
}

type Line = { readonly strategy: string | null; readonly qty: string };

/** All of it to the strategy that was named, if one was. */
function sharesIn(lines: readonly Line[], named: string | undefined): Map<string, string[]> {
  const shares = new Map<string, string[]>();
  for (const { strategy, qty } of lines) {
    const own = named ?? strategy ?? NO_STRATEGY;
    shares.set(own, [...(shares.get(own) ?? []), qty]);
  }
  return shares;
}

function trade(
  state: RiskState,
  symbol: Symbol,
  shares: ReadonlyMap<string, readonly string[]>,
  price: string,
  adjustment: Adjustment,
  tell: Tell,
): Resolved {
  const events: RiskEvent[] = [];
  for (const [strategy, parts] of shares) {
    const instrument = bookable(state, symbol, strategy);
    if (typeof instrument === "string") return refuse("reconcile-unresolvable", `${symbol}: ${instrument}`);
    let qty = 0n;
    for (const part of parts) {
      const exact = scaledBigint(part, instrument.sizeScale);
      if (!exact.ok) return refuse(exact.code, `the quantity of ${symbol} at its scale`);
      qty += exact.value;
    }
    const entry = entryAt(instrument, `${adjustment.ref}.${adjustment.n}`, qty, price, adjustment.at);
    if (entry === undefined) return refuse("number-range", `${symbol} has no value at ${price}`);
    events.push(...adjustLine(state, { symbol, strategy }, [entry], adjustment, tell));
  }
  return events;
}

/** Every line at that average: out at what it has cost, so that nothing is realised, and in again. */
function setAverage(
  state: RiskState,
  symbol: Symbol,
  price: string,
  adjustment: Adjustment,
  tell: Tell,
): Resolved {
  const events: RiskEvent[] = [];
  for (const { strategy, position } of linesIn(state, symbol)) {
    const instrument = bookable(state, symbol, strategy);
    if (typeof instrument === "string") return refuse("reconcile-unresolvable", `${symbol}: ${instrument}`);
    const id = `${adjustment.ref}.${adjustment.n}`;
    const back = entryAt(instrument, `${id}.in`, position.qty, price, adjustment.at);
    if (back === undefined) return refuse("number-range", `${symbol} has no value at ${price}`);
    const out: Trade = { ...back, id: `${id}.out`, qty: -position.qty, value: position.cost };
    events.push(...adjustLine(state, { symbol, strategy }, [out, back], adjustment, tell));
  }
  return events;
}

/** Its value is exact; its price is what the instrument's scale shows of it. */
function entryAt(
  instrument: Instrument,
  id: string,
  qty: bigint,
  price: string,
  ts: number,
): Trade | undefined {
  const value = valueAtText(instrument, qty < 0n ? -qty : qty, price);
  const shown = scaledBigint(price, 18);
  if (value === undefined || !shown.ok) return undefined;
  const whole = Number(shown.value / 10n ** BigInt(18 - instrument.priceScale));
  if (!Number.isSafeInteger(whole)) return undefined;
  return { kind: "adjustment", id, ts, qty, price: whole, value: money(value), fee: ZERO };
}

/** Booked as any movement of cash; beside it stands whose adjustment it is. */
function cashEvents(
  state: RiskState,
  { currency = "" }: KeptDifference,
  text: string,
  adjustment: Adjustment,
): readonly RiskEvent[] | Refused {
  const amount = parseMoney(text);
  if (!amount.ok) return refuse(amount.code, "the amount at 12 decimals");
  // The account may have left the currency out since the books were compared.
  if (!isBookable(state.account, currency))
    return refuse("currency-unsupported", `the account names no fx symbol for ${currency}`);
  const { at, ref, n, reason, by } = adjustment;
  const id = `${ref}.${n}`;
  const moved: CashMoved = {
    ...{ kind: "cash-moved", at, id, type: "adjustment", currency, amount: amount.value, symbol: undefined },
    ...{ strategy: NO_STRATEGY, ts: at, note: reason, by, body: "" },
  };
  const nothing = { symbol: undefined, strategy: NO_STRATEGY, orders: [], added: false, revised: [] };
  return [moved, { kind: "adjusted", ...adjustment, id, ...nothing }];
}
