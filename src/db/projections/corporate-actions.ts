/** Facts of corporate actions: rows of `corporate_action`, which stay when an action is revoked. */
import type { CorporateActionFact } from "../../../actors/symbol/actions/corporate-action-rules.ts";
import { corporateAction } from "../corporate-action-table.ts";
import { originOf, type Projection } from "./projection.ts";

export const corporateActionRow: Projection = (fact) => {
  // SAFETY: a payload of another shape leaves a NOT NULL column empty, and the fact is parked.
  const { symbol, id, type, exDate, terms, referencePrice, recordedAt, recordedBy, revokedAt, revokedBy } =
    JSON.parse(fact.payload) as CorporateActionFact;
  const action = { symbol, id, type, ex_date: exDate, terms, reference_price: referencePrice };
  const recorded = { recorded_at: recordedAt, recorded_by: recordedBy };
  const revoked = { revoked_at: revokedAt, revoked_by: revokedBy };
  return [
    {
      table: corporateAction,
      change: { put: "newer-fact" },
      rows: [{ ...action, ...recorded, ...revoked, ...originOf(fact) }],
    },
  ];
};
