/** All SQL of a split's coordinator: one row that says how it stands. */
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import type { Sql } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import { initialState, type SplitState } from "./state.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [
      ...OUTBOX_TABLES,
      ...OUTBOX_CHUNKS,
      TIMERS_TABLE,
      "CREATE TABLE split (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT",
    ],
  },
];

export class SplitStore {
  readonly #sql: Sql;
  #state: SplitState;
  #isChanged = false;

  constructor(sql: Sql) {
    this.#sql = sql;
    const [row] = sql.exec<{ body: string }>("SELECT body FROM split WHERE id = 1");
    // SAFETY: only `write` fills this column.
    this.#state = row === undefined ? initialState() : (JSON.parse(row.body) as SplitState);
  }

  get state(): SplitState {
    return this.#state;
  }

  put(state: SplitState): void {
    this.#state = state;
    this.#isChanged = true;
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (!this.#isChanged) return;
    this.#sql.exec("INSERT OR REPLACE INTO split (id, body) VALUES (1, ?1)", JSON.stringify(this.#state));
    this.#isChanged = false;
  }
}
