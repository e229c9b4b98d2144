/** The rows of the trade log: many lines in each. The newest is among the open rows until it is full; the oldest leave. */
import { HORIZON_MS } from "../../../src/domain/lateness.ts";
import { HOUR_MS } from "../../../src/domain/time.ts";
import { insertRows, rowInsert, type Sql } from "../../runtime/sql.ts";
import type { OpenRows } from "../open-rows.ts";
import type { SymbolState } from "../state.ts";
import type { TakenKey } from "../ticks/taken-keys.ts";
import { type Chunk, chunkText, linesOf } from "./log-text.ts";

/** `newest_ts` and `oldest_ts` are event times of the trades that its lines concern. */
export const TRADE_LOG_TABLES: readonly string[] = [
  `CREATE TABLE trade_log (
     slot INTEGER PRIMARY KEY, size INTEGER NOT NULL, oldest_ts INTEGER NOT NULL, newest_ts INTEGER NOT NULL,
     taken_at INTEGER NOT NULL, lines TEXT NOT NULL
   ) STRICT`,
  "CREATE TABLE trade_log_reach (id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, taken_at INTEGER NOT NULL) STRICT",
];

/** The longest day of any time zone, with the late horizon before it: what can still be revised can be built again. */
export const LOG_MS = 26 * HOUR_MS + HORIZON_MS;
/** About 20 MB of text, an average of five trades a second for all of that time. */
export const LOG_LINES_MAX = 500_000;
/** About 4 KB of lines: a page, which any write touches. */
export const LOG_SLOT_LINES = 128;
/** `size` counts lines. */
export type Slot = {
  readonly slot: number;
  size: number;
  oldestTs: number;
  newestTs: number;
  takenAt: number;
};
type SlotRow = {
  slot: number;
  size: number;
  oldest_ts: number;
  newest_ts: number;
  taken_at: number;
};
type SlotValues = [
  slot: number,
  size: number,
  oldestTs: number,
  newestTs: number,
  takenAt: number,
  lines: string,
];
/** Lines of a turn, and the times of the trades that they concern. */
export type Piece = { readonly chunk: Chunk; oldestTs: number; newestTs: number };

/** All trades with a time from `ts` on are in the log, and all lines that were taken after `takenAt`. */
export type Reach = { readonly ts: number; readonly takenAt: number };

export class LogRows {
  readonly #sql: Sql;
  readonly #openRows: OpenRows;
  /** On disk, oldest first; the last one may have room. */
  readonly slots: Slot[];
  /** The slot that has room, and its lines as text. */
  #open: Slot | undefined;
  #openText = "";
  #size: number;
  #reach: Reach;
  #reachChanged = false;
  /** `state` is what the disk says: a symbol that had taken ticks before it kept a log has none of them in it. */
  constructor(
    sql: Sql,
    { watermark, takenAt }: Pick<SymbolState, "watermark" | "takenAt">,
    openRows: OpenRows,
  ) {
    this.#sql = sql;
    this.#openRows = openRows;
    this.slots = sql
      .exec<SlotRow>("SELECT slot, size, oldest_ts, newest_ts, taken_at FROM trade_log ORDER BY slot")
      .map(slotFrom);
    this.#reopen(openRows.of<SlotValues>("trade_log"));
    this.#size = this.slots.reduce((size, slot) => size + slot.size, 0);
    const reach = sql.exec<{ ts: number; taken_at: number }>("SELECT ts, taken_at FROM trade_log_reach")[0];
    this.#reach =
      reach === undefined ? { ts: watermark + 1, takenAt } : { ts: reach.ts, takenAt: reach.taken_at };
    this.#reachChanged = reach === undefined;
  }

  get reach(): Reach {
    return this.#reach;
  }

  /** Lines on disk. */
  get size(): number {
    return this.#size;
  }

