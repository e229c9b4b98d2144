/** How facts become rows of the typed tables. */
import type { PgTable } from "drizzle-orm/pg-core";
import type { Fact } from "../../../actors/runtime/outbox.ts";
import type { Change, Row } from "../statements.ts";

/** One fact with its sender. `name` is the actor's own name after the kind: `acme/main`, `XNAS:AAPL`. */
export type SentFact = {
  readonly actor: string;
  readonly name: string;
  readonly seq: number;
  readonly committedAt: number;
  readonly kind: string;
  readonly payload: string;
  readonly requestId: string | null;
  readonly traceparent: string | null;
};

export type TableRows = {
  readonly table: PgTable;
  readonly change: Change;
  readonly rows: readonly Row[];
};

/** Rows of one fact. A throw means that the fact cannot be read: it is parked, and blocks nobody. */
export type Projection = (fact: SentFact) => readonly TableRows[];

export const originOf = (fact: SentFact): Row => ({ actor: fact.actor, seq: fact.seq });

export function sentFact(
  actor: string,
  [seq, committedAt, kind, payload, requestId, traceparent]: Fact,
): SentFact {
  const name = actor.slice(actor.indexOf(":") + 1);
  const cause = { requestId: requestId ?? null, traceparent: traceparent ?? null };
  return { actor, name, seq, committedAt, kind, payload, ...cause };
}

/** Tenant, account and origin of every row about an account, which is its risk shard's own name. */
export function accountOf(fact: SentFact): { tenant: string; account: string; actor: string; seq: number } {
  const { tenant, own } = tenantAndName(fact.name);
  return { tenant, account: own, actor: fact.actor, seq: fact.seq };
}

// SAFETY: the sender's `facts.ts` writes these payloads; one of another shape leaves a NOT NULL column empty and is parked.
export const payloadOf = <Payload>(fact: SentFact): Payload => JSON.parse(fact.payload) as Payload;

/** `acme/main` → tenant `acme`, own name `main`. */
export function tenantAndName(name: string): { tenant: string; own: string } {
  const slash = name.indexOf("/");
  if (slash < 0) throw new Error("an actor of a tenant is named <tenant>/<name>");
  return { tenant: name.slice(0, slash), own: name.slice(slash + 1) };
}
