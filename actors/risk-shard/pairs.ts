/** An order, and its replacement that the venue has not confirmed yet: which of the two a report ends. Reports may come late or never. */
import type { ExecutionType, OrderStatus } from "../../src/domain/order.ts";
import { alone, isPending, type Order, type RiskState } from "./state.ts";

export type EndType = Exclude<ExecutionType, "fill" | "bust" | "correct" | "acknowledge">;
type Role = "alone" | "original" | "replacement";
type Ending = "named" | "other" | "none";

/**
 * By the role of the order that a report names. A cancel or an expiry of a pending replacement leaves the original as it is: only a
 * `replace`, or a fill of the replacement, proves that the venue let it go.
 */
const WHO_ENDS: Readonly<Record<EndType, Readonly<Record<Role, Ending>>>> = {
  cancel: { alone: "named", original: "named", replacement: "named" },
  reject: { alone: "named", original: "named", replacement: "named" },
  expire: { alone: "named", original: "named", replacement: "named" },
  replace: { alone: "none", original: "named", replacement: "other" },
};
const ENDS = { cancel: "cancelled", reject: "rejected", expire: "expired", replace: "replaced" } as const;

/** Orders as they stand after the report, the ended one first; or why it cannot be. */
export function ordersAfterEnd(
  state: RiskState,
  type: EndType,
  named: Order,
): readonly Order[] | "order-final" | "not-replacing" {
  if (type === "replace") {
    const late = afterLateReplace(state, named);
    if (late !== undefined) return late;
  }
  if (named.status !== "working") return "order-final";
  const other = partnerOf(state, named);
  const role = other === undefined ? "alone" : isPending(named) ? "replacement" : "original";
  const ending = { named, other, none: undefined }[WHO_ENDS[type][role]];
  if (ending === undefined) return "not-replacing";
  return parted(ending, ENDS[type], ending === named ? other : named);
}

/** A fill of a pending replacement is proof that it is in force: its original ends, and frees what it reserved. */
export function ordersAfterFill(state: RiskState, order: Order, qty: bigint): readonly Order[] {
  const filled = order.filled + qty;
  const isFilled = order.status === "working" && filled >= BigInt(order.qty);
  const after: Order = { ...order, filled, status: isFilled ? "filled" : order.status };
  const other = partnerOf(state, order);
  if (other === undefined) {
    const left = leftBehind(state, order);
    return left === undefined ? [after] : [{ ...after, provenByFill: true }, ...replaced(state, left)];
  }
  if (isPending(order)) return [{ ...alone(after), provenByFill: true }, ended(other, "replaced")];
  return isFilled ? [alone(after), alone(other)] : [after, other];
}

/** The venue has the order, which may have ended meanwhile: what it reserves is as it was. The first time stands. */
export function ordersAfterAcknowledge(
  state: RiskState,
  order: Order,
  ts: number,
  venueOrderId: string | undefined,
): readonly Order[] {
  const after: Order = {
    ...order,
    acknowledgedAt: order.acknowledgedAt ?? ts,
    ...(venueOrderId === undefined ? {} : { venueOrderId }),
  };
  const other = order.status === "working" ? partnerOf(state, order) : undefined;
  return other === undefined ? [after] : [after, other];
}

/** More or less of the order was filled than was reported. What has ended stays ended; what works reserves what remains of it now. */
export function ordersAfterRevision(state: RiskState, order: Order, filledMore: bigint): readonly Order[] {
  if (filledMore === 0n) return [];
  const filled = order.filled + filledMore > 0n ? order.filled + filledMore : 0n;
  const isFilled = order.status === "working" && filled >= BigInt(order.qty);
  const after: Order = { ...order, filled, status: isFilled ? "filled" : order.status };
  const other = partnerOf(state, order);
  if (other === undefined) return [after];
  return isFilled ? [alone(after), alone(other)] : [after, other];
}

/** Of a replace that is known already nothing follows; of one whose replacement has ended meanwhile, the end of its original. Undefined where it is neither. */
function afterLateReplace(state: RiskState, named: Order): readonly Order[] | undefined {
  if (named.status === "replaced") return [named];
  if (named.provenByFill === true) {
    const { provenByFill: _, ...told } = named;
    return [told];
  }
  const left = leftBehind(state, named);
  return left === undefined ? undefined : replaced(state, left);
}

/** The original of a replacement that ended while it was pending, if it still works: nothing has said whether it was replaced. */
function leftBehind(state: RiskState, { replaces, status }: Order): Order | undefined {
  const hasEnded = status === "cancelled" || status === "expired";
  return hasEnded && replaces !== undefined ? state.orders.get(replaces) : undefined;
}

/** Without its next replacement, if it has got one since: that one stands alone. */
const replaced = (state: RiskState, original: Order): readonly Order[] =>
  parted(original, "replaced", partnerOf(state, original));

const partnerOf = (state: RiskState, { partner }: Order): Order | undefined =>
  partner === undefined ? undefined : state.orders.get(partner);

const parted = (ending: Order, status: OrderStatus, staying: Order | undefined): readonly Order[] => [
  ended(ending, status),
  ...(staying === undefined ? [] : [alone(staying)]),
];

/** An order that ends leaves its pair. */
const ended = (order: Order, status: OrderStatus): Order => ({ ...alone(order), status });

/** An order, with its other where it has one. */
export function pairsIn(orders: readonly Order[]): Order[][] {
  const pairs = new Map<string, Order[]>();
  for (const order of orders) {
    const { clientOrderId, partner } = order;
    const pair = partner === undefined ? undefined : pairs.get(partner);
    if (pair === undefined) pairs.set(clientOrderId, [order]);
    else pair.push(order);
  }
  return [...pairs.values()];
}
