/** All that a symbol keeps on disk. Changes gather during a group's turns and are written in its one transaction. */

import type { Symbol } from "../../src/domain/ids.ts";
import { decodeInstrument, encodeInstrument } from "../../src/domain/instrument-codec.ts";
import { HORIZON_MS } from "../../src/domain/lateness.ts";
import { History, historyTable } from "../runtime/history.ts";
import { INBOX_TABLE } from "../runtime/inbox.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import { LINK_TABLES, SOCKET_TABLES } from "../runtime/sockets.ts";
import type { Sql } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import { CORPORATE_ACTION_TABLE } from "./actions/corporate-action-rows.ts";
import { BAR_TABLES, BarRows, QUOTE_BAR_TABLES } from "./bars/bar-rows.ts";
import type { OrderKey } from "./bars/bars.ts";
import { IMPORTED_TABLE, ImportedBars } from "./bars/imported-bars.ts";
import { type FormingSince, formingBefore } from "./bars/new-hours.ts";
import { keepBars, loadRevisions, QuoteTrackRows, refillTrack, widenTrack } from "./bars/track-rows.ts";
import { BOOK_TABLES, BookRows } from "./book/book-rows.ts";
import type { BarChanges, Changes } from "./changes.ts";
import { GAP_TABLE, loadGaps, writeGaps } from "./gaps/gap-rows.ts";
import { INDICATOR_TABLE, IndicatorRows } from "./indicators/indicator-rows.ts";
import { LATE_FACTS_KEPT, QUOTE_KEYS, TRADE_KEYS } from "./limits.ts";
import { LIQUIDITY_TABLES, LiquidityRows } from "./liquidity/liquidity-rows.ts";
import { trackFrom, trackText } from "./liquidity/spread-text.ts";
import { LATE_PENDING_TABLE, LatePending } from "./log/late-pending.ts";
import { LogRows, TRADE_LOG_TABLES } from "./log/log-rows.ts";
import { TradeLog } from "./log/trade-log.ts";
import { OpenRows } from "./open-rows.ts";
import { RECENT_TRADES_TABLE } from "./prices/trade-tape.ts";
import { SERIES_TABLES, SeriesRows } from "./series/series-rows.ts";
import { calendarOf, initialState, type SymbolState } from "./state.ts";
import { DAY_VOLUME_TABLE, loadDayVolumes, writeDayVolumes } from "./ticks/day-volume-rows.ts";
import { KEY_TABLES, loadKeys, writeKeys } from "./ticks/key-slots.ts";

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
  { id: 4, statements: [...SOCKET_TABLES, RECENT_TRADES_TABLE] },
  { id: 5, statements: OUTBOX_CHUNKS },
  { id: 6, statements: [GAP_TABLE] },
  { id: 7, statements: [CORPORATE_ACTION_TABLE] },
  { id: 8, statements: [...TRADE_LOG_TABLES, DAY_VOLUME_TABLE] },
  { id: 9, statements: [IMPORTED_TABLE] },
  { id: 10, statements: QUOTE_BAR_TABLES },
  { id: 11, statements: SERIES_TABLES },
  { id: 12, statements: [LATE_PENDING_TABLE] },
  // 0 is what a version wrote whose bars knew no sessions.
  { id: 13, statements: ["ALTER TABLE symbol_state ADD COLUMN sessions INTEGER NOT NULL DEFAULT 0"] },
  { id: 14, statements: ["ALTER TABLE symbol_state ADD COLUMN open_rows TEXT", "DROP TABLE recent_trades"] },
  { id: 15, statements: LINK_TABLES },
  { id: 16, statements: BOOK_TABLES },
  { id: 17, statements: LIQUIDITY_TABLES },
  { id: 18, statements: [INDICATOR_TABLE] },
];

type StateRow = {
  listening_since: number | null;
  watermark: number;
  closed_until: number;
  ended_at: number;
  sessions: number;
  arrivals: number;
  taken_at: number;
  last_changes: number;
  late_ticks: number;
  last: string | null;
  quote: string | null;
  open_rows: string | null;
};

export class SymbolStore {
  readonly bars: BarRows;
  readonly quotes: QuoteTrackRows;
  readonly imported: ImportedBars;
  readonly series: SeriesRows;
  readonly indicators: IndicatorRows;
  readonly lateTicks: History;
  readonly log: TradeLog;
  readonly liquidity: LiquidityRows;
  readonly #sql: Sql;
  readonly #openRows: OpenRows;
  #changed: SymbolState | undefined;
  #referenceChanged = false;
  /** As of the text among the open rows. */
  #spreadsUntil = 0;
  #precedesSessions = false;
  readonly #volumesHeard = new Set<string>();
  readonly #latePending: LatePending;
  readonly #book: BookRows;

