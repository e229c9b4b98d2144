/** Reconciliations on disk: the newest of them, each with what was resolved of it. Memory holds only those of the present group. */
import type { KeptDifference, Reconciliation } from "../../src/domain/reconciliation.ts";
import type { Sql } from "../runtime/sql.ts";
import { RECONCILIATIONS_MAX } from "./capacity.ts";
import type { Adjusted } from "./events.ts";

export const RECONCILIATION_TABLE =
  "CREATE TABLE reconciliation (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, payload TEXT NOT NULL) STRICT";

type Resolved = NonNullable<KeptDifference["resolved"]>;

export class ReconcileRows {
  readonly #sql: Sql;
  readonly #noted = new Map<string, Reconciliation>();
  /** Of the present group, by reconciliation and difference: put in once, however many were accepted. */
  readonly #resolved = new Map<string, Map<number, Resolved>>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  find(id: string): Reconciliation | undefined {
    const present = this.#noted.get(id) ?? this.#read(id);
    const marks = this.#resolved.get(id);
    return present === undefined || marks === undefined ? present : withMarks(present, marks);
  }

  #read(id: string): Reconciliation | undefined {
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
    const marks = this.#resolved.get(ref) ?? new Map<number, Resolved>();
    this.#resolved.set(ref, marks.set(n, { at, by, reason, seq }));
  }

  /** Called inside the group's transaction. */
  write(): void {
    for (const ref of this.#resolved.keys()) {
      const present = this.find(ref);
      if (present !== undefined) this.#noted.set(ref, present);
    }
    this.#resolved.clear();
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

const withMarks = (present: Reconciliation, marks: ReadonlyMap<number, Resolved>): Reconciliation => ({
  ...present,
  differences: present.differences.map((one) => {
    const resolved = marks.get(one.n);
    return resolved === undefined ? one : { ...one, resolved };
  }),
});
