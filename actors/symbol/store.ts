/** All that a symbol keeps on disk. Changes gather during a group's turns and are written in its one transaction. */

import { ROLL_UPS, type RollUpResolution } from "../../src/domain/bar.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { decodeInstrument, encodeInstrument } from "../../src/domain/instrument-codec.ts";
import { HORIZON_MS } from "../../src/domain/lateness.ts";
import { History, historyTable } from "../runtime/history.ts";
import { INBOX_TABLE } from "../runtime/inbox.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import { SOCKET_TABLES } from "../runtime/sockets.ts";
import type { Sql } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import { BAR_TABLES, BarRows } from "./bar-rows.ts";
import type { OrderKey } from "./bars.ts";
import { barKey, type Changes } from "./changes.ts";
import { CORPORATE_ACTION_TABLE } from "./corporate-action-rows.ts";
import { GAP_TABLE, loadGaps, writeGaps } from "./gap-rows.ts";
import { KEY_TABLES, loadKeys, writeKeys } from "./key-slots.ts";
import { LATE_FACTS_KEPT, QUOTE_KEYS, TRADE_KEYS } from "./limits.ts";
import { calendarOf, initialState, type SymbolState } from "./state.ts";
import { TRADE_TAPE_TABLE, TradeTape } from "./trade-tape.ts";
import { canStillBeRevised, daysStart, reachableSince, windowStart } from "./window.ts";

export const SYMBOL_MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [
      TIMERS_TABLE,
      INBOX_TABLE,
      ...OUTBOX_TABLES,
      "CREATE TABLE instrument (id INTEGER PRIMARY KEY, encoded TEXT NOT NULL) STRICT",
      `CREATE TABLE symbol_state (
         id INTEGER PRIMARY KEY, listening_since INTEGER, watermark INTEGER NOT NULL, closed_until INTEGER NOT NULL,
         arrivals INTEGER NOT NULL, last_changes INTEGER NOT NULL, late_ticks INTEGER NOT NULL, last TEXT, quote TEXT
       ) STRICT`,
      ...BAR_TABLES,
      ...KEY_TABLES,
      historyTable("late_ticks"),
    ],
  },
  { id: 2, statements: ["ALTER TABLE symbol_state ADD COLUMN taken_at INTEGER NOT NULL DEFAULT 0"] },
  { id: 3, statements: ["ALTER TABLE symbol_state ADD COLUMN ended_at INTEGER NOT NULL DEFAULT 0"] },
  { id: 4, statements: [...SOCKET_TABLES, TRADE_TAPE_TABLE] },
  { id: 5, statements: OUTBOX_CHUNKS },
  { id: 6, statements: [GAP_TABLE] },
  { id: 7, statements: [CORPORATE_ACTION_TABLE] },
];

type StateRow = {
  listening_since: number | null;
  watermark: number;
  closed_until: number;
  ended_at: number;
  arrivals: number;
  taken_at: number;
  last_changes: number;
  late_ticks: number;
  last: string | null;
  quote: string | null;
};

export class SymbolStore {
  readonly bars: BarRows;
  readonly lateTicks: History;
  readonly tape: TradeTape;
  readonly #sql: Sql;
  #changed: SymbolState | undefined;
  #referenceChanged = false;

  constructor(sql: Sql, archivedSeq: () => number) {
    this.#sql = sql;
    this.bars = new BarRows(sql, archivedSeq);
    this.lateTicks = new History(sql, "late_ticks", LATE_FACTS_KEPT, archivedSeq);
    this.tape = new TradeTape(sql);
  }

  load(symbol: Symbol): SymbolState {
    const state = this.#loadMarks(symbol);
    this.refill(state);
    for (const resolution of ROLL_UPS) this.#loadRevisions(state, resolution);
    return state;
  }

  /** Minutes and days of the window; other trading hours may want older ones than memory holds, and `since` even older ones. */
  refill(state: SymbolState, since = Number.POSITIVE_INFINITY): void {
    const start = Math.min(windowStart(state), since);
    state.minutes = this.bars.minutesSince(start);
    state.closeBefore = this.bars.closeBefore(start);
    state.days = this.bars.days(daysStart(state), start);
  }

