/** Old days folded over ranges of time by one query: each range by itself, whichever months it lies in. */
import type { DayFold, DayRange } from "../../actors/symbol/messages.ts";
import { WITHDRAWN } from "../domain/bar-version.ts";
import type { ResultRow, Statement } from "./neon.ts";

/** `asOf`: each day in the newest version that was known then. A range without days has no row. */
export function dayFoldsStatement(symbol: string, ranges: readonly DayRange[], asOf?: number): Statement {
  const params = [symbol, JSON.stringify(ranges), ...(asOf === undefined ? [] : [asOf])];
  const text = `SELECT r.place::int AS place, count(*)::int AS days, least(sum(d.trades), 2147483647)::int AS n,
(array_agg(d.open ORDER BY d.start))[1]::text AS o, max(d.high)::text AS h, min(d.low)::text AS l,
(array_agg(d.close ORDER BY d.start DESC))[1]::text AS c, sum(d.volume)::text AS v,
CASE WHEN bool_and(d.volume = 0 OR d.price_volume IS NOT NULL OR d.vwap IS NOT NULL)
THEN round(sum(coalesce(d.price_volume, d.vwap * d.volume, 0)), 12)::text END AS pv
FROM json_array_elements($2::json) WITH ORDINALITY AS r(bounds, place)
CROSS JOIN LATERAL (${asOf === undefined ? NOW : THEN}) AS d
GROUP BY r.place`;
  return { text, params };
}

const COLUMNS = "start, open, high, low, close, volume, trades, price_volume, vwap";
const moment = (value: string): string => `to_timestamp((${value})::bigint / 1000.0)`;
const WITHIN = `symbol = $1 AND resolution = '1D' AND start >= ${moment("r.bounds ->> 0")} AND start < ${moment("r.bounds ->> 1")}
AND state <> '${WITHDRAWN}'`;
const KNOWN = `(known_at <= ${moment("$3")} OR known_at IS NULL)`;

const NEWEST = "ORDER BY start DESC LIMIT CASE WHEN (r.bounds ->> 2)::boolean THEN 1 END";

const NOW = `SELECT ${COLUMNS} FROM bar WHERE ${WITHIN} ${NEWEST}`;
/** Versions follow each other without a gap, so at most one of a day holds at a moment. */
const THEN = `SELECT ${COLUMNS} FROM bar WHERE ${WITHIN} AND ${KNOWN}
UNION ALL SELECT ${COLUMNS} FROM bar_version WHERE ${WITHIN} AND superseded_at > ${moment("$3")} AND ${KNOWN} ${NEWEST}`;

/** In the order of the ranges, null where no day lies. */
export function dayFoldsOf(rows: readonly ResultRow[], ranges: readonly DayRange[]): (DayFold | null)[] {
  const byPlace = new Map(rows.map((row) => [Number(row["place"]), row]));
  return ranges.map((_range, index) => {
    const row = byPlace.get(index + 1);
    if (row === undefined) return null;
    // SAFETY: the statement's own columns.
    const { o, h, l, c, v, pv, n } = row as unknown as DayFold;
    return { o, h, l, c, v, pv, n };
  });
}
