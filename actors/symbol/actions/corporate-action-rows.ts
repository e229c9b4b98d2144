/** A symbol's corporate actions on its own disk. They are read when one is first asked for: most symbols are never asked. */
import type { Sql } from "../../runtime/sql.ts";
import { writeRows } from "../../runtime/sql.ts";
import type { ActionRecord } from "./corporate-action-rules.ts";

export const CORPORATE_ACTION_TABLE =
  "CREATE TABLE corporate_action (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID";

export class CorporateActionRows {
  readonly #sql: Sql;
  #records: Map<string, ActionRecord> | undefined;
  readonly #pending = new Map<string, ActionRecord>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** By id. */
  get all(): ReadonlyMap<string, ActionRecord> {
    return this.#loaded();
  }

  put(record: ActionRecord): void {
    this.#loaded().set(record.id, record);
    this.#pending.set(record.id, record);
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#pending.size === 0) return;
    const rows = [...this.#pending.values()].map((record) => [record.id, JSON.stringify(record)] as const);
    this.#pending.clear();
    writeRows(this.#sql, PUT, rows);
  }

  #loaded(): Map<string, ActionRecord> {
    this.#records ??= new Map(
      this.#sql
        .exec<{ id: string; body: string }>("SELECT id, body FROM corporate_action")
        // SAFETY: only `write` fills this column.
        .map(({ id, body }) => [id, JSON.parse(body) as ActionRecord]),
    );
    return this.#records;
  }
}

const PUT =
  "INSERT OR REPLACE INTO corporate_action (id, body) SELECT value ->> 0, value ->> 1 FROM json_each(?1)";