  /** In order, those whose text holds one of these names: a name stands in its line as it is. */
  slotsWith(keys: readonly TakenKey[]): number[] {
    const slots = keys.flatMap(({ name }) =>
      this.#sql
        .exec<{ slot: number }>("SELECT slot FROM trade_log WHERE instr(lines, ?1) > 0", String(name))
        .map(({ slot }) => slot),
    );
    const open = this.#open;
    if (open !== undefined && keys.some(({ name }) => this.#openText.includes(String(name))))
      slots.push(open.slot);
    return [...new Set(slots)].sort((one, other) => one - other);
  }

  /** Of a slot: its chunks, separated by commas. */
  textOf(slot: number): string {
    if (slot === this.#open?.slot) return this.#openText;
    return (
      this.#sql.exec<{ lines: string }>("SELECT lines FROM trade_log WHERE slot = ?1", slot)[0]?.lines ?? ""
    );
  }

  /** Called inside the group's transaction. */
  write(pieces: readonly Piece[], watermark: number): void {
    if (pieces.length > 0) this.#writeLines(pieces);
    this.#trim(watermark - LOG_MS);
    if (!this.#reachChanged) return;
    this.#reachChanged = false;
    const { ts, takenAt } = this.#reach;
    this.#sql.exec(
      "INSERT OR REPLACE INTO trade_log_reach (id, ts, taken_at) VALUES (1, ?1, ?2)",
      ts,
      takenAt,
    );
  }

  #writeLines(pieces: readonly Piece[]): void {
    const rows = new Map<Slot, string>();
    for (const { chunk, oldestTs, newestTs } of pieces) {
      const slot = this.#roomySlot(oldestTs, newestTs);
      const text = chunkText(chunk);
      this.#openText = this.#openText === "" ? text : `${this.#openText},${text}`;
      const lines = Math.max(1, linesOf(chunk));
      slot.size += lines;
      this.#size += lines;
      slot.oldestTs = Math.min(slot.oldestTs, oldestTs);
      slot.newestTs = Math.max(slot.newestTs, newestTs);
      slot.takenAt = chunk.takenAt;
      rows.set(slot, this.#openText);
    }
    const full: SlotValues[] = [];
    for (const [slot, text] of rows) {
      const values: SlotValues = [slot.slot, slot.size, slot.oldestTs, slot.newestTs, slot.takenAt, text];
      if (slot.size < LOG_SLOT_LINES) this.#openRows.put("trade_log", values);
      else full.push(values);
    }
    insertRows(this.#sql, PUT_SLOTS, full);
    if ((this.#open?.size ?? 0) >= LOG_SLOT_LINES) this.#close();
  }

  #close(): void {
    this.#openRows.drop("trade_log");
    this.#open = undefined;
    this.#openText = "";
  }

  #reopen(open: SlotValues | undefined): void {
    if (open === undefined) return;
    const [slot, size, oldestTs, newestTs, takenAt, lines] = open;
    this.#open = { slot, size, oldestTs, newestTs, takenAt };
    this.#openText = lines;
    this.slots.push(this.#open);
  }

  #roomySlot(oldestTs: number, newestTs: number): Slot {
    if (this.#open !== undefined && this.#open.size < LOG_SLOT_LINES) return this.#open;
    const slot: Slot = { slot: (this.slots.at(-1)?.slot ?? 0) + 1, size: 0, oldestTs, newestTs, takenAt: 0 };
    this.slots.push(slot);
    this.#open = slot;
    this.#openText = "";
    return slot;
  }

  /** From the old end: what is too old, and what is too much. */
  #trim(horizon: number): void {
    let gone: Slot | undefined;
    let { ts, takenAt } = this.#reach;
    // The newest slot stays: the next lines go there.
    while (this.slots.length > 1) {
      const [oldest] = this.slots;
      if (oldest === undefined || (oldest.newestTs >= horizon && this.#size <= LOG_LINES_MAX)) break;
      gone = oldest;
      this.slots.shift();
      this.#size -= oldest.size;
      ts = Math.max(ts, oldest.newestTs + 1);
      takenAt = Math.max(takenAt, oldest.takenAt);
    }
    if (gone === undefined) return;
    this.#sql.exec("DELETE FROM trade_log WHERE slot <= ?1", gone.slot);
    this.#reach = { ts, takenAt };
    this.#reachChanged = true;
  }
}

const PUT_SLOTS = rowInsert(
  "INSERT OR REPLACE INTO trade_log (slot, size, oldest_ts, newest_ts, taken_at, lines)",
);

const slotFrom = ({ slot, size, oldest_ts, newest_ts, taken_at }: SlotRow): Slot => ({
  slot,
  size,
  oldestTs: oldest_ts,
  newestTs: newest_ts,
  takenAt: taken_at,
});
