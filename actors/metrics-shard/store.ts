/** All SQL of a metrics shard. Little is written: who lives, whose facts wait, and now and then what was counted. */
import type { LocalMigration } from "../runtime/local-migrations.ts";
import type { Reading } from "../runtime/series.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { type Entry, initialState, type MetricsState } from "./known.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [
      "CREATE TABLE actor (name TEXT PRIMARY KEY, heard_at INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
      "CREATE TABLE total (kind TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ],
  },
];

export class MetricsStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  load(): MetricsState {
    const state = initialState();
    // SAFETY: only `keep` fills this column.
    for (const { name, body } of this.#sql.exec<{ name: string; body: string }>(
      "SELECT name, body FROM actor ORDER BY heard_at",
    ))
      state.actors.set(name, JSON.parse(body) as Entry);
    // SAFETY: only `keepTotals` fills this column.
    for (const { kind, body } of this.#sql.exec<{ kind: string; body: string }>(
      "SELECT kind, body FROM total",
    ))
      state.totals.set(kind, new Map(Object.entries(JSON.parse(body) as Record<string, Reading>)));
    return state;
  }

  /** Gauges are of the moment: they come again with the next report. */
  keep(actor: string, entry: Entry): void {
    const body = JSON.stringify({ ...entry, status: { ...entry.status, gauges: {} } });
    this.#sql.exec(PUT_ACTOR, actor, entry.lastReportAt, body);
  }

  forget(actor: string): void {
    this.#sql.exec("DELETE FROM actor WHERE name = ?1", actor);
  }

  keepTotals(totals: MetricsState["totals"]): void {
    writeRows(
      this.#sql,
      PUT_TOTALS,
      [...totals].map(([kind, readings]) => [kind, JSON.stringify(Object.fromEntries(readings))]),
    );
  }
}

const PUT_ACTOR = "INSERT OR REPLACE INTO actor (name, heard_at, body) VALUES (?1, ?2, ?3)";
const PUT_TOTALS = `INSERT OR REPLACE INTO total (kind, body)
SELECT value ->> 0, value ->> 1 FROM json_each(?1)`;
