/** Pages of old mark-to-market candles: minutes as they stand, and wider ones that are folded from them where they lie. */
import type { M2mFold } from "../ports.ts";
import type { ResultRow, Statement } from "./neon.ts";

type Range = { readonly from?: number; readonly before: number; readonly limit: number };
type Of = { readonly tenant: string; readonly strategy: string };

const MINUTE_MS = 60_000;
const moment = (place: number): string => `to_timestamp($${place}::bigint / 1000.0)`;
const MONEY = ["open", "high", "low", "close", "realised", "unrealised", "fees", "funding", "gross_exposure"];

/** Of one width as it is stored, newest first. */
export function m2mStatement({ tenant, strategy }: Of, resolution: string, range: Range): Statement {
  const params = [tenant, strategy, resolution, range.before, range.limit];
  return {
    text: `SELECT (extract(epoch FROM start) * 1000)::bigint::text AS t, ${MONEY.join(", ")}, tick_count, stale_legs, missing_legs,
sampled, rev, state FROM strategy_m2m_candle WHERE ${within(range, params)} ORDER BY start DESC LIMIT $5`,
    params,
  };
}

/**
 * Minutes folded on the clock of UTC, newest first. The newest minutes that so many folds can hold at most, and one fold more, are read
 * by their key: the oldest fold of them, which may be cut, is the one too many.
 */
export function m2mFoldStatement({ tenant, strategy }: Of, { widthMs, ...range }: M2mFold): Statement {
  const rows = (range.limit + 1) * (widthMs / MINUTE_MS);
  const params = [tenant, strategy, "1", range.before, range.limit, rows, widthMs];
  const first = (name: string, order: string): string =>
    `(array_agg(${name} ORDER BY start ${order}))[1]::text AS ${name}`;
  const atClose = MONEY.slice(3).map((name) => first(name, "DESC"));
  const text = `SELECT (width * $7::bigint)::text AS t, ${first("open", "ASC")}, max(high)::text AS high, min(low)::text AS low, ${atClose.join(", ")},
least(sum(tick_count), 2147483647)::int AS tick_count, least(sum(rev), 2147483647)::int AS rev, bool_or(sampled) AS sampled,
CASE WHEN bool_or(state = 'revised') THEN 'revised' ELSE 'final' END AS state,
coalesce(jsonb_agg(DISTINCT stale_legs) FILTER (WHERE stale_legs <> '[]'), '[]') AS stale_legs,
coalesce(jsonb_agg(DISTINCT missing_legs) FILTER (WHERE missing_legs <> '[]'), '[]') AS missing_legs
FROM (SELECT *, floor(extract(epoch FROM start) * 1000 / $7::bigint)::bigint AS width FROM strategy_m2m_candle
WHERE ${within(range, params)} ORDER BY start DESC LIMIT $6) AS minute
GROUP BY width ORDER BY width DESC LIMIT $5`;
  return { text, params };
}

function within(range: Range, params: (string | number)[]): string {
  const from = range.from === undefined ? "" : ` AND start >= ${moment(params.push(range.from))}`;
  return `tenant = $1 AND strategy = $2 AND resolution = $3 AND start < ${moment(4)}${from}`;
}

/** The shape of the public candle. Of a fold the legs come as lists of lists. */
export function m2mText(row: ResultRow): string {
  const { open, high, low, close, realised, unrealised, fees, funding } = row;
  const { gross_exposure, tick_count, stale_legs, missing_legs, sampled, rev, state } = row;
  return JSON.stringify({
    t: Number(row["t"]),
    ...{ open, high, low, close, realised, unrealised, fees, funding },
    grossExposure: gross_exposure,
    tickCount: tick_count,
    staleLegs: namesIn(stale_legs),
    missingLegs: namesIn(missing_legs),
    ...{ sampled, rev, state },
  });
}

// SAFETY: projections write lists of symbols, and the fold lists of those.
const namesIn = (legs: unknown): string[] =>
  [...new Set((legs as readonly (string | readonly string[])[]).flat())].sort();
