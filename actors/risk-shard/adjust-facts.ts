/** What facts of imports, reconciliations and adjustments say, as JSON. As in `facts.ts`, a field is added and never changed. */

import { decimalText } from "../../src/domain/decimal.ts";
import type { KeptDifference } from "../../src/domain/reconciliation.ts";
import {
  type OrderFact,
  orderFact,
  type PositionFact,
  positionFact,
  type RevisedFact,
  revisedFact,
  type Scales,
} from "./book-facts.ts";
import type { Adjusted, BookImported, Reconciled } from "./events.ts";

export type AdjustedFact = {
  readonly id: string;
  readonly origin: "import" | "reconcile";
  /** The id of the import or reconciliation, and the place in it. */
  readonly ref: string;
  readonly n: number;
  /** The kind of difference; `order` of an imported one. */
  readonly what: string;
  /** Null of cash: what was booked is the `cash-moved` beside it. */
  readonly symbol: string | null;
  readonly strategy: string | null;
  readonly currency: string | null;
  readonly revised: readonly RevisedFact[];
  readonly position: PositionFact | null;
  readonly orders: readonly (OrderFact & {
    readonly symbol: string;
    readonly side: "buy" | "sell";
    readonly type: string;
    readonly qty: string;
    readonly price: string | null;
  })[];
  readonly reason: string;
  readonly by: string;
  readonly at: number;
};

export type ReconciledFact = {
  readonly id: string;
  readonly asOf: number;
  readonly differences: readonly Omit<KeptDifference, "resolved" | "stamp">[];
  readonly total: number;
  readonly by: string;
  readonly at: number;
};

export type BookImportedFact = Omit<BookImported, "kind">;

/** `scales` are absent where it is of cash. */
export function adjustedFact(event: Adjusted, scales: Scales | undefined): AdjustedFact {
  const { sizeScale = 0, priceScale = 0, currency = null } = scales ?? {};
  const { position, orders, revised } = event;
  return {
    id: event.id,
    origin: event.origin,
    ref: event.ref,
    n: event.n,
    what: event.what,
    symbol: event.symbol ?? null,
    strategy: event.strategy === "" ? null : event.strategy,
    currency,
    revised: revised.map((one) => revisedFact(one, sizeScale)),
    position: position === undefined ? null : positionFact(position, sizeScale),
    orders: orders.map((order) => ({
      ...orderFact(order, sizeScale),
      symbol: order.symbol,
      side: order.side,
      type: order.type,
      qty: decimalText(order.qty, sizeScale),
      price: order.price === undefined ? null : decimalText(order.price, priceScale),
    })),
    reason: event.reason,
    by: event.by,
    at: event.at,
  };
}

export const reconciledFact = ({ reconciliation }: Reconciled): ReconciledFact => {
  const { id, asOf, differences, total, by, at } = reconciliation;
  return { id, asOf, differences: differences.map(({ stamp: _, ...shown }) => shown), total, by, at };
};

export const bookImportedFact = ({ kind: _, ...fact }: BookImported): BookImportedFact => fact;
