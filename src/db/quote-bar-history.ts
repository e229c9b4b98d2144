/** The one query of a page of old bars of quotes: by key, newest first. */
import type { QuoteSide } from "../domain/bar.ts";
import type { ResultRow, Statement } from "./neon.ts";

type Range = { readonly from?: number; readonly before: number; readonly limit: number };

const START = "(extract(epoch FROM start) * 1000)::bigint::text AS t";

export function quoteBarsStatement(
  symbol: string,
  side: QuoteSide,
  resolution: string,
  range: Range,
): Statement {
  const params = [symbol, resolution, range.before, range.limit];
  const from = range.from === undefined ? "" : ` AND start >= ${moment(params.push(range.from))}`;
  const prices = ["open", "high", "low", "close"].map((name) => `${side}_${name} AS ${name}`).join(", ");
  const text = `SELECT ${START}, ${prices}, quotes, rev, state, partial FROM quote_bar
WHERE symbol = $1 AND resolution = $2 AND start < ${moment(3)}${from} ORDER BY start DESC LIMIT $4`;
  return { text, params };
}

const moment = (place: number): string => `to_timestamp($${place}::bigint / 1000.0)`;

/** The shape of the public bar. */
export function quoteBarText(row: ResultRow): string {
  const { open, high, low, close, quotes, rev, state, partial } = row;
  return JSON.stringify({
    t: Number(row["t"]),
    ...{ o: open, h: high, l: low, c: close },
    ...{ v: "0", n: quotes, vw: null, rev, state },
    ...(partial === true ? { partial } : {}),
  });
}