  #loadRevisions(state: SymbolState, resolution: RollUpResolution): void {
    const { start: oldest } = state.calendar.spanOf(resolution, reachableSince(state));
    for (const { start, rev } of this.bars.revisedSince(resolution, oldest)) {
      const { end } = state.calendar.spanOf(resolution, start);
      if (canStillBeRevised(state, end)) state.revisions.set(barKey(resolution, start), { rev, end });
    }
  }

  /** `seqOf` is the fact that told a bar. */
  keep(state: SymbolState, changes: Changes, seqOf: ReadonlyMap<string, number>): void {
    this.#changed = state;
    if (changes.reference) this.#referenceChanged = true;
    for (const minute of changes.minutes) {
      if (!seqOf.has(barKey("1", minute.start))) this.bars.put("1", minute, 0);
    }
    for (const [key, { resolution, bar }] of changes.told)
      this.bars.put(resolution, bar, seqOf.get(key) ?? 0);
  }

  /** Called inside the group's transaction. */
  write(): void {
    this.tape.write();
    const state = this.#changed;
    if (state === undefined) return;
    this.#changed = undefined;
    this.#writeMarks(state);
    if (this.#referenceChanged) this.#writeInstrument(state);
    this.bars.write();
    const horizon = state.watermark - HORIZON_MS;
    writeKeys(this.#sql, "taken_trade", state.tradeKeys, horizon);
    writeKeys(this.#sql, "taken_quote", state.quoteKeys, horizon);
    this.lateTicks.write();
    writeGaps(this.#sql, state.gaps);
  }

  #loadMarks(symbol: Symbol): SymbolState {
    const row = this.#sql.exec<StateRow>("SELECT * FROM symbol_state")[0];
    const encoded = this.#sql.exec<{ encoded: string }>("SELECT encoded FROM instrument")[0]?.encoded;
    const instrument = encoded === undefined ? undefined : decodeInstrument(encoded);
    return {
      ...initialState(symbol),
      instrument,
      calendar: calendarOf(instrument),
      listeningSince: row?.listening_since ?? undefined,
      watermark: row?.watermark ?? 0,
      closedUntil: row?.closed_until ?? 0,
      endedAt: row?.ended_at ?? 0,
      arrivals: row?.arrivals ?? 0,
      takenAt: row?.taken_at ?? 0,
      lastChanges: row?.last_changes ?? 0,
      lateTicks: row?.late_ticks ?? 0,
      last: lastFrom(row?.last),
      quote: quoteFrom(row?.quote),
      gaps: loadGaps(this.#sql),
      tradeKeys: loadKeys(this.#sql, "taken_trade", TRADE_KEYS),
      quoteKeys: loadKeys(this.#sql, "taken_quote", QUOTE_KEYS),
    };
  }

  #writeMarks(state: SymbolState): void {
    const { last, quote } = state;
    this.#sql.exec(
      `INSERT OR REPLACE INTO symbol_state
         (id, listening_since, watermark, closed_until, ended_at, arrivals, taken_at, last_changes, late_ticks, last, quote)
       VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`,
      state.listeningSince ?? null,
      state.watermark,
      state.closedUntil,
      state.endedAt,
      state.arrivals,
      state.takenAt,
      state.lastChanges,
      state.lateTicks,
      last === undefined ? null : JSON.stringify([last.price, last.size, ...last.key]),
      quote === undefined
        ? null
        : JSON.stringify([quote.bid, quote.bidSize, quote.ask, quote.askSize, ...quote.key]),
    );
  }

  #writeInstrument({ instrument }: SymbolState): void {
    this.#referenceChanged = false;
    if (instrument === undefined) return;
    this.#sql.exec(
      "INSERT OR REPLACE INTO instrument (id, encoded) VALUES (1, ?1)",
      encodeInstrument(instrument),
    );
  }
}

function lastFrom(text: string | null | undefined): SymbolState["last"] {
  if (text === null || text === undefined) return undefined;
  // SAFETY: only `#writeMarks` fills this column.
  const [price, size, ...key] = JSON.parse(text) as [number, number, ...OrderKey];
  return { price, size, key };
}

function quoteFrom(text: string | null | undefined): SymbolState["quote"] {
  if (text === null || text === undefined) return undefined;
  // SAFETY: only `#writeMarks` fills this column.
  const [bid, bidSize, ask, askSize, ...key] = JSON.parse(text) as [
    number,
    number,
    number,
    number,
    ...OrderKey,
  ];
  return { bid, bidSize, ask, askSize, key };
}
