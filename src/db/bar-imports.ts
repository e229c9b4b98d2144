/**
 * Imported bars into Postgres: a request's bars in one statement, and what is folded of them in another, each in a transaction of its own
 * that also reads what comes next. Imports of one symbol queue at a lock; what was folded of bars that another has changed since is not put.
 */
import { type Clock, systemClock } from "../../actors/runtime/clock.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import { WITHDRAWN } from "../domain/bar-version.ts";
import type { BarChild, BarImports, BarPut, BarPutReport, BarsOver, Log } from "../ports.ts";
import { guarded } from "./guarded.ts";
import { type Postgres, postgresAt, type ResultRow, type Statement } from "./neon.ts";
import { Partitions } from "./partitions.ts";

/** As many bars as a request may bring take Postgres two or three seconds, and ten times that where others keep it busy. */
const IMPORT_TIMEOUT_MS = 30_000;
const REFUSED = "bars cannot be taken now; send the same again";

export const importsFor = (databaseUrl: string, log: Log): BarImports =>
  importsOver(postgresAt(databaseUrl), log, systemClock);

export function importsOver(postgres: Postgres, log: Log, clock: Clock): BarImports {
  const partitions = new Partitions(postgres);
  const run = guarded({ breaker: "postgres-imports", refused: REFUSED, log, clock });
  const put = async (asked: BarPut): Promise<BarPutReport> => {
    const now = clock.now();
    const months = asked.rows.map(({ start }) => ({ table: "bar" as const, at: start }));
    await partitions.ensure([...months, { table: "bar_version", at: now }], now);
    const results = await postgres.transaction(statementsOf(asked, now), IMPORT_TIMEOUT_MS);
    return reportOf(asked, results);
  };
  return {
    put: async (envelope, asked): Promise<ActorReply<BarPutReport>> => {
      const done = await run(envelope, () => put(asked));
      return done.ok ? answer(done.value) : done;
    },
  };
}

const statementsOf = (asked: BarPut, now: number): Statement[] => [
  { text: LOCK, params: [asked.symbol] },
  putStatement(asked, now),
  ...(asked.read === undefined ? [] : [readStatement(asked.symbol, asked.read)]),
];

function reportOf({ rows, read }: BarPut, [, put = [], found = []]: readonly ResultRow[][]): BarPutReport {
  const counts = new Map(put.map(({ outcome, n }) => [outcome, Number(n)]));
  const of = (outcome: string): number => counts.get(outcome) ?? 0;
  const counted = {
    inserted: of("inserted"),
    revised: of("revised"),
    unchanged: of("unchanged"),
    kept: of("kept"),
  };
  const children = read === undefined ? [] : found.map(childOf);
  const stamps = found.filter(({ made_by }) => made_by !== "trades").map(({ seq }) => Number(seq));
  const stamp = stamps.reduce((newest, seq) => Math.max(newest, seq), 0);
  return { ...counted, isStale: rows.length > 0 && counts.size === 0, children, stamp };
}

const childOf = (row: ResultRow): BarChild => ({
  start: Number(row["t"]),
  open: String(row["open"]),
  high: String(row["high"]),
  low: String(row["low"]),
  close: String(row["close"]),
  volume: String(row["volume"]),
  trades: Number(row["trades"]),
  priceVolume: row["price_volume"] === null ? null : String(row["price_volume"]),
});

function putStatement({ symbol, source, made, rows, since }: BarPut, now: number): Statement {
  const texts = rows.map(({ priceVolume, ...row }) => ({ ...row, price_volume: priceVolume }));
  const params: unknown[] = [JSON.stringify(texts), symbol, now, made, `import:${source}`];
  if (since === undefined) return { text: putText("true"), params };
  params.push(since.resolution, spansText(since.spans), since.stamp);
  return { text: putText(STILL_SO), params };
}

