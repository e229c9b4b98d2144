/** The names of taken ticks on disk: one row for a slot of many, once it is full; until then it is among the open rows. */
import type { LocalMigration } from "../../runtime/local-migrations.ts";
import { insertRows, type RowInsert, rowInsert, type Sql } from "../../runtime/sql.ts";
import type { OpenRows } from "../open-rows.ts";
import { type KeyBounds, SLOT_KEYS_MAX, TakenKeys } from "./taken-keys.ts";

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
type SlotValues = [slot: number, newestTs: number, size: number, names: string];

export function loadKeys(sql: Sql, table: KeyTable, bounds: KeyBounds, openRows: OpenRows): TakenKeys {
  const full = sql
    .exec<SlotRow>(`SELECT slot, newest_ts, size, names FROM ${table} ORDER BY slot`)
    .map(({ slot, newest_ts, size, names }): SlotValues => [slot, newest_ts, size, names]);
  const open = openRows.of<SlotValues>(table);
  // Versions before kept a slot with room here too: it has more names now.
  const rows = open === undefined ? full : [...full.filter(([slot]) => slot !== open[0]), open];
  return new TakenKeys(
    bounds,
    rows.map(([slot, newestTs, size, names]) => ({ slot, newestTs, size, names })),
  );
}

/** Called inside the group's transaction, before the open rows are written. Names taken before `horizon` may leave. */
export function writeKeys(
  sql: Sql,
  table: KeyTable,
  keys: TakenKeys,
  horizon: number,
  openRows: OpenRows,
): void {
  const full: SlotValues[] = [];
  for (const { slot, newestTs, size, names } of keys.takeChanged()) {
    const values: SlotValues = [slot, newestTs, size, names];
    if (size < SLOT_KEYS_MAX) openRows.put(table, values);
    else {
      full.push(values);
      openRows.drop(table);
    }
  }
  insertRows(sql, PUT_SLOTS[table], full);
  for (const slot of keys.leaving(horizon)) {
    const gone = sql.exec<{ names: string }>(`DELETE FROM ${table} WHERE slot = ?1 RETURNING names`, slot);
    keys.forget(slot, gone[0]?.names ?? "[]");
  }
}
