/** Orders: repeats are answered, all others go through the checks and, where they pass, reserve. */
import { assert } from "../../src/domain/assert.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import type { Trail } from "./changes.ts";
import { checksText, type DecisionRecord, recordOf } from "./decision-record.ts";
import { withStrategy } from "./default-strategy.ts";
import { evaluate, type Outcome, registryOf } from "./evaluate.ts";
import type { OrderDecided } from "./events.ts";
import { gather, replaceable } from "./gather.ts";
import type { Inputs } from "./inputs.ts";
import { encodeInputs } from "./inputs-codec.ts";
import { parseRecord } from "./kept-record.ts";
import type { OrderTerms } from "./messages.ts";
import { orderIdOf } from "./parts-records.ts";
import { inSequence } from "./sequence.ts";
import type { Order, RiskState } from "./state.ts";

/** What is remembered under a clientOrderId: the order's body and its record, or the text of it. */
export type RememberedOrder = { readonly bodyHash: string; readonly reply: string | DecisionRecord };

export type OrdersCommand = {
  readonly orders: readonly OrderTerms[];
  readonly remembered: ReadonlyMap<string, RememberedOrder>;
  /** Decided in the same way, recorded nowhere. */
  readonly dryRun: boolean;
  /** The armed connection that they came by. */
  readonly connection?: string | undefined;
};

/** `event` is absent for a repeat, in a dry run, and where the account was never put; `way` leads from the orders before it to behind it. */
export type OrderVerdict = {
  readonly record: DecisionRecord;
  readonly event?: OrderDecided;
  readonly way?: Trail;
};

export function decideOrders(state: RiskState, command: OrdersCommand, at: number): OrderVerdict[] {
  const lookUp = new Map(command.remembered);
  const seen = command.dryRun ? state.seq : undefined;
  const last = command.orders.at(-1);
  return inSequence(state, command.orders, (terms, tell) => {
    const verdict = decideOne(state, terms, lookUp.get(terms.clientOrderId), at, seen, command.connection);
    const { event, record } = verdict;
    if (event === undefined) return verdict;
    const way = terms === last ? undefined : tell(event);
    if (event.inputs !== undefined) {
      lookUp.set(terms.clientOrderId, { bodyHash: terms.body, reply: event.record });
    }
    if (command.dryRun) return { record };
    return way === undefined ? verdict : { record, event, way };
  });
}

function decideOne(
  state: RiskState,
  sent: OrderTerms,
  remembered: RememberedOrder | undefined,
  at: number,
  seen: number | undefined,
  connection: string | undefined,
): OrderVerdict {
  // Remembered as it was sent: what the default is by now does not make it another order.
  if (remembered?.bodyHash === sent.body) return { record: recordIn(remembered) };
  const terms = withStrategy(state, sent);
  const { version } = state.limits;
  const decided = { terms, at, limitsVersion: version, seq: seen ?? state.seq + 1 };
  if (state.account === undefined)
    return { record: recordOf({ ...decided, ...ACCOUNT_UNKNOWN, seq: state.seq }) };
  if (remembered !== undefined) return withEvent({ ...decided, ...ID_REUSED }, undefined, []);

  const inputs = gather(state, terms, at);
  const outcome = evaluate(inputs, terms, state.limits);
  const { decision, code, verdicts, rows } = outcome;
  const orders = decision === "reject" ? [] : reserving(state, terms, inputs, outcome, at, connection);
  const orderId = seen === undefined ? orders[0]?.orderId : undefined;
  const allowedQty = decimalText(outcome.allowedQty, inputs.instrument?.sizeScale ?? 0);
  const registry = registryOf(inputs);
  return withEvent(
    { ...decided, decision, allowedQty, code, orderId, verdicts, rows, registry },
    inputs,
    orders,
  );
}

const recordIn = ({ reply }: RememberedOrder): DecisionRecord =>
  typeof reply === "string" ? parseRecord(reply) : reply;

/** Found before any check, so no other check speaks. */
const ACCOUNT_UNKNOWN = {
  decision: "reject",
  allowedQty: "0",
  code: "account-unknown",
  orderId: undefined,
  verdicts: "f",
  rows: [],
} as const;
const ID_REUSED = { ...ACCOUNT_UNKNOWN, code: "order-id-reused", verdicts: "pf" } as const;

function withEvent(
  decided: Parameters<typeof recordOf>[0],
  inputs: Inputs | undefined,
  orders: readonly Order[],
): OrderVerdict {
  const record = recordOf(decided);
  const { terms, at, decision, allowedQty, code, limitsVersion, verdicts } = decided;
  const event: OrderDecided = {
    kind: "order-decided",
    at,
    terms,
    decision,
    allowedQty,
    code,
    limitsVersion,
    verdicts,
    checks: checksText(decided.rows),
    inputs: inputs === undefined ? undefined : encodeInputs(inputs),
    orders,
    record,
  };
  return { record, event };
}

/** The new order, and the one that it is to replace: until the venue answers they are a pair. */
function reserving(
  state: RiskState,
  terms: OrderTerms,
  inputs: Inputs,
  outcome: Outcome,
  at: number,
  connection: string | undefined,
): Order[] {
  const { valuedAt } = outcome;
  assert(valuedAt !== undefined, "an order without a value is rejected");
  const original = replaceable(state, terms);
  const seq = state.seq + 1;
  const { price, stopPrice } = inputs.order;
  const order: { -readonly [Field in keyof Order]: Order[Field] } = {
    seq,
    clientOrderId: terms.clientOrderId,
    orderId: orderIdOf(state.account?.account ?? "", state.parts?.part ?? 0, seq),
    strategy: terms.strategy,
    symbol: terms.symbol,
    side: terms.side,
    type: terms.type,
    qty: outcome.allowedQty,
    valuedAt,
    filled: 0n,
    status: "working",
    acceptedAt: at,
  };
  if (price !== undefined) order.price = price;
  if (stopPrice !== undefined) order.stopPrice = stopPrice;
  if (terms.timeInForce !== undefined) order.timeInForce = terms.timeInForce;
  if (terms.reduceOnly) order.reduceOnly = true;
  if (terms.replaces !== undefined) order.replaces = terms.replaces;
  if (terms.ttlMs !== undefined) order.expiresAt = at + terms.ttlMs;
  if (connection !== undefined) order.connection = connection;
  if (original !== undefined) order.partner = original.clientOrderId;
  return original === undefined ? [order] : [order, { ...original, partner: order.clientOrderId }];
}
