/**
 * Reads of what is older than an actor's bound: one keyset query a page, a deadline of 3 s, and a refusal rather than a wait. While
 * Postgres is away they are refused at once, by a breaker in the memory of the isolate: a new isolate learns it from its first readers.
 */
import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import { type PgColumn, QueryBuilder } from "drizzle-orm/pg-core";
import { type Clock, systemClock } from "../../actors/runtime/clock.ts";
import type { Envelope } from "../../actors/runtime/envelope.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { HistoryPage, HistoryReads, Log } from "../ports.ts";
import { barsStatement, barText } from "./bar-history.ts";
import { dayFoldsOf, dayFoldsStatement } from "./day-folds.ts";
import { guarded } from "./guarded.ts";
import { labelVersionsQuery } from "./label-history.ts";
import { type Postgres, postgresAt, READ_TIMEOUT_MS, type ResultRow, type Statement } from "./neon.ts";
import { quoteBarsStatement, quoteBarText } from "./quote-bar-history.ts";
import { strategyM2mCandle } from "./schema.ts";

type Range = { readonly from?: number; readonly before: number; readonly limit: number };
type Query = { toSQL(): { sql: string; params: unknown[] } };

const REFUSED = "what is older than the actor's own window cannot be read now";

export const historyFor = (databaseUrl: string, log: Log): HistoryReads =>
  historyOver(postgresAt(databaseUrl), log, systemClock);

export function historyOver(postgres: Postgres, log: Log, clock: Clock): HistoryReads {
  const run = guarded({ breaker: "postgres-history", refused: REFUSED, log, clock });
  const read: Read = (envelope, statement) => run(envelope, () => postgres.query(statement, READ_TIMEOUT_MS));
  const page = pagesOf(read);
  return {
    bars: (envelope, symbol, resolution, range) =>
      page(envelope, barsStatement(symbol, resolution, range), barText),
    quoteBars: (envelope, symbol, side, resolution, range) =>
      page(envelope, quoteBarsStatement(symbol, side, resolution, range), quoteBarText),
    dayFolds: async (envelope, symbol, ranges, asOf) => {
      const rows = await read(envelope, dayFoldsStatement(symbol, ranges, asOf));
      return rows.ok ? answer(dayFoldsOf(rows.value, ranges)) : rows;
    },
    m2m: (envelope, strategy, resolution, range) =>
      page(
        envelope,
        statementOf(m2mQuery(envelope.principal.tenant, strategy, resolution, range)),
        candleText,
      ),
    labelVersions: (envelope, label, range) =>
      page(envelope, statementOf(labelVersionsQuery(envelope.principal.tenant, label, range)), ({ body }) =>
        String(body),
      ),
  };
}

type Read = (envelope: Envelope, statement: Statement) => Promise<ActorReply<readonly ResultRow[]>>;

/** Newest first in the query, so that LIMIT takes the newest; ascending in the answer. */
const pagesOf =
  (read: Read) =>
  async (
    envelope: Envelope,
    statement: Statement,
    textOf: (row: ResultRow) => string,
  ): Promise<ActorReply<HistoryPage>> => {
    const rows = await read(envelope, statement);
    return rows.ok ? answer(rows.value.map(textOf).reverse()) : rows;
  };

function statementOf(query: Query): Statement {
  const { sql: text, params } = query.toSQL();
  return { text, params };
}

const moment = (at: number): SQL => sql`to_timestamp(${at}::bigint / 1000.0)`;
const epochMs = (column: PgColumn): SQL.Aliased =>
  sql`(extract(epoch FROM ${column}) * 1000)::bigint::text`.as("t");
const inRange = (column: PgColumn, { from, before }: Range): SQL[] => [
  lt(column, moment(before)),
  ...(from === undefined ? [] : [gte(column, moment(from))]),
];

function m2mQuery(tenant: string, strategy: string, resolution: string, range: Range): Query {
  const candle = strategyM2mCandle;
  return new QueryBuilder()
    .select({
      t: epochMs(candle.start),
      open: candle.open,
      high: candle.high,
      low: candle.low,
      close: candle.close,
      realised: candle.realised,
      unrealised: candle.unrealised,
      fees: candle.fees,
      funding: candle.funding,
      grossExposure: candle.grossExposure,
      tickCount: candle.tickCount,
      staleLegs: candle.staleLegs,
      missingLegs: candle.missingLegs,
      sampled: candle.sampled,
      rev: candle.rev,
      state: candle.state,
    })
    .from(candle)
    .where(
      and(
        eq(candle.tenant, tenant),
        eq(candle.strategy, strategy),
        eq(candle.resolution, resolution),
        ...inRange(candle.start, range),
      ),
    )
    .orderBy(desc(candle.start))
    .limit(range.limit);
}

/** Columns come back under their own names. */
function candleText(row: ResultRow): string {
  const {
    open,
    high,
    low,
    close,
    realised,
    unrealised,
    fees,
    funding,
    gross_exposure,
    tick_count,
    stale_legs,
    missing_legs,
    sampled,
    rev,
    state,
  } = row;
  const made = { realised, unrealised, fees, funding, grossExposure: gross_exposure };
  return JSON.stringify({
    t: Number(row.t),
    ...{ open, high, low, close },
    ...made,
    tickCount: tick_count,
    staleLegs: stale_legs,
    missingLegs: missing_legs,
    sampled,
    rev,
    state,
  });
}
