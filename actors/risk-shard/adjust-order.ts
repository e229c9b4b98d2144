/** Orders set right by hand: one that the venue has no more ends, one that it works appears, and numbers become the venue's. */

import { scaledBigint, scaledInteger } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Proposal } from "../../src/domain/reconciliation.ts";
import { bookable } from "./bookable.ts";
import { WORKING_ORDERS_MAX } from "./capacity.ts";
import type { Adjusted, Adjustment } from "./events.ts";
import { ordersAfterEnd } from "./pairs.ts";
import { type Refused, refuse } from "./refused.ts";
import { alone, NO_STRATEGY, type Order, type RiskState } from "./state.ts";

type Change<Action> = Extract<Proposal, { readonly action: Action }>;

export function endOrder(state: RiskState, order: Order, adjustment: Adjustment): Adjusted | Refused {
  const orders = ordersAfterEnd(state, "cancel", order);
  if (typeof orders === "string") return refuse("reconcile-outdated", "the order has ended");
  return adjusted(order, orders, false, adjustment);
}

/** With what the venue says was filled; what is held follows from the position, not from here. */
export function changeOrder(
  state: RiskState,
  order: Order,
  { qty, filledQty }: Change<"change-order">,
  adjustment: Adjustment,
): Adjusted | Refused {
  const instrument = state.instruments.get(order.symbol);
  if (instrument === undefined) return refuse("instrument-unknown", "the order's instrument is not known");
  const [whole, filled] = [qty, filledQty].map((text) => scaledInteger(text, instrument.sizeScale));
  if (whole?.ok !== true || filled?.ok !== true) return refuse("scale-exceeded", "the order at its scale");
  const isFilled = filled.value >= whole.value;
  const after: Order = {
    ...order,
    qty: whole.value,
    filled: BigInt(filled.value),
    ...(isFilled ? { status: "filled" } : {}),
  };
  const other = order.partner === undefined ? undefined : state.orders.get(order.partner);
  const pair = other === undefined ? [after] : isFilled ? [alone(after), alone(other)] : [after, other];
  return adjusted(order, pair, false, adjustment);
}

export type MissingOrder = {
  readonly clientOrderId: string;
  readonly symbol: Symbol;
  /** As it ended here, if it was here. */
  readonly ended: Order | undefined;
};

export function addOrder(
  state: RiskState,
  { clientOrderId, symbol, ended }: MissingOrder,
  change: Change<"add-order">,
  adjustment: Adjustment,
): Adjusted | Refused {
  const strategy = change.strategy ?? NO_STRATEGY;
  const instrument = bookable(state, symbol, strategy);
  if (typeof instrument === "string") return refuse("reconcile-unresolvable", `${symbol}: ${instrument}`);
  if (state.orders.size >= WORKING_ORDERS_MAX) return refuse("too-many", "too many orders work");
  const [qty, filled] = [change.qty, change.filledQty].map((text) =>
    scaledInteger(text, instrument.sizeScale),
  );
  const valuedAt = wholePrice(change.price, instrument);
  if (qty?.ok !== true || filled?.ok !== true || valuedAt === undefined)
    return refuse("scale-exceeded", "the order at its scales");
  const numbers = { qty: qty.value, filled: BigInt(filled.value), valuedAt, status: "working" } as const;
  if (ended !== undefined) return adjusted(ended, [{ ...alone(ended), ...numbers }], false, adjustment);
  const seq = state.seq + 1;
  const order: Order = {
    ...{ seq, clientOrderId, orderId: `${state.account?.account}-${seq}`, strategy, symbol },
    ...{ side: change.side, type: change.type, ...numbers, acceptedAt: adjustment.at },
    ...(change.type === "limit" ? { price: valuedAt } : {}),
  };
  return adjusted(order, [order], true, adjustment);
}

/** Of a middle between two prices the one at which more is reserved: for an inverse contract the lower. */
function wholePrice(text: string, { priceScale, contract }: Instrument): number | undefined {
  const halves = scaledBigint(text, priceScale + 1);
  if (!halves.ok) return undefined;
  const price = Number((halves.value + (contract === "inverse" ? 0n : 9n)) / 10n);
  return Number.isSafeInteger(price) ? price : undefined;
}

const adjusted = (
  { clientOrderId, symbol, strategy }: Order,
  orders: readonly Order[],
  added: boolean,
  adjustment: Adjustment,
): Adjusted => ({
  ...{ kind: "adjusted", ...adjustment, id: clientOrderId, symbol, strategy, orders, added, revised: [] },
});
