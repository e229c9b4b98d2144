/** What people and charts call an instrument: its symbol, EXCHANGE:TICKER, or the ticker alone. Matched on raw letters. */
import type { Sql } from "../runtime/sql.ts";

type Named = { readonly exchange: string; readonly ticker: string };

/** The index of all instruments by exchange: to list the exchanges reads one row for each. */
export const EXCHANGE_INDEX = "CREATE INDEX search_by_exchange ON search (exchange) WHERE term = ''";

/** So many exchanges fit a menu; there are some hundred in the world. */
export const EXCHANGES_LISTED_MAX = 1_000;

export function partsOfName(name: string): Named {
  const colon = name.indexOf(":");
  return { exchange: name.slice(0, Math.max(0, colon)), ticker: name.slice(colon + 1) };
}

/** The one symbol that trades under that ticker, there or anywhere; undefined where none does, or several: nobody is shown another's prices. */
export function symbolNamed(sql: Sql, name: string): string | undefined {
  const { exchange, ticker } = partsOfName(name);
  const rows = sql.exec<{ symbol: string }>(
    `SELECT symbol FROM search WHERE term = ?1 AND (?2 = '' OR exchange = ?2)
       AND substr(symbol, instr(symbol, ':') + 1) = ?3 LIMIT 2`,
    ticker.toLowerCase(),
    exchange,
    ticker,
  );
  return rows.length === 1 ? rows[0]?.symbol : undefined;
}

/** In order. From each the next is found by its place in the index, so the number of instruments does not matter. */
export function exchangesIn(sql: Sql): string[] {
  const next =
    "SELECT MIN(exchange) FROM search INDEXED BY search_by_exchange WHERE term = '' AND exchange >";
  return sql
    .exec<{ exchange: string }>(
      `WITH RECURSIVE listed (exchange) AS (
         SELECT (${next} '') UNION ALL SELECT (${next} listed.exchange) FROM listed WHERE listed.exchange IS NOT NULL LIMIT ?1
       ) SELECT exchange FROM listed WHERE exchange IS NOT NULL`,
      EXCHANGES_LISTED_MAX,
    )
    .map(({ exchange }) => exchange);
}
