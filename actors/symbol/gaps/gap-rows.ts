/** The gap ledger on a symbol's disk: one row for each entry. */
import type { Gap } from "../../../src/domain/gap.ts";
import { insertRows, rowInsert, type Sql } from "../../runtime/sql.ts";
import { GapLedger } from "./gaps.ts";

export const GAP_TABLE = "CREATE TABLE gap (number INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT";

const PUT_GAPS = rowInsert("INSERT OR REPLACE INTO gap (number, entry)");

export function loadGaps(sql: Sql): GapLedger {
  const rows = sql.exec<{ entry: string }>("SELECT entry FROM gap ORDER BY number");
  // SAFETY: only `writeGaps` fills this column.
  return new GapLedger(rows.map(({ entry }) => JSON.parse(entry) as Gap));
}

/** Called inside the group's transaction. */
export function writeGaps(sql: Sql, ledger: GapLedger): void {
  const { put, gone } = ledger.takeUnwritten();
  insertRows(
    sql,
    PUT_GAPS,
    put.map((gap) => [gap.number, JSON.stringify(gap)]),
  );
  for (const number of gone) sql.exec("DELETE FROM gap WHERE number = ?1", number);
}
