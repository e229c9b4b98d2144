/**
 * Everything that has changed bars of trades, in order of arrival: trades, cancels, corrections, and closings that no trade caused. From it a
 * trade is found by its name, a minute is built again, seconds and other series are built, and bars are read as they were known at a moment.
 *
 * On disk many lines share a row, which is written again until it is full: a row per trade would double what a trade costs.
 */
import { assert } from "../../src/domain/assert.ts";
import { HORIZON_MS } from "../../src/domain/lateness.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import {
  type Amendment,
  type LogEntry,
  type LoggedAmendment,
  type LoggedTrade,
  standingTrades,
} from "./log-entries.ts";
import {
  type Chunk,
  chunksFrom,
  chunkText,
  entriesOf,
  linesOf,
  pushAmendment,
  pushTrade,
  type TradeLine,
  tradesOf,
} from "./log-text.ts";
import { type KnownTrade, nameOf } from "./request-trades.ts";
import type { SymbolState } from "./state.ts";
import type { TakenKey } from "./taken-keys.ts";

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
/** A turn of more trades makes several chunks: about 600 KB at the most, where a row may have 2 MB. */
const CHUNK_LINES_MAX = 4_096;
/** Names that are looked for one by one; for more of them it costs less to read all lines once. */
const NAMES_SOUGHT_MAX = 8;

type Slot = { readonly slot: number; size: number; oldestTs: number; newestTs: number; takenAt: number };
type SlotRow = {
  slot: number;
  size: number;
  oldest_ts: number;
  newest_ts: number;
  taken_at: number;
};
type Piece = { readonly chunk: Chunk; oldestTs: number; newestTs: number };

/** All trades with a time from `ts` on are in the log, and all lines that were taken after `takenAt`. */
export type Reach = { readonly ts: number; readonly takenAt: number };

export class TradeLog {
  readonly #sql: Sql;
  /** On disk, oldest first; the last one may have room. */
  readonly #slots: Slot[];
  /** Lines of the slot that has room, as text. */
  #openText = "";
  #size: number;
  #reach: Reach;
  #reachChanged = false;
  /** Turns of the group that is not written yet. */
  #waiting: Piece[] = [];
  /** Of the turn that is under way. */
  #turn: Piece[] = [];
  #piece: Piece | undefined;
  #previous = 0;

  /** `state` is what the disk says: a symbol that had taken ticks before it kept a log has none of them in it. */
  constructor(sql: Sql, { watermark, takenAt }: Pick<SymbolState, "watermark" | "takenAt">) {
    this.#sql = sql;
    this.#slots = sql
      .exec<SlotRow>("SELECT slot, size, oldest_ts, newest_ts, taken_at FROM trade_log ORDER BY slot")
      .map(slotFrom);
    this.#size = this.#slots.reduce((size, slot) => size + slot.size, 0);
    const reach = sql.exec<{ ts: number; taken_at: number }>("SELECT ts, taken_at FROM trade_log_reach")[0];
    this.#reach =
      reach === undefined ? { ts: watermark + 1, takenAt } : { ts: reach.ts, takenAt: reach.taken_at };
    this.#reachChanged = reach === undefined;
    const newest = this.#slots.at(-1);
    if (newest !== undefined && newest.size < LOG_SLOT_LINES) this.#openText = this.#textOf(newest.slot);
  }

  get reach(): Reach {
    return this.#reach;
  }

  /** Lines on disk. */
  get size(): number {
    return this.#size;
  }

