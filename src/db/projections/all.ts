/** Which projection reads which kind of fact. A kind that stands here in no list is kept as a fact and makes no other row. */
import type { OutboxBatch } from "../../../actors/runtime/outbox.ts";
import { actorFact } from "../schema.ts";
import { keyCreated, keyRevoked } from "./keys.ts";
import { barRow, instrumentRow } from "./market-data.ts";
import { type Projection, sentFact, type TableRows } from "./projection.ts";
import {
  accountRow,
  decisionRow,
  executionRows,
  limitRows,
  strategyClosed,
  strategyRow,
  violationRow,
} from "./risk.ts";
import { candleRow } from "./strategies.ts";

const PROJECTIONS: Readonly<Record<string, Projection>> = {
  bar: barRow,
  "instrument-put": instrumentRow,
  "m2m-candle": candleRow,
  "account-put": accountRow,
  "limits-put": limitRows,
  "order-decided": decisionRow,
  "violation-raised": violationRow,
  "execution-booked": executionRows,
  "strategy-opened": strategyRow,
  "strategy-amended": strategyRow,
  "strategy-closed": strategyClosed,
  "key-created": keyCreated,
  "key-revoked": keyRevoked,
};

export function rowsOf(batch: OutboxBatch): TableRows[] {
  const facts = batch.facts.map((fact) => sentFact(batch.actor, fact));
  const kept: TableRows = {
    table: actorFact,
    change: { put: "keep" },
    rows: facts.map(({ actor, seq, committedAt, kind, payload, requestId, traceparent }) => ({
      ...{ actor, seq, committed_at: committedAt, kind, payload },
      ...{ request_id: requestId, traceparent },
    })),
  };
  return [kept, ...facts.flatMap((fact) => PROJECTIONS[fact.kind]?.(fact) ?? [])];
}
