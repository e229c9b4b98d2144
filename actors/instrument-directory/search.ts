/**
 * The search index: one row per term and instrument, in order of term, with what is filtered by beside it, so that a query reads only
 * rows that begin as it does. A scan of 100,000 instruments took 25 ms a keystroke; a few rows written per new instrument, and none for
 * a changed tick or status, cost less than that.
 */
import type { Instrument } from "../../src/domain/instrument.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import type { InstrumentQuery } from "./messages.ts";
import { EVERY, partsOf, termsOf } from "./terms.ts";

export const SEARCH_TABLE = `CREATE TABLE search (term TEXT NOT NULL, symbol TEXT NOT NULL, type TEXT NOT NULL, exchange TEXT NOT NULL,
  PRIMARY KEY (term, symbol)) STRICT, WITHOUT ROWID`;

const FILTER = "(?1 = '' OR search.type = ?1) AND (?2 = '' OR exchange = ?2)";
const LISTED = `FROM search WHERE term = '${EVERY}' AND ${FILTER}`;
/** The last code point sorts behind every term that begins alike: it is no character, so no term holds it. */
const FOUND = `SELECT symbol FROM json_each(?3) AS part
  CROSS JOIN search ON term BETWEEN part.value AND part.value || char(1114111) WHERE ${FILTER} GROUP BY symbol`;

export type Match = { readonly symbols: readonly string[]; readonly total: number };

export class SearchIndex {
  readonly #sql: Sql;
  #changes = new Map<string, Change>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** All instruments: the empty term stands for each once. */
  count(): number {
    return (
      this.#sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM search WHERE term = '${EVERY}'`)[0]?.n ?? 0
    );
  }

  /** `before` is what stood there, if anything did. Of several changes in one group the first knows what is on disk. */
  put(instrument: Instrument, before: Instrument | undefined): void {
    const earlier = this.#changes.get(instrument.symbol);
    this.#changes.set(instrument.symbol, {
      before: earlier === undefined ? before : earlier.before,
      after: instrument,
    });
  }

  /** The first symbols after `after` in order, one more than the page holds, and how many match in all. */
  match(query: InstrumentQuery): Match {
    const parts = partsOf(query.query ?? "");
    if (parts === undefined) return { symbols: [], total: 0 };
    const filter = [query.type ?? "", query.exchange ?? ""] as const;
    return parts.length === 0 ? this.#list(filter, query) : this.#find(parts, filter, query);
  }

  #list(filter: Filter, { after = "", limit }: InstrumentQuery): Match {
    const counted = this.#sql.exec<Count>(`SELECT COUNT(*) AS n ${LISTED}`, ...filter);
    const page = `SELECT symbol ${LISTED} AND symbol > ?3 ORDER BY symbol LIMIT ?4`;
    return matchOf(counted, this.#sql.exec<Row>(page, ...filter, after, limit + 1));
  }

  #find(parts: readonly string[], filter: Filter, { after = "", limit }: InstrumentQuery): Match {
    const bindings = [...filter, JSON.stringify(parts)] as const;
    const found = `WITH found AS MATERIALIZED (${FOUND} HAVING ${everyPart(parts.length)})`;
    const counted = "(SELECT COUNT(*) FROM found) AS n";
    const page = `${found} SELECT symbol, ${counted} FROM found WHERE symbol > ?4 ORDER BY symbol LIMIT ?5`;
    const rows = this.#sql.exec<Row & Count>(page, ...bindings, after, limit + 1);
    // A page behind the last match has no row that could carry the total.
    return matchOf(
      rows.length > 0 ? rows : this.#sql.exec<Count>(`${found} SELECT ${counted}`, ...bindings),
      rows,
    );
  }

  /** Called inside the group's transaction. */
  write(): void {
    const changes = [...this.#changes.values()]
      .map(({ before, after }) => [before, after].map(rowsOf))
      .filter(differ);
    this.#changes = new Map();
    const gone = changes.flatMap(([before = []]) => before);
    const added = changes.flatMap(([, after = []]) => after);
    const doomed = "SELECT value ->> 0, value ->> 1 FROM json_each(?1)";
    writeRows(this.#sql, `DELETE FROM search WHERE (term, symbol) IN (${doomed})`, gone);
    writeRows(
      this.#sql,
      `INSERT OR REPLACE INTO search (term, symbol, type, exchange)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)`,
      added,
    );
  }
}

type Change = { readonly before: Instrument | undefined; readonly after: Instrument };
type Filter = readonly [type: string, exchange: string];
type Count = { n: number };
type Row = { symbol: string };

const matchOf = (counted: readonly Count[], rows: readonly Row[]): Match => ({
  symbols: rows.map((row) => row.symbol),
  total: counted[0]?.n ?? 0,
});

/** Each part of the query was found, by whichever term. */
const everyPart = (parts: number): string =>
  Array.from({ length: parts }, (_, index) => `MAX(part.key = ${index})`).join(" AND ");

const rowsOf = (instrument: Instrument | undefined): string[][] =>
  instrument === undefined
    ? []
    : termsOf(instrument).map((term) => [term, instrument.symbol, instrument.type, instrument.exchange]);

/** Most changes touch nothing that is searched for. */
const differ = ([before, after]: readonly string[][][]): boolean =>
  JSON.stringify(before) !== JSON.stringify(after);