  /** One trade of the turn that is under way. */
  append(trade: TradeLine, arrival: number, closedUntil: number): void {
    const piece = this.#pieceFor(trade.ts, arrival);
    pushTrade(piece.chunk, trade, arrival, this.#previous, closedUntil);
    this.#previous = arrival;
  }

  amend(amendment: LoggedAmendment): void {
    pushAmendment(this.#pieceFor(amendment.ts, this.#previous).chunk, amendment);
  }

  /** The turn is over: this is where it has left the bars. A turn without a line leaves one where minutes have closed. */
  endTurn({ closedUntil, endedAt }: Pick<SymbolState, "closedUntil" | "endedAt">, now: number): void {
    if (this.#turn.length === 0) this.#startPiece(closedUntil, this.#previous);
    // A clock that was set back does not turn the order of what was known.
    const takenAt = Math.max(now, this.#waiting.at(-1)?.chunk.takenAt ?? this.#slots.at(-1)?.takenAt ?? 0);
    for (const { chunk } of this.#turn) Object.assign(chunk, { takenAt, closedUntil, endedAt });
    this.#waiting.push(...this.#turn);
    this.#turn = [];
    this.#piece = undefined;
  }

  /** Whether the turn has lines. */
  get hasTurn(): boolean {
    return this.#turn.length > 0;
  }

  /** Lines of the turn under way, in order of arrival. */
  ofTurn(): LogEntry[] {
    return this.#turn.flatMap(({ chunk }) => entriesOf(chunk));
  }

  /** Lines about trades of [from, to), in order of arrival, the turn under way included. */
  entries(from: number, to: number): LogEntry[] {
    return this.#pieces((oldestTs, newestTs) => newestTs >= from && oldestTs < to)
      .flatMap(entriesOf)
      .filter((entry) => entry.kind !== "closing" && entry.ts >= from && entry.ts < to);
  }

  /** Trades of [from, to) that stand, in order of (ts, ordinal, arrival): none that was cancelled, corrected ones as they are now. */
  trades(from: number, to: number): LoggedTrade[] {
    return standingTrades(this.entries(from, to));
  }

  /** The newest trade that stands and is one of those wanted. */
  newest(isWanted: (trade: LoggedTrade) => boolean): LoggedTrade | undefined {
    const { newestTs, oldestTs } = this.#times();
    for (let widthMs = MINUTE_MS; ; widthMs *= 10) {
      const found = this.trades(newestTs + 1 - widthMs, newestTs + 1).findLast(isWanted);
      if (found !== undefined || newestTs + 1 - widthMs <= oldestTs) return found;
    }
  }

  /** The trades that have one of these names, each as it stands and when it was amended last. */
  find(keys: readonly TakenKey[]): ReadonlyMap<string, KnownTrade> {
    const wanted = new Set(keys.map(nameOf));
    const found = new Map<string, KnownTrade>();
    for (const chunk of this.#newestFirst(keys)) {
      if (found.size === wanted.size) break;
      for (const { name, ts } of tradesOf(chunk)) {
        const key = name === undefined ? "" : nameOf(name);
        if (wanted.has(key) && !found.has(key)) found.set(key, this.#asKnown(key, ts));
      }
    }
    return found;
  }

  /** Everything that was taken after that moment, in order of arrival, closings included. */
  since(takenAt: number): LogEntry[] {
    return this.#pieces((_oldest, _newest, newestTaken) => newestTaken > takenAt)
      .flatMap(entriesOf)
      .filter((entry) => entry.takenAt > takenAt);
  }

  /** Called inside the group's transaction. Trades older than `LOG_MS` before the watermark may leave. */
  write(watermark: number): void {
    if (this.#waiting.length > 0) this.#writeLines();
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

  #pieceFor(ts: number, arrival: number): Piece {
    const piece = this.#piece;
    if (piece === undefined || linesOf(piece.chunk) >= CHUNK_LINES_MAX) return this.#startPiece(ts, arrival);
    if (ts < piece.oldestTs) piece.oldestTs = ts;
    else if (ts > piece.newestTs) piece.newestTs = ts;
    return piece;
  }

  #startPiece(ts: number, arrival: number): Piece {
    const chunk: Chunk = {
      ...{ takenAt: Number.MAX_SAFE_INTEGER, closedUntil: 0, endedAt: 0, source: "" },
      ...{ ts, arrival, rows: [], amendments: [] },
    };
    this.#previous = arrival;
    this.#piece = { chunk, oldestTs: ts, newestTs: ts };
    this.#turn.push(this.#piece);
    return this.#piece;
  }

  /** In order of arrival, those whose times are asked for. */
  #pieces(isAsked: (oldestTs: number, newestTs: number, takenAt: number) => boolean): Chunk[] {
    const onDisk = this.#slots
      .filter(({ oldestTs, newestTs, takenAt }) => isAsked(oldestTs, newestTs, takenAt))
      .flatMap(({ slot }) => chunksFrom(this.#textOf(slot)));
    const inMemory = [...this.#waiting, ...this.#turn].filter(({ chunk, oldestTs, newestTs }) =>
      isAsked(oldestTs, newestTs, chunk.takenAt),
    );
    return [...onDisk, ...inMemory.map(({ chunk }) => chunk)];
  }

  #asKnown(key: string, ts: number): KnownTrade {
    const entries = this.entries(ts, ts + 1);
    const taken = entries.find(
      (one) => one.kind === "trade" && one.name !== undefined && nameOf(one.name) === key,
    );
    assert(taken?.kind === "trade", "the trade was read from the same lines");
    const notices = entries.filter((one): one is Amendment => "of" in one && one.of === taken.arrival);
    const trade = standingTrades([taken, ...notices.filter(({ kind }) => kind === "correct")])[0] ?? taken;
    return {
      trade,
      cancelled: notices.some(({ kind }) => kind === "cancel"),
      amendedAt: notices.at(-1)?.at ?? 0,
    };
  }

  /** Chunks that may hold a trade of one of these names. The text of a name stands in its line as it is. */
  *#newestFirst(keys: readonly TakenKey[]): Generator<Chunk> {
    yield* [...this.#waiting, ...this.#turn].map(({ chunk }) => chunk).reverse();
    const slots =
      keys.length > NAMES_SOUGHT_MAX ? this.#slots.map(({ slot }) => slot) : this.#slotsWith(keys);
    for (const slot of slots.reverse()) yield* chunksFrom(this.#textOf(slot));
  }

  #slotsWith(keys: readonly TakenKey[]): number[] {
    const slots = keys.flatMap(({ name }) =>
      this.#sql
        .exec<{ slot: number }>("SELECT slot FROM trade_log WHERE instr(lines, ?1) > 0", String(name))
        .map(({ slot }) => slot),
    );
    return [...new Set(slots)].sort((one, other) => one - other);
  }

  #times(): { oldestTs: number; newestTs: number } {
    let oldestTs = Number.MAX_SAFE_INTEGER;
    let newestTs = 0;
    for (const piece of [...this.#slots, ...this.#waiting, ...this.#turn]) {
      oldestTs = Math.min(oldestTs, piece.oldestTs);
      newestTs = Math.max(newestTs, piece.newestTs);
    }
    return { oldestTs, newestTs };
  }

  #textOf(slot: number): string {
    return (
      this.#sql.exec<{ lines: string }>("SELECT lines FROM trade_log WHERE slot = ?1", slot)[0]?.lines ?? ""
    );
  }

  #writeLines(): void {
    const rows = new Map<Slot, string>();
    for (const { chunk, oldestTs, newestTs } of this.#waiting) {
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
    this.#waiting = [];
    insertRows(
      this.#sql,
      PUT_SLOTS,
      [...rows].map(([{ slot, size, oldestTs, newestTs, takenAt }, text]) => {
        return [slot, size, oldestTs, newestTs, takenAt, text];
      }),
    );
  }

  #roomySlot(oldestTs: number, newestTs: number): Slot {
    const newest = this.#slots.at(-1);
    if (newest !== undefined && newest.size < LOG_SLOT_LINES) return newest;
    const slot: Slot = { slot: (newest?.slot ?? 0) + 1, size: 0, oldestTs, newestTs, takenAt: 0 };
    this.#slots.push(slot);
    this.#openText = "";
    return slot;
  }

  /** From the old end: what is too old, and what is too much. */
  #trim(horizon: number): void {
    let gone: Slot | undefined;
    let { ts, takenAt } = this.#reach;
    // The newest slot stays: the next lines go there.
    while (this.#slots.length > 1) {
      const [oldest] = this.#slots;
      if (oldest === undefined || (oldest.newestTs >= horizon && this.#size <= LOG_LINES_MAX)) break;
      gone = oldest;
      this.#slots.shift();
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
