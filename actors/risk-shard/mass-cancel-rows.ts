/** Cancels that were asked, on disk: the newest of them with their orders. Which of those still work is looked up in memory when it is asked. */
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import { MASS_CANCEL_ORDERS_MAX, MASS_CANCELS_MAX } from "./capacity.ts";
import type { MassCancelAsked } from "./mass-cancel.ts";

/** `first_seq` is that of the first part's fact, and all that is asked at once goes by it. */
export const MASS_CANCEL_TABLE = `CREATE TABLE mass_cancel (first_seq INTEGER NOT NULL, part INTEGER NOT NULL, size INTEGER NOT NULL,
  head TEXT NOT NULL, orders TEXT NOT NULL, PRIMARY KEY (first_seq, part)) STRICT, WITHOUT ROWID`;

/** Connections whose orders are asked to be cancelled when they are no more; `subject` is who armed it. */
export const ARMED_CONNECTION_TABLE =
  "CREATE TABLE armed_connection (id TEXT PRIMARY KEY, subject TEXT NOT NULL) STRICT, WITHOUT ROWID";

/** What stands beside the orders. */
export type MassCancelHead = Pick<
  MassCancelAsked,
  "id" | "cause" | "scope" | "reason" | "by" | "at" | "total"
>;
export type KeptMassCancel = {
  readonly seq: number;
  readonly head: MassCancelHead;
  /** An order goes by its seq: its id may have come again since. */
  readonly orders: readonly (readonly [clientOrderId: string, seq: number])[];
};

export class MassCancelRows {
  readonly #sql: Sql;
  #noted: MassCancelAsked[] = [];

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  note(asked: MassCancelAsked): void {
    this.#noted.push(asked);
  }

  count(): number {
    return this.#sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM mass_cancel WHERE part = 1")[0]?.n ?? 0;
  }

  /** Newest first, strictly below `before`. */
  page(before: number, limit: number): KeptMassCancel[] {
    const seqs = this.#sql.exec<{ first_seq: number }>(FIRST, before, limit);
    return seqs.flatMap(({ first_seq }) => this.find(first_seq) ?? []);
  }

  find(firstSeq: number): KeptMassCancel | undefined {
    const rows = this.#sql.exec<{ head: string; orders: string }>(PARTS, firstSeq);
    const [first] = rows;
    if (first === undefined) return undefined;
    // SAFETY: only `write` fills these columns.
    const orders = rows.flatMap((row) => JSON.parse(row.orders) as KeptMassCancel["orders"]);
    return { seq: firstSeq, head: JSON.parse(first.head) as MassCancelHead, orders };
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#noted.length === 0) return;
    const rows = this.#noted.map(({ id, cause, scope, reason, by, at, total, part, orders }) => [
      Number(id.slice(ID_PREFIX.length)),
      part,
      orders.length,
      JSON.stringify({ id, cause, scope, reason, by, at, total } satisfies MassCancelHead),
      JSON.stringify(orders.map(({ clientOrderId, seq }) => [clientOrderId, seq])),
    ]);
    this.#noted = [];
    insertRows(this.#sql, PUT, rows);
    this.#trim();
  }

  /** The newest stays, whatever its size. */
  #trim(): void {
    let orders = 0;
    const kept = this.#sql.exec<{ first_seq: number; size: number }>(SIZES).filter(({ size }, index) => {
      orders += size;
      return index === 0 || (index < MASS_CANCELS_MAX && orders <= MASS_CANCEL_ORDERS_MAX);
    });
    this.#sql.exec("DELETE FROM mass_cancel WHERE first_seq < ?1", kept.at(-1)?.first_seq ?? 0);
  }
}

/** Of the public id, before the seq. */
export const ID_PREFIX = "mc-";

const FIRST =
  "SELECT first_seq FROM mass_cancel WHERE part = 1 AND first_seq < ?1 ORDER BY first_seq DESC LIMIT ?2";
const PARTS = "SELECT head, orders FROM mass_cancel WHERE first_seq = ?1 ORDER BY part";
const SIZES =
  "SELECT first_seq, SUM(size) AS size FROM mass_cancel GROUP BY first_seq ORDER BY first_seq DESC";
const PUT = rowInsert("INSERT INTO mass_cancel (first_seq, part, size, head, orders)");
