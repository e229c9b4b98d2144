/**
 * Cancels that are asked of whoever sends orders to the venue: of all that works in a scope, once. Asking changes nothing of an order; the
 * reports that end it are the acknowledgements, and until then its reservation stands.
 */
import type { MassCancelBody } from "../../src/contracts/mass-cancels.ts";
import { MASS_CANCEL_PART_ORDERS_MAX } from "./capacity.ts";
import { type Refused, refuse } from "./refused.ts";
import type { Order, RiskState, StandingState, StateScopeKind } from "./state.ts";

/** A connection is one that was armed: its own orders are in scope. */
export type CancelScope = { readonly kind: StateScopeKind | "connection"; readonly id?: string };
export type CancelCause = "requested" | "killed" | "disconnected" | "dead-man";

export type CancelOrder = Pick<Order, "clientOrderId" | "orderId" | "seq">;

/** One part of the orders of one asking; the parts follow each other. */
export type MassCancelAsked = {
  readonly kind: "mass-cancel-asked";
  readonly at: number;
  /** `mc-` and the seq of the first part. */
  readonly id: string;
  readonly cause: CancelCause;
  readonly scope: CancelScope;
  readonly reason: string;
  readonly by: string;
  /** From 1. */
  readonly part: number;
  /** Orders of all parts. */
  readonly total: number;
  readonly orders: readonly CancelOrder[];
};

export type MassCancelAskedFact = Omit<MassCancelAsked, "kind" | "orders"> & {
  readonly orders: readonly { readonly clientOrderId: string; readonly orderId: string }[];
};

export const massCancelFact = ({ kind: _, orders, ...asked }: MassCancelAsked): MassCancelAskedFact => ({
  ...asked,
  orders: orders.map(({ clientOrderId, orderId }) => ({ clientOrderId, orderId })),
});

export type CancelReason = Pick<MassCancelAsked, "cause" | "scope" | "reason" | "by">;

/** Of nothing that works there is one part without an order: that it was asked is told all the same. `before`: events of the turn in front. */
export function massCancelOf(
  state: RiskState,
  why: CancelReason,
  at: number,
  before = 0,
): readonly [MassCancelAsked, ...MassCancelAsked[]] {
  const asked = [...state.orders.values()].filter((order) => isIn(state, why.scope, order));
  const id = `mc-${state.seq + before + 1}`;
  const partAt = (index: number): MassCancelAsked => ({
    ...{ kind: "mass-cancel-asked", at, id, ...why, part: index + 1, total: asked.length },
    orders: asked
      .slice(index * MASS_CANCEL_PART_ORDERS_MAX, (index + 1) * MASS_CANCEL_PART_ORDERS_MAX)
      .map(({ clientOrderId, orderId, seq }) => ({ clientOrderId, orderId, seq })),
  });
  const further = Math.max(0, Math.ceil(asked.length / MASS_CANCEL_PART_ORDERS_MAX) - 1);
  return [partAt(0), ...Array.from({ length: further }, (_, index) => partAt(index + 1))];
}

function isIn({ instruments }: RiskState, { kind, id }: CancelScope, order: Order): boolean {
  switch (kind) {
    case "account":
      return true;
    case "strategy":
      return order.strategy === id;
    case "symbol":
      return order.symbol === id;
    case "sector":
      return instruments.get(order.symbol)?.sector === id;
    case "connection":
      return order.connection === id;
  }
}

/** Who is killed works nothing any more: the cancel of what works is asked in the same turn. */
export const askedByState = (
  state: RiskState,
  { state: standing, scope, reason, by, at }: StandingState,
): readonly MassCancelAsked[] =>
  standing === "killed" ? massCancelOf(state, { cause: "killed", scope, reason, by }, at, 1) : [];

export function decideMassCancel(
  state: RiskState,
  { body, by }: { readonly body: MassCancelBody; readonly by: string },
  at: number,
): { readonly events: ReturnType<typeof massCancelOf> } | Refused {
  const { account } = state;
  if (account === undefined) return refuse("account-unknown", "put the account first");
  if (body.by !== by) return refuse("principal-mismatch", "`by` is the subject of the credential");
  const { kind, id } = body.scope;
  if (kind === "account" && id !== undefined && id !== account.account)
    return refuse("field-combination", "the scope names another account");
  if (kind === "strategy" && !state.strategies.has(id ?? ""))
    return refuse("strategy-unknown", "the account has no open strategy of this id");
  const scope: CancelScope = kind === "account" || id === undefined ? { kind } : { kind, id };
  return { events: massCancelOf(state, { cause: "requested", scope, reason: body.reason, by }, at) };
}
