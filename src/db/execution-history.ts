/** Executions of an account that its actor no longer keeps, and how many there are in all. */
import { and, count, desc, eq, inArray, lt, type SQL, sql } from "drizzle-orm";
import { type PgColumn, QueryBuilder } from "drizzle-orm/pg-core";
import type { BookedExecution } from "../contracts/account-history.ts";
import type { ExecutionFilter } from "../ports.ts";
import type { ResultRow } from "./neon.ts";
import { execution } from "./schema.ts";

type Range = { readonly before: number; readonly limit: number };

/** The name that the mirror knows a risk shard by: its rows lie together under it, by seq. */
export const shardActor = (tenant: string, account: string): string => `risk-shard:${tenant}/${account}`;

const epochMs = (column: PgColumn, name: string): SQL.Aliased =>
  sql`(extract(epoch FROM ${column}) * 1000)::bigint::text`.as(name);

/** As `executionOf` reads them. */
const COLUMNS = {
  seq: execution.seq,
  execId: execution.execId,
  type: execution.type,
  clientOrderId: execution.clientOrderId,
  strategy: execution.strategy,
  symbol: execution.symbol,
  side: execution.side,
  qty: execution.qty,
  price: execution.price,
  fee: execution.fee,
  refExecId: execution.refExecId,
  realised: execution.realised,
  ts: epochMs(execution.ts, "ts_ms"),
  bookedAt: epochMs(execution.bookedAt, "booked_ms"),
};

/** Newest first. */
export const executionsQuery = (actor: string, filter: ExecutionFilter, { before, limit }: Range) =>
  new QueryBuilder()
    .select(COLUMNS)
    .from(execution)
    .where(and(lt(execution.seq, before), ...wanted([actor], filter)))
    .orderBy(desc(execution.seq))
    .limit(limit);

export const executionCountQuery = (actors: readonly string[], filter: ExecutionFilter) =>
  new QueryBuilder()
    .select({ total: count().as("total") })
    .from(execution)
    .where(and(...wanted(actors, filter)));

const wanted = (actors: readonly string[], { symbol, strategy, type }: ExecutionFilter): SQL[] => [
  inArray(execution.actor, [...actors]),
  ...(symbol === undefined ? [] : [eq(execution.symbol, symbol)]),
  ...(strategy === undefined ? [] : [eq(execution.strategy, strategy)]),
  ...(type === undefined ? [] : [eq(execution.type, type)]),
];

/** Columns come back under their own names, as text where a number could be too large. */
export function executionOf(row: ResultRow): BookedExecution {
  // SAFETY: the projection of facts whose fields are these; a row without one of them was parked.
  return {
    seq: Number(row.seq),
    execId: row.exec_id,
    type: row.type,
    clientOrderId: row.client_order_id,
    strategy: row.strategy,
    symbol: row.symbol,
    side: row.side,
    qty: row.qty,
    price: row.price,
    fee: row.fee,
    refExecId: row.ref_exec_id,
    realised: row.realised,
    ts: Number(row.ts_ms),
    bookedAt: Number(row.booked_ms),
  } as BookedExecution;
}
