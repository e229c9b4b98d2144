/** An account beside its broker: reconciliations, and what was set right by them or came with an imported book. */
import type { AdjustedFact, ReconciledFact } from "../../../actors/risk-shard/adjust-facts.ts";
import { adjustment, reconciliation } from "../broker-tables.ts";
import { positionRows, revisionRows } from "./account-history.ts";
import { accountOf, type Projection, payloadOf } from "./projection.ts";

export const reconciliationRow: Projection = (fact) => {
  const { id, asOf, differences, total, by, at } = payloadOf<ReconciledFact>(fact);
  const row = { ...accountOf(fact), id, as_of: asOf, differences, total, by, reconciled_at: at };
  return [{ table: reconciliation, change: { put: "keep" }, rows: [row] }];
};

export const adjustmentRows: Projection = (fact) => {
  const adjusted = payloadOf<AdjustedFact>(fact);
  const { id, origin, ref, n, what, symbol, strategy, currency, orders, reason, by, at } = adjusted;
  const named = { id, origin, ref, n, what, symbol, strategy, orders, reason, by, booked_at: at };
  const row = {
    table: adjustment,
    change: { put: "keep" },
    rows: [{ ...accountOf(fact), ...named }],
  } as const;
  if (symbol === null || currency === null) return [row];
  const revised = { reason: "adjustment", id, symbol, strategy, currency, at };
  return [row, ...revisionRows(fact, revised, adjusted.revised), ...positionRows(fact, adjusted.position)];
};
