/** Which projection reads which kind of fact. A kind that stands here in no list is kept as a fact and makes no other row. */
import type { OutboxBatch } from "../../../actors/runtime/outbox.ts";
import { actorFact } from "../schema.ts";
import { type Projection, sentFact, type TableRows } from "./projection.ts";

const PROJECTIONS: Readonly<Record<string, Projection>> = {};

export function rowsOf(batch: OutboxBatch): TableRows[] {
  const facts = batch.facts.map((fact) => sentFact(batch.actor, fact));
  const kept: TableRows = {
    table: actorFact,
    onConflict: "keep",
    rows: facts.map(({ actor, seq, committedAt, kind, payload }) => ({
      actor,
      seq,
      committed_at: committedAt,
      kind,
      payload,
    })),
  };
  return [kept, ...facts.flatMap((fact) => PROJECTIONS[fact.kind]?.(fact) ?? [])];
}