  constructor(sql: Sql, archivedSeq: () => number) {
    this.#sql = sql;
    this.bars = new BarRows(sql, archivedSeq);
    this.quotes = new QuoteTrackRows(sql, archivedSeq);
    this.imported = new ImportedBars(sql);
    this.series = new SeriesRows(sql);
    this.indicators = new IndicatorRows(sql);
    this.liquidity = new LiquidityRows(sql);
    this.lateTicks = new History(sql, "late_ticks", LATE_FACTS_KEPT, archivedSeq);
    const row = sql.exec<StateRow>("SELECT * FROM symbol_state")[0];
    const marks = { watermark: row?.watermark ?? 0, takenAt: row?.taken_at ?? 0 };
    this.#openRows = new OpenRows(row?.open_rows ?? null);
    this.log = new TradeLog(new LogRows(sql, marks, this.#openRows));
    this.#latePending = new LatePending(sql);
    this.#book = new BookRows(sql, this.#openRows);
  }

  load(symbol: Symbol): SymbolState {
    const state = this.#loadMarks(symbol);
    refillTrack(state, this.bars);
    loadRevisions(state, this.bars);
    this.quotes.load(state);
    return state;
  }

  /** Once, where the disk is of a version whose bars knew no sessions: what it had not closed. */
  formingBefore(state: SymbolState): FormingSince | undefined {
    if (!this.#precedesSessions) return undefined;
    this.#precedesSessions = false;
    return formingBefore(state, this.bars);
  }

  /** Also older minutes, whole days of them, with the days before them and the revisions of their bars; answers where they begin. */
  widen(state: SymbolState, from: number, turn: BarChanges): number {
    return widenTrack(state, this.bars, from, turn);
  }

  /** `seqOf` is the fact that told a bar. */
  keep(
    state: SymbolState,
    changes: Changes,
    seqOf: ReadonlyMap<string, number>,
    quoteSeqOf: typeof seqOf,
  ): void {
    this.#changed = state;
    if (changes.reference) this.#referenceChanged = true;
    for (const source of changes.volumes) this.#volumesHeard.add(source);
    this.#latePending.keep(changes.pending, changes.settled);
    this.#book.keep(changes.depth);
    keepBars(this.bars, changes, seqOf);
    keepBars(this.quotes.bars, changes.quotes, quoteSeqOf);
  }

  /** Called inside the group's transaction. */
  write(): void {
    this.series.write();
    this.imported.write();
    this.liquidity.write();
    const state = this.#changed;
    if (state === undefined) return;
    this.#changed = undefined;
    if (this.#referenceChanged) this.#writeInstrument(state);
    this.bars.write();
    this.quotes.write(state);
    const horizon = state.watermark - HORIZON_MS;
    writeKeys(this.#sql, "taken_trade", state.tradeKeys, horizon, this.#openRows);
    writeKeys(this.#sql, "taken_quote", state.quoteKeys, horizon, this.#openRows);
    this.lateTicks.write();
    writeGaps(this.#sql, state.gaps);
    this.log.write(state.watermark);
    this.#latePending.write();
    writeDayVolumes(this.#sql, state.dayVolumes, this.#volumesHeard);
    this.#volumesHeard.clear();
    this.#book.write(state.book);
    this.#putSpreads(state);
    // With the open rows: after those who put them.
    this.#writeMarks(state);
  }

  #loadMarks(symbol: Symbol): SymbolState {
    const row = this.#sql.exec<StateRow>("SELECT * FROM symbol_state")[0];
    this.#precedesSessions = row?.sessions === 0;
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
      latePending: this.#latePending.load(),
      dayVolumes: loadDayVolumes(this.#sql),
      last: lastFrom(row?.last),
      quote: quoteFrom(row?.quote),
      book: this.#book.load(instrument),
      spreads: trackFrom(this.#openRows.textOf("spread_times")),
      gaps: loadGaps(this.#sql),
      tradeKeys: loadKeys(this.#sql, "taken_trade", TRADE_KEYS, this.#openRows),
      quoteKeys: loadKeys(this.#sql, "taken_quote", QUOTE_KEYS, this.#openRows),
    };
  }

  /** Of most groups nothing has changed: they have no quote. */
  #putSpreads({ spreads }: SymbolState): void {
    if (spreads.until === this.#spreadsUntil) return;
    this.#spreadsUntil = spreads.until;
    this.#openRows.putText("spread_times", trackText(spreads));
  }

  #writeMarks(state: SymbolState): void {
    const { last, quote } = state;
    this.#sql.exec(
      `INSERT OR REPLACE INTO symbol_state
         (id, listening_since, watermark, closed_until, ended_at, arrivals, taken_at, last_changes, late_ticks, last, quote, open_rows, sessions)
       VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1)`,
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
      this.#openRows.text,
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
