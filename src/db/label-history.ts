/** Versions of a label that its book no longer keeps. */
import { and, desc, eq, gte, lt } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/pg-core";
import { labelVersion } from "./label-tables.ts";

type Range = { readonly from?: number; readonly before: number; readonly limit: number };

export const labelVersionsQuery = (tenant: string, label: string, { from, before, limit }: Range) =>
  new QueryBuilder()
    .select({ body: labelVersion.body })
    .from(labelVersion)
    .where(
      and(
        eq(labelVersion.tenant, tenant),
        eq(labelVersion.id, label),
        lt(labelVersion.version, before),
        ...(from === undefined ? [] : [gte(labelVersion.version, from)]),
      ),
    )
    .orderBy(desc(labelVersion.version))
    .limit(limit);
