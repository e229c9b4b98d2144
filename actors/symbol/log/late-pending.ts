/** Late ticks that wait for the close of their day, on disk: a row for each. */
import { insertRows, rowInsert, type Sql } from "../../runtime/sql.ts";
import type { PendingTick } from "../events.ts";

export const LATE_PENDING_TABLE =
  "CREATE TABLE late_pending (ordinal INTEGER PRIMARY KEY, watermark INTEGER NOT NULL, tick TEXT NOT NULL) STRICT";

const PUT = rowInsert("INSERT INTO late_pending (ordinal, watermark, tick)");

export class LatePending {
  readonly #sql: Sql;
  #waiting: PendingTick[] = [];
  #settled = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  load(): PendingTick[] {
    const rows = this.#sql.exec<{ ordinal: number; watermark: number; tick: string }>(
      "SELECT ordinal, watermark, tick FROM late_pending ORDER BY ordinal",
    );
    // SAFETY: only `write` fills this column.
    return rows.map(({ tick, ...row }) => ({ ...row, tick: JSON.parse(tick) as PendingTick["tick"] }));
  }

  /** `settled` is the newest that has been folded, or was found to be too old for it; 0 where none was. Where none waits any more they count from 1 again. */
  keep(pending: readonly PendingTick[], settled: number): void {
    this.#waiting.push(...pending);
    if (settled > 0) {
      this.#waiting = this.#waiting.filter(({ ordinal }) => ordinal > settled);
      this.#settled = Math.max(this.#settled, settled);
    }
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#settled > 0) this.#sql.exec("DELETE FROM late_pending WHERE ordinal <= ?1", this.#settled);
    this.#settled = 0;
    if (this.#waiting.length === 0) return;
    const rows = this.#waiting.map(({ ordinal, watermark, tick }) => [
      ordinal,
      watermark,
      JSON.stringify(tick),
    ]);
    this.#waiting = [];
    insertRows(this.#sql, PUT, rows);
  }
}
