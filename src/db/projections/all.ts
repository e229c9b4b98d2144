/**
 * Which projection reads which kind of fact. Frequent kinds stand in `selected.ts`; one that stands in neither is kept as a fact and makes
 * no other row.
 */
import type { TextBatch } from "../../../actors/runtime/fact.ts";
import { factsIn } from "../../../actors/runtime/fact-text.ts";
import { actionRows, cashRows, furtherRevisions, snapshotRow } from "./account-history.ts";
import { adjustmentRows, reconciliationRow } from "./broker.ts";
import { corporateActionRow } from "./corporate-actions.ts";
import { keyCreated, keyRevoked } from "./keys.ts";
import { labelDeleted, labelRows } from "./labels.ts";
import { barFlagRows, barRow, gapRow, instrumentRow } from "./market-data.ts";
import { type Projection, sentFact, type TableRows } from "./projection.ts";
import { quoteBarRow } from "./quote-bars.ts";
import {
  accountRow,
  executionRows,
  limitRows,
  resolutionRow,
  strategyClosed,
  strategyRow,
  violationRow,
} from "./risk.ts";
import { candleRow } from "./strategies.ts";

const PROJECTIONS: Readonly<Record<string, Projection>> = {
  bar: barRow,
  "bar-flags": barFlagRows,
  gap: gapRow,
  "quote-bar": quoteBarRow,
  "instrument-put": instrumentRow,
  "m2m-candle": candleRow,
  "account-put": accountRow,
  "limits-put": limitRows,
  "violation-raised": violationRow,
  "violation-resolved": resolutionRow,
  "execution-booked": executionRows,
  "execution-revised": furtherRevisions,
  "cash-moved": cashRows,
  "corporate-action-applied": actionRows,
  "account-snapshot": snapshotRow,
  reconciled: reconciliationRow,
  adjusted: adjustmentRows,
  "strategy-opened": strategyRow,
  "strategy-amended": strategyRow,
  "strategy-closed": strategyClosed,
  "key-created": keyCreated,
  "key-revoked": keyRevoked,
  "corporate-action": corporateActionRow,
  "label-put": labelRows,
  "label-deleted": labelDeleted,
};

/** The facts of a batch are read only where it holds a kind that is projected here. */
export function rowsOf(batch: TextBatch): TableRows[] {
  if (!batch.kinds.some((kind) => Object.hasOwn(PROJECTIONS, kind))) return [];
  return factsIn(batch).flatMap((fact) => PROJECTIONS[fact[2]]?.(sentFact(batch.actor, fact)) ?? []);
}
