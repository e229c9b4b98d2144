/** SQL of the snapshot that closed the last trading day: its facts, as they went to Postgres. */

import { assert } from "../../src/domain/assert.ts";
import { parseMoney } from "../../src/domain/money.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import type { AccountSnapshot } from "./events.ts";
import type { AccountSnapshotFact, MoneyFact, SnapshotHead } from "./snapshot-facts.ts";
import type { Closing, Purse } from "./state.ts";

type Row = { part: number; seq: number; payload: string };

const PUT = rowInsert("INSERT INTO closing (part, seq, payload)");

export class ClosingRows {
  readonly #sql: Sql;
  #pending: Row[] = [];

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Parts come in order, and all of a snapshot in one group. */
  note({ part, closes, payload }: AccountSnapshot, seq: number): void {
    if (closes) this.#pending = [...(part === 1 ? [] : this.#pending), { part, seq, payload }];
  }

  /** Of the last close, in order; none before the first. Committed ones only. */
  parts(): AccountSnapshotFact[] {
    const rows = this.#sql.exec<Row>("SELECT part, seq, payload FROM closing ORDER BY part");
    // SAFETY: only `write` fills this table.
    return rows.map(({ payload }) => JSON.parse(payload) as AccountSnapshotFact);
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#pending.length === 0) return;
    this.#sql.exec("DELETE FROM closing");
    const rows = this.#pending.map(({ part, seq, payload }) => [part, seq, payload]);
    this.#pending = [];
    insertRows(this.#sql, PUT, rows);
  }
}

export function loadClosing(sql: Sql): Closing | undefined {
  const row = sql.exec<Row>("SELECT part, seq, payload FROM closing WHERE part = 1")[0];
  if (row === undefined) return undefined;
  const { day, at, head } = JSON.parse(row.payload) as AccountSnapshotFact;
  assert(head !== null, "the first part of a snapshot says what the account is worth");
  return { date: day.date, at, seq: row.seq, figures: isWhole(head) ? purseFrom(head) : undefined };
}

/** Everything that counted had a price and a rate. */
const isWhole = ({ unpriced, currencies }: SnapshotHead): boolean =>
  unpriced.length === 0 && currencies.every(({ fxRate }) => fxRate !== null);

export const purseFrom = ({ cash, realised, unrealised, fees, funding }: MoneyFact): Purse => ({
  cash: amountFrom(cash),
  realised: amountFrom(realised),
  unrealised: amountFrom(unrealised),
  fees: amountFrom(fees),
  funding: amountFrom(funding),
});

/** Of a text that was made of money. */
export function amountFrom(text: string): bigint {
  const parsed = parseMoney(text);
  assert(parsed.ok, "money of a snapshot is money");
  return parsed.value;
}
