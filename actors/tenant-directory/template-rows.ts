/** SQL of a tenant's templates of limits. They stay on disk: they are read seldom, and each can be large. */
import type { Sql } from "../runtime/sql.ts";

export const TEMPLATE_TABLE =
  "CREATE TABLE limit_template (template TEXT PRIMARY KEY, version INTEGER NOT NULL, shown TEXT NOT NULL) STRICT, WITHOUT ROWID";

/** `shown`: JSON text of the public object. */
export type TemplateRow = { readonly version: number; readonly shown: string };

export class TemplateRows {
  readonly #sql: Sql;
  /** Undefined: the row leaves. */
  readonly #changed = new Map<string, TemplateRow | undefined>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  find(template: string): TemplateRow | undefined {
    if (this.#changed.has(template)) return this.#changed.get(template);
    return this.#sql.exec<{ version: number; shown: string }>(
      "SELECT version, shown FROM limit_template WHERE template = ?1",
      template,
    )[0];
  }

  /** Those of one group that are still to be written count. */
  get count(): number {
    const names = JSON.stringify([...this.#changed.keys()]);
    const counted = this.#sql.exec<{ n: number }>(
      "SELECT COUNT(*) AS n FROM limit_template WHERE template NOT IN (SELECT value FROM json_each(?1))",
      names,
    );
    const put = [...this.#changed.values()].filter((row) => row !== undefined).length;
    return (counted[0]?.n ?? 0) + put;
  }

  /** Names after `after`, in order. In place of its limits each says how many there are: a page of full ones would be too large to send. */
  page(after: string, limit: number): { name: string; shown: string }[] {
    return this.#sql.exec<{ name: string; shown: string }>(
      `SELECT template AS name, json_set(json_remove(shown, '$.limits'), '$.size', json_array_length(shown, '$.limits')) AS shown
         FROM limit_template WHERE template > ?1 ORDER BY template LIMIT ?2`,
      after,
      limit,
    );
  }

  mark(template: string, row: TemplateRow | undefined): void {
    this.#changed.set(template, row);
  }

  /** Called inside the group's transaction. */
  write(): void {
    for (const [template, row] of this.#changed) {
      if (row === undefined) this.#sql.exec("DELETE FROM limit_template WHERE template = ?1", template);
      else
        this.#sql.exec(
          "INSERT OR REPLACE INTO limit_template (template, version, shown) VALUES (?1, ?2, ?3)",
          template,
          row.version,
          row.shown,
        );
    }
    this.#changed.clear();
  }
}
