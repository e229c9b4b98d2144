/**
 * A bounded ring of rows, at most one for each fact: the newest `max` can be read from the actor, older ones are in Postgres.
 * Rows above the confirmed mark stay even past `max`, since nothing leaves before Postgres has it; the outbox's own bound then stops
 * the growth.
 */
import type { Bound } from "./bounds.ts";
import { OUTBOX_FACTS_MAX } from "./outbox.ts";
import { insertRows, type RowInsert, rowInsert, type Sql } from "./sql.ts";

export type HistoryRow = { readonly seq: number; readonly payload: string };

/** Trimming waits until this many rows are over, so that a delete pays for many inserts. */
const TRIM_SLACK = 64;

export const historyTable = (name: string): string =>
  `CREATE TABLE ${name} (seq INTEGER PRIMARY KEY, payload TEXT NOT NULL) STRICT`;

export const historyBound = (name: string, max: number): Bound => ({
  collection: `table:${name}`,
  // While Postgres is away the ring holds what the outbox holds.
  max: Math.max(max + TRIM_SLACK, OUTBOX_FACTS_MAX),
  unit: "rows",
  atBound: "The oldest rows leave once Postgres has them; reads further back go to Postgres.",
});

export class History {
  readonly #sql: Sql;
  readonly #table: string;
  readonly #insert: RowInsert;
  readonly #max: number;
  readonly #confirmed: () => number;
  #pending: HistoryRow[] = [];
  #count: number;

  /** `confirmed` is the highest seq that Postgres has. */
  constructor(sql: Sql, table: string, max: number, confirmed: () => number) {
    this.#sql = sql;
    this.#table = table;
    this.#insert = rowInsert(`INSERT INTO ${table} (seq, payload)`);
    this.#max = max;
    this.#confirmed = confirmed;
    this.#count = sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]?.n ?? 0;
  }

  get size(): number {
    return this.#count + this.#pending.length;
  }

  append(seq: number, payload: string): void {
    this.#pending.push({ seq, payload });
  }

  /** Newest first, strictly below `before`. Only what is committed: reads come after the group that they follow. */
  page(before: number, limit: number): HistoryRow[] {
    return this.#sql.exec<{ seq: number; payload: string }>(
      `SELECT seq, payload FROM ${this.#table} WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2`,
      before,
      limit,
    );
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#pending.length > 0) {
      const rows = this.#pending.map((row) => [row.seq, row.payload] as const);
      this.#pending = [];
      this.#count += rows.length;
      insertRows(this.#sql, this.#insert, rows);
    }
    if (this.#count > this.#max + TRIM_SLACK) this.#trim();
  }

  #trim(): void {
    const gone = this.#sql.exec<{ seq: number }>(
      `DELETE FROM ${this.#table} WHERE seq IN (SELECT seq FROM ${this.#table} WHERE seq <= ?1 ORDER BY seq LIMIT ?2) RETURNING seq`,
      this.#confirmed(),
      this.#count - this.#max,
    );
    this.#count -= gone.length;
  }
}
