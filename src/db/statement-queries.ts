/** What a statement is made of, in Postgres: both closes, and all that was booked between them, as lists and as sums. */
import { DAY_MS } from "../domain/time.ts";
import type { Statement } from "./neon.ts";

/** Facts between two closes of an account, by seq; moments only say in which partitions they lie. */
export type Between = {
  readonly actor: string;
  readonly after: number;
  readonly before: number;
  readonly from: number;
  readonly to: number;
};

const ACTIONS = "'split', 'bonus', 'dividend'";
const OF_ACTIONS = `reason IN (${ACTIONS})`;
const OF_REPORTS = `reason NOT IN (${ACTIONS}, 'cash')`;
const MOMENTS = `(extract(epoch FROM ts) * 1000)::bigint::text AS ts_ms, (extract(epoch FROM booked_at) * 1000)::bigint::text AS booked_ms`;
const BETWEEN = `actor = $1 AND seq > $2::bigint AND seq < $3::bigint
AND booked_at BETWEEN to_timestamp($4::bigint / 1000.0) AND to_timestamp($5::bigint / 1000.0)`;

/** Clocks may be set back: a day on both sides is looked through, and seq alone decides. */
const valuesOf = ({ actor, after, before, from, to }: Between): unknown[] => [
  ...[actor, after, before, from - DAY_MS, to + DAY_MS],
];

/** The close of that date and the one before it, newest first: none where that date was not closed. Which of `others` closed it too. */
export const closesStatement = (actor: string, date: string, others: readonly string[]): Statement => ({
  text: `SELECT seq, day::text AS day, head, (extract(epoch FROM taken_at) * 1000)::bigint::text AS taken_ms,
(SELECT json_agg(DISTINCT o.actor) FROM account_snapshot AS o WHERE o.actor IN (SELECT json_array_elements_text($3::json))
AND o.kind = 'close' AND o.part = 1 AND o.day = $2::date) AS others
FROM account_snapshot WHERE actor = $1 AND kind = 'close' AND part = 1
AND seq <= (SELECT max(seq) FROM account_snapshot WHERE actor = $1 AND kind = 'close' AND part = 1 AND day = $2::date)
ORDER BY seq DESC LIMIT 2`,
  params: [actor, date, JSON.stringify(others)],
});

/** By the seq of its first part. */
export const positionsStatement = (actor: string, seq: number, parts: number): Statement => ({
  text: `SELECT positions FROM account_snapshot WHERE actor = $1 AND seq >= $2::bigint AND seq < $2::bigint + $3::bigint ORDER BY seq`,
  params: [actor, seq, parts],
});

/**
 * By currency, with how many there were of each kind. Of executions a fill's own: what a bust or a correction changed stands among the
 * revisions, as does cash of a symbol. Facts of a version that told no currency were in the account's own.
 */
export const bookedSums = (range: Between, own: string): Statement => ({
  text: `SELECT currency, sum(cash)::text AS cash, sum(realised)::text AS realised, sum(fees)::text AS fees, sum(funding)::text AS funding,
sum(executions)::int AS executions, sum(movements)::int AS movements, sum(actions)::int AS actions, sum(adjustments)::int AS adjustments FROM (
SELECT coalesce(currency, $6) AS currency, 0::numeric AS cash, CASE WHEN type = 'fill' THEN realised ELSE 0 END AS realised,
  CASE WHEN type = 'fill' THEN fee ELSE 0 END AS fees, 0::numeric AS funding, 1 AS executions, 0 AS movements, 0 AS actions, 0 AS adjustments
  FROM execution WHERE ${BETWEEN}
UNION ALL SELECT currency, CASE WHEN symbol IS NULL THEN amount ELSE 0 END, 0, 0, 0, 0, 1, 0, 0 FROM cash_movement WHERE ${BETWEEN}
UNION ALL SELECT currency, 0, realised, fees, funding, 0, 0, (${OF_ACTIONS})::int, (${OF_REPORTS})::int FROM line_revision WHERE ${BETWEEN}
) AS booked GROUP BY currency`,
  params: [...valuesOf(range), own],
});

/** As `executionOf` reads them. */
export const executionList = (range: Between, limit: number): Statement =>
  over(
    range,
    `SELECT seq, exec_id, type, client_order_id, strategy, symbol, side, qty, price, fee, ref_exec_id, realised, ${MOMENTS} FROM execution`,
    `ORDER BY seq LIMIT ${limit}`,
  );

export const cashList = (range: Between, limit: number): Statement =>
  over(
    range,
    `SELECT seq, id, type, currency, amount, symbol, strategy, note, ${MOMENTS} FROM cash_movement`,
    `ORDER BY seq LIMIT ${limit}`,
  );

export const actionList = (range: Between, limit: number): Statement =>
  over(range, `${REVISIONS}`, `AND ${OF_ACTIONS} ORDER BY seq, n LIMIT ${limit}`);
export const adjustmentList = (range: Between, limit: number): Statement =>
  over(range, `${REVISIONS}`, `AND ${OF_REPORTS} ORDER BY seq, n LIMIT ${limit}`);

const REVISIONS = `SELECT seq, reason, id, symbol, strategy, currency, qty, cost, realised, fees, funding, ${MOMENTS} FROM line_revision`;

const over = (range: Between, select: string, rest: string): Statement => ({
  text: `${select} WHERE ${BETWEEN} ${rest}`,
  params: valuesOf(range),
});
