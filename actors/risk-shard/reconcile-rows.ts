/** Reconciliations on disk: the newest of them, each with what was resolved of it. Memory holds only those of the present group. */
import type { Reconciliation } from "../../src/domain/reconciliation.ts";
import type { Sql } from "../runtime/sql.ts";
import { RECONCILIATIONS_MAX } from "./capacity.ts";
import type { Adjusted } from "./events.ts";

export const RECONCILIATION_TABLE =
  "CREATE TABLE reconciliation (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, payload TEXT NOT NULL) STRICT";

export class ReconcileRows {
  readonly #sql: Sql;
  readonly #noted = new Map<string, Reconciliation>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  find(id: string): Reconciliation | undefined {
    const noted = this.#noted.get(id);
    if (noted !== undefined) return noted;
    const [row] = this.#sql.exec<{ payload: string }>("SELECT payload FROM reconciliation WHERE id = ?1", id);
    // SAFETY: only `write` fills this column.
    return row === undefined ? undefined : (JSON.parse(row.payload) as Reconciliation);
  }

  newest(): Reconciliation | undefined {
    const [row] = this.#sql.exec<{ id: string }>("SELECT id FROM reconciliation ORDER BY seq DESC LIMIT 1");
    return row === undefined ? undefined : this.find(row.id);
  }

  note(reconciliation: Reconciliation): void {
    this.#noted.set(reconciliation.id, reconciliation);
  }

  /** `seq` is that of the adjustment's fact. A difference of several lines is resolved by all of them together. */
  noteResolved({ ref, n, at, by, reason }: Adjusted, seq: number): void {
    const present = this.find(ref);
    if (present === undefined) return;
    const resolved = { at, by, reason, seq };
    const differences = present.differences.map((one) => (one.n === n ? { ...one, resolved } : one));
    this.#noted.set(ref, { ...present, differences });
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#noted.size === 0) return;
    for (const reconciliation of this.#noted.values())
      this.#sql.exec(
        "INSERT OR REPLACE INTO reconciliation (seq, id, payload) VALUES (?1, ?2, ?3)",
        reconciliation.seq,
        reconciliation.id,
        JSON.stringify(reconciliation),
      );
    this.#noted.clear();
    this.#sql.exec(
      "DELETE FROM reconciliation WHERE seq NOT IN (SELECT seq FROM reconciliation ORDER BY seq DESC LIMIT ?1)",
      RECONCILIATIONS_MAX,
    );
  }
}
