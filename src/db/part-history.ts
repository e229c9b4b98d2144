/** Reads of several parts of a split account: one query for all of them. Each part's facts lie under its own name, by seqs of its own. */

import { inArray } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/pg-core";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import { PARTS_MAX, partAccount } from "../domain/parts-map.ts";
import type { HistoryReads, PartBelow, PartItem } from "../ports.ts";
import { executionOf, executionsQuery, shardActor } from "./execution-history.ts";
import type { ResultRow, Statement } from "./neon.ts";
import { actorWatermark } from "./schema.ts";
import { violationOf, violationsQuery } from "./violation-history.ts";

type Rows = readonly ResultRow[];
type Read = (envelope: Envelope, statement: Statement) => Promise<ActorReply<Rows>>;
type PartReads = Pick<HistoryReads, "accountParts" | "partExecutions" | "partViolations">;

const PARTS = Array.from({ length: PARTS_MAX }, (_, part) => part);

/** Of all parts that the account can have: part 0 is the account's own object. */
export const partActors = (tenant: string, account: string): string[] =>
  PARTS.map((part) => shardActor(tenant, partAccount(account, part)));

export function partReads(read: Read): PartReads {
  const older = async (
    envelope: Envelope,
    queries: readonly OfPart[],
    objectOf: (row: ResultRow) => object,
  ): Promise<ActorReply<readonly PartItem[]>> => {
    const rows = await read(envelope, ofParts(queries));
    if (!rows.ok) return rows;
    return answer(rows.value.map((row) => ({ part: Number(row.part), text: JSON.stringify(objectOf(row)) })));
  };
  return {
    accountParts: async (envelope, account) => {
      const actors = partActors(envelope.principal.tenant, account);
      const { sql: text, params } = knownActors(actors.slice(1)).toSQL();
      const rows = await read(envelope, { text, params });
      if (!rows.ok) return rows;
      const known = new Set(rows.value.map(({ actor }) => actor));
      return answer(PARTS.slice(1).filter((part) => known.has(actors[part])));
    },
    partExecutions: (envelope, account, filter, below, limit) => {
      const query: QueryOf = (actor, before) => executionsQuery(actor, filter, { before, limit });
      return older(envelope, queriesOf(envelope, account, below, query), executionOf);
    },
    partViolations: (envelope, account, filter, below, limit) => {
      const query: QueryOf = (actor, before) => violationsQuery(actor, filter, { before, limit });
      return older(envelope, queriesOf(envelope, account, below, query), violationOf);
    },
  };
}

const knownActors = (actors: readonly string[]) =>
  new QueryBuilder()
    .select({ actor: actorWatermark.actor })
    .from(actorWatermark)
    .where(inArray(actorWatermark.actor, [...actors]));

type Query = { toSQL(): { sql: string; params: unknown[] } };
type QueryOf = (actor: string, before: number) => Query;
type OfPart = { readonly part: number; readonly query: Query };

function queriesOf(
  { principal }: Envelope,
  account: string,
  below: readonly PartBelow[],
  query: QueryOf,
): readonly OfPart[] {
  return below.map(({ part, before }) => {
    const actor = shardActor(principal.tenant, partAccount(account, part));
    return { part, query: query(actor, before) };
  });
}

/** Each is a walk along one actor's own index, as far as its own limit. */
function ofParts(queries: readonly OfPart[]): Statement {
  const params: unknown[] = [];
  const texts = queries.map(({ part, query }) => {
    const built = query.toSQL();
    const first = params.length;
    params.push(...built.params);
    const text = built.sql.replace(/\$(\d+)/g, (_, number: string) => `$${first + Number(number)}`);
    return `SELECT ${part} AS part, of_part.* FROM (${text}) AS of_part`;
  });
  return { text: texts.join("\nUNION ALL "), params };
}
