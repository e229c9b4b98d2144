/** The one query of a page of old bars: by key, newest first; as they stand, or as they stood at a moment. */
import { WITHDRAWN } from "../domain/bar-version.ts";
import type { ResultRow, Statement } from "./neon.ts";

export type BarRange = {
  readonly from?: number;
  readonly before: number;
  readonly limit: number;
  /** Each bar in the newest version that was known then. */
  readonly asOf?: number;
};

const START = "(extract(epoch FROM start) * 1000)::bigint::text AS t";
const COLUMNS = "open, high, low, close, volume, trades, vwap, rev, state, partial, made_by";

export function barsStatement(symbol: string, resolution: string, range: BarRange): Statement {
  const params = [symbol, resolution, range.before, range.limit];
  const from = range.from === undefined ? "" : ` AND start >= ${moment(params.push(range.from))}`;
  const within = `symbol = $1 AND resolution = $2 AND start < ${moment(3)}${from} AND state <> '${WITHDRAWN}'`;
  const newest = "ORDER BY start DESC LIMIT $4";
  if (range.asOf === undefined)
    return { text: `SELECT ${START}, ${COLUMNS} FROM bar WHERE ${within} ${newest}`, params };
  const at = moment(params.push(range.asOf));
  // Versions follow each other without a gap, so at most one of a bar holds at a moment; null is from before it was noted.
  const known = `(known_at <= ${at} OR known_at IS NULL)`;
  const text = `SELECT ${START}, ${COLUMNS} FROM (
(SELECT start, ${COLUMNS} FROM bar WHERE ${within} AND ${known} ${newest})
UNION ALL
(SELECT start, ${COLUMNS} FROM bar_version WHERE ${within} AND superseded_at > ${at} AND ${known} ${newest})
) AS version ${newest}`;
  return { text, params };
}

const moment = (place: number): string => `to_timestamp($${place}::bigint / 1000.0)`;

/** The shape of the public bar. */
export function barText(row: ResultRow): string {
  const { open, high, low, close, volume, trades, vwap, rev, state, partial, made_by } = row;
  return JSON.stringify({
    t: Number(row["t"]),
    o: open,
    h: high,
    l: low,
    c: close,
    v: volume,
    n: trades,
    vw: vwap,
    rev,
    state,
    ...(partial === true ? { partial } : {}),
    ...(made_by === "trades" ? {} : { imported: true }),
  });
}
