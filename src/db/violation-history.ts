/** Violations of an account that its actor no longer keeps, with what persons said of them. */
import { and, desc, eq, gte, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm";
import { type PgColumn, QueryBuilder } from "drizzle-orm/pg-core";
import type { ViolationFilter, ViolationObject } from "../contracts/violations.ts";
import type { ResultRow } from "./neon.ts";
import { violation } from "./schema.ts";
import { violationResolution } from "./violation-table.ts";

type Range = { readonly before: number; readonly limit: number };

const epochMs = (column: PgColumn, name: string): SQL.Aliased =>
  sql`(extract(epoch FROM ${column}) * 1000)::bigint::text`.as(name);
const momentOf = (ms: number): SQL => sql`to_timestamp(${ms}::bigint / 1000.0)`;
const isDetail = (field: "symbol" | "strategy", value: string): SQL =>
  sql`${violation.detail} ->> ${sql.raw(`'${field}'`)} = ${value}`;

/** As `violationOf` reads them. */
const COLUMNS = {
  seq: violation.seq,
  code: violation.code,
  detail: violation.detail,
  raisedAt: epochMs(violation.raisedAt, "raised_ms"),
  reason: violationResolution.reason,
  by: violationResolution.by,
  resolvedAt: epochMs(violationResolution.resolvedAt, "resolved_ms"),
  resolvedBy: sql`${violationResolution.seq}`.as("resolved_seq"),
};

/** Newest first. */
export const violationsQuery = (actor: string, filter: ViolationFilter, { before, limit }: Range) =>
  new QueryBuilder()
    .select(COLUMNS)
    .from(violation)
    .leftJoin(
      violationResolution,
      and(eq(violationResolution.actor, violation.actor), eq(violationResolution.violation, violation.seq)),
    )
    .where(and(eq(violation.actor, actor), lt(violation.seq, before), ...wanted(filter)))
    .orderBy(desc(violation.seq))
    .limit(limit);

const { seq: RESOLVED } = violationResolution;

const wanted = ({ status, code, symbol, strategy, from, to }: ViolationFilter): SQL[] => [
  ...(code === undefined ? [] : [eq(violation.code, code)]),
  ...(symbol === undefined ? [] : [isDetail("symbol", symbol)]),
  ...(strategy === undefined ? [] : [isDetail("strategy", strategy)]),
  ...(from === undefined ? [] : [gte(violation.raisedAt, momentOf(from))]),
  ...(to === undefined ? [] : [lt(violation.raisedAt, momentOf(to))]),
  ...(status === undefined ? [] : [status === "active" ? isNull(RESOLVED) : isNotNull(RESOLVED)]),
];

/** Columns come back under their own names, as text where a number could be too large. What was not told yet then is null. */
export function violationOf(row: ResultRow): ViolationObject {
  // SAFETY: what the fact told beside its code and moment.
  const detail = row.detail as Partial<ViolationObject>;
  const isResolved = row.resolved_seq !== null;
  // SAFETY: projections of facts whose fields are these; a row without one of them was parked.
  return {
    seq: Number(row.seq),
    ts: Number(row.raised_ms),
    code: row.code,
    symbol: detail.symbol ?? null,
    strategy: detail.strategy ?? null,
    clientOrderId: detail.clientOrderId ?? null,
    execId: detail.execId ?? null,
    limitId: detail.limitId ?? null,
    limit: detail.limit ?? null,
    observed: detail.observed ?? null,
    members: detail.members ?? null,
    member: detail.member ?? null,
    limitsVersion: detail.limitsVersion ?? null,
    status: isResolved ? "resolved" : "active",
    resolution: isResolved ? resolutionOf(row) : null,
  } as ViolationObject;
}

const resolutionOf = ({ reason, by, resolved_ms, resolved_seq }: ResultRow) => ({
  ...{ reason, by, at: Number(resolved_ms), seq: Number(resolved_seq) },
});
