/** Facts of decisions, as their shards told them: they hold the inputs that a decision was made from. */
import { and, eq } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/pg-core";
import { actorFact } from "./schema.ts";

export const decisionFactQuery = (actor: string, seq: number) =>
  new QueryBuilder()
    .select({ payload: actorFact.payload })
    .from(actorFact)
    .where(and(eq(actorFact.actor, actor), eq(actorFact.seq, seq), eq(actorFact.kind, "order-decided")))
    .limit(1);