const readStatement = (symbol: string, { resolution, spans }: BarsOver): Statement => ({
  text: READ,
  params: [symbol, resolution, spansText(spans)],
});
const spansText = (spans: BarsOver["spans"]): string => JSON.stringify(spans.map(([lo, hi]) => ({ lo, hi })));

const LOCK =
  "SELECT 1 AS locked FROM (SELECT pg_advisory_xact_lock(hashtextextended('bar import ' || $1::text, 0))) AS l";

const over = (
  spans: string,
  symbol: string,
  resolution: string,
): string => `json_to_recordset(${spans}::json) AS s(lo bigint, hi bigint)
JOIN bar AS b ON b.symbol = ${symbol} AND b.resolution = ${resolution}
AND b.start >= to_timestamp(s.lo / 1000.0) AND b.start < to_timestamp(s.hi / 1000.0)`;

const READ = `SELECT (extract(epoch FROM b.start) * 1000)::bigint::text AS t, b.open, b.high, b.low, b.close, b.volume, b.trades,
b.price_volume, b.made_by, b.seq FROM ${over("$3", "$1", "$2")} WHERE b.state <> '${WITHDRAWN}' ORDER BY b.start`;

const STILL_SO = `(SELECT coalesce(max(b.seq) FILTER (WHERE b.made_by <> 'trades'), 0) FROM ${over("$7", "$2", "$6")}) = $8::bigint`;

const VALUES = "open, high, low, close, volume, trades, price_volume, vwap";
const ROW = `resolution text, start bigint, open numeric, high numeric, low numeric, close numeric, volume numeric, trades integer,
price_volume numeric, vwap numeric, rev integer`;

/** Trades stay; so does an import where a fold comes. A revision is never lowered; without one, whatever differs is the next. */
const putText = (condition: string): string => `WITH sent AS (
SELECT r.resolution, to_timestamp(r.start / 1000.0) AS start, ${prefixed("r")}, r.rev FROM json_to_recordset($1::json) AS r(${ROW}) WHERE ${condition}
), told AS (
SELECT s.*, b.start IS NULL AS is_new, b.rev AS stood, b.made_by, (${prefixed("b")}) IS NOT DISTINCT FROM (${prefixed("s")}) AS same
FROM sent AS s LEFT JOIN bar AS b ON b.symbol = $2 AND b.resolution = s.resolution AND b.start = s.start
), judged AS (
SELECT t.*, CASE WHEN is_new THEN 'inserted' WHEN made_by = 'trades' OR made_by = 'import' AND $4::text = 'fold' THEN 'kept'
WHEN same AND (rev IS NULL OR rev <= stood) THEN 'unchanged' WHEN rev <= stood THEN 'kept' ELSE 'revised' END AS outcome,
CASE WHEN is_new THEN coalesce(rev, 0) WHEN same THEN greatest(rev, stood) ELSE coalesce(rev, stood + 1) END AS next FROM told AS t
), put AS (
INSERT INTO bar (symbol, resolution, start, ${VALUES}, rev, state, partial, known_at, made_by, actor, seq)
SELECT $2, resolution, start, ${VALUES}, next, CASE WHEN next > 0 THEN 'revised' ELSE 'final' END, false, to_timestamp($3::bigint / 1000.0),
$4::text, $5::text, (SELECT nextval('bar_import_seq'))
FROM judged WHERE outcome IN ('inserted', 'revised') OR outcome = 'unchanged' AND made_by <> $4::text
ON CONFLICT (symbol, resolution, start) DO UPDATE SET (${VALUES}, rev, state, partial, known_at, made_by, actor, seq)
= (${prefixed("excluded")}, excluded.rev, excluded.state, excluded.partial, excluded.known_at, excluded.made_by, excluded.actor, excluded.seq)
WHERE bar.made_by <> 'trades'
)
SELECT outcome, count(*)::int AS n FROM judged GROUP BY outcome`;

function prefixed(table: string): string {
  return VALUES.split(", ")
    .map((column) => `${table}.${column}`)
    .join(", ");
}
