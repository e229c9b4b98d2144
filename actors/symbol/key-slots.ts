/** The names of taken ticks on disk: one row for a slot of many. */
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { insertRows, type RowInsert, rowInsert, type Sql } from "../runtime/sql.ts";
import { type KeyBounds, TakenKeys } from "./taken-keys.ts";

export type KeyTable = "taken_trade" | "taken_quote";

const keyTable = (name: KeyTable): string =>
  `CREATE TABLE ${name} (slot INTEGER PRIMARY KEY, newest_ts INTEGER NOT NULL, size INTEGER NOT NULL, names TEXT NOT NULL) STRICT`;

export const KEY_TABLES: LocalMigration["statements"] = [keyTable("taken_trade"), keyTable("taken_quote")];

const putSlots = (table: KeyTable): RowInsert =>
  rowInsert(`INSERT OR REPLACE INTO ${table} (slot, newest_ts, size, names)`);
const PUT_SLOTS: Readonly<Record<KeyTable, RowInsert>> = {
  taken_trade: putSlots("taken_trade"),
  taken_quote: putSlots("taken_quote"),
};

type SlotRow = { slot: number; newest_ts: number; size: number; names: string };

export function loadKeys(sql: Sql, table: KeyTable, bounds: KeyBounds): TakenKeys {
  const rows = sql.exec<SlotRow>(`SELECT slot, newest_ts, size, names FROM ${table} ORDER BY slot`);
  return new TakenKeys(
    bounds,
    rows.map(({ slot, newest_ts, size, names }) => ({ slot, newestTs: newest_ts, size, names })),
  );
}

/** Called inside the group's transaction. Names taken before `horizon` may leave. */
export function writeKeys(sql: Sql, table: KeyTable, keys: TakenKeys, horizon: number): void {
  insertRows(
    sql,
    PUT_SLOTS[table],
    keys.takeChanged().map(({ slot, newestTs, size, names }) => [slot, newestTs, size, names]),
  );
  for (const slot of keys.leaving(horizon)) {
    const gone = sql.exec<{ names: string }>(`DELETE FROM ${table} WHERE slot = ?1 RETURNING names`, slot);
    keys.forget(slot, gone[0]?.names ?? "[]");
  }
}
