/** Sets of limits as they were in force: one of them, and the list of all. */
import { and, count, desc, eq, lt, lte, type SQL, sql } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/pg-core";
import type { LimitVersion } from "../contracts/limit-plan.ts";
import { limitVersion } from "./limit-tables.ts";
import type { ResultRow } from "./neon.ts";

type Owner = { readonly tenant: string; readonly account: string };
type Range = { readonly before: number; readonly limit: number };
export type WantedLimits = { readonly version: number } | { readonly asOf: number };

const of = ({ tenant, account }: Owner): SQL[] => [
  eq(limitVersion.tenant, tenant),
  eq(limitVersion.account, account),
];

/** Of a moment the newest that had begun by then. */
export const limitsQuery = (owner: Owner, wanted: WantedLimits) =>
  new QueryBuilder()
    .select({ version: limitVersion.version, limits: limitVersion.limits })
    .from(limitVersion)
    .where(
      and(
        ...of(owner),
        "version" in wanted
          ? eq(limitVersion.version, wanted.version)
          : lte(limitVersion.since, sql`to_timestamp(${wanted.asOf}::bigint / 1000.0)`),
      ),
    )
    .orderBy(desc(limitVersion.version))
    .limit(1);

/** Newest first. */
export const limitVersionsQuery = (owner: Owner, { before, limit }: Range) =>
  new QueryBuilder()
    .select({
      version: limitVersion.version,
      by: limitVersion.by,
      origin: limitVersion.origin,
      size: sql`jsonb_array_length(${limitVersion.limits})::text`.as("size"),
      since: sql`(extract(epoch FROM ${limitVersion.since}) * 1000)::bigint::text`.as("since_ms"),
    })
    .from(limitVersion)
    .where(and(...of(owner), lt(limitVersion.version, before)))
    .orderBy(desc(limitVersion.version))
    .limit(limit);

export const limitVersionCountQuery = (owner: Owner) =>
  new QueryBuilder()
    .select({ total: count().as("total") })
    .from(limitVersion)
    .where(and(...of(owner)));

export const limitsTextOf = (row: ResultRow): string =>
  JSON.stringify({ version: Number(row.version), limits: row.limits });

export function limitVersionOf(row: ResultRow): LimitVersion {
  // SAFETY: as the fact told it, or null.
  const told = row.origin as Partial<LimitVersion> | null;
  // SAFETY: as above.
  const by = row.by as string | null;
  return {
    version: Number(row.version),
    since: Number(row.since_ms) as LimitVersion["since"],
    by,
    what: told?.what ?? null,
    reason: told?.reason ?? null,
    ref: told?.ref ?? null,
    approvedBy: told?.approvedBy ?? null,
    template: told?.template ?? null,
    limits: Number(row.size),
  };
}
