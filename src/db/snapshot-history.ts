/** Snapshots of an account in Postgres, by their first parts. */
import { and, count, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/pg-core";
import type { SnapshotObject } from "../contracts/statements.ts";
import type { SnapshotFilter } from "../ports.ts";
import { accountSnapshot } from "./account-tables.ts";
import type { ResultRow } from "./neon.ts";

type Range = { readonly before: number; readonly limit: number };

const moment = (at: number): SQL => sql`to_timestamp(${at}::bigint / 1000.0)`;

/** Newest first. */
export const snapshotsQuery = (actor: string, filter: SnapshotFilter, { before, limit }: Range) =>
  new QueryBuilder()
    .select({
      seq: accountSnapshot.seq,
      kind: accountSnapshot.kind,
      head: accountSnapshot.head,
      at: sql`(extract(epoch FROM ${accountSnapshot.takenAt}) * 1000)::bigint::text`.as("taken_ms"),
    })
    .from(accountSnapshot)
    .where(and(lt(accountSnapshot.seq, before), ...wanted(actor, filter)))
    .orderBy(desc(accountSnapshot.seq))
    .limit(limit);

export const snapshotCountQuery = (actor: string, filter: SnapshotFilter) =>
  new QueryBuilder()
    .select({ total: count().as("total") })
    .from(accountSnapshot)
    .where(and(...wanted(actor, filter)));

const wanted = (actor: string, { from, to, kind }: SnapshotFilter): SQL[] => [
  eq(accountSnapshot.actor, actor),
  eq(accountSnapshot.part, 1),
  ...(from === undefined ? [] : [gte(accountSnapshot.takenAt, moment(from))]),
  ...(to === undefined ? [] : [lt(accountSnapshot.takenAt, moment(to))]),
  ...(kind === undefined ? [] : [eq(accountSnapshot.kind, kind)]),
];

/** What the fact of the first part says of the whole. */
export type StoredHead = Omit<SnapshotObject, "seq" | "kind" | "at"> & {
  readonly parts: number;
  /** Exact rates to the account's currency, `times / over`. */
  readonly rates: Readonly<Record<string, readonly [times: string, over: string]>>;
};

export function snapshotOf(row: ResultRow): SnapshotObject {
  // SAFETY: the first part's row has the head that the fact told.
  const { rates: _rates, parts: _parts, ...head } = row.head as StoredHead;
  // SAFETY: a kind of the fact.
  const kind = row.kind as SnapshotObject["kind"];
  return { ...head, seq: Number(row.seq), kind, at: Number(row.taken_ms) } as SnapshotObject;
}
