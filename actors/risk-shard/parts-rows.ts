/** SQL of the parts of an account: where this one stands, pages that were brought to it, and which rows leave with a move. */

import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import type { MovedLine } from "./loss-records.ts";
import { purseOf, purseText } from "./moved-lines.ts";
import { isWideDay, isWideRate } from "./parts-counts.ts";
import type { PartEvent } from "./parts-events.ts";
import type { PartsMove } from "./parts-messages.ts";
import type { PartsStanding } from "./parts-records.ts";
import {
  type Moving,
  movingIn,
  symbolOfContent,
  symbolOfDay,
  symbolOfLine,
  symbolOfRate,
} from "./parts-symbols.ts";
import { parseOrder } from "./rows.ts";
import type { RiskState, Trip } from "./state.ts";

/** Of lines that moved in the trading day. */
export const MOVED_LINE_TABLE =
  "CREATE TABLE moved_line (line TEXT PRIMARY KEY, payload TEXT NOT NULL) STRICT, WITHOUT ROWID";

export const PART_TABLES: readonly string[] = [
  `CREATE TABLE part_standing (id INTEGER PRIMARY KEY CHECK (id = 1), payload TEXT NOT NULL) STRICT`,
  `CREATE TABLE part_page (number INTEGER PRIMARY KEY, move INTEGER NOT NULL, about TEXT NOT NULL, page TEXT NOT NULL) STRICT`,
];

/** Half a megabyte each: what an object of 128 MB can take over in one turn. A move of more takes fewer slots. */
export const PART_PAGES_MAX = 96;

/** How many there are of what is bounded. */
export type PageCounts = {
  readonly positions: number;
  /** That work. */
  readonly orders: number;
  readonly instruments: number;
  readonly days: number;
  readonly rates: number;
  readonly trips: number;
};
type About = { readonly move: PartsMove; readonly counts: PageCounts };
export type BroughtPage = { readonly number: number; readonly page: string; readonly counts: PageCounts };

export class PartRows {
  readonly #sql: Sql;
  readonly #state: RiskState;
  #hasChanged = false;
  #pages: { readonly move: PartsMove; readonly pages: BroughtPage[] } | undefined;
  #over: number | undefined;
  #haveLinesMoved = false;

  constructor(sql: Sql, state: RiskState) {
    this.#sql = sql;
    this.#state = state;
  }

  /** After the event was applied. */
  notePart(event: PartEvent): void {
    this.#hasChanged = true;
    // What was brought is in the book, or is not wanted any more.
    if (event.kind === "part-imported") this.#over = event.move.id;
    if (event.kind === "part-aborted") this.#over = event.move;
    if (event.kind === "part-imported" || event.kind === "part-exported") this.#haveLinesMoved = true;
  }

  /** A trading day has closed: the next one is counted from its close alone. */
  noteClosed(): void {
    this.#haveLinesMoved ||= this.#sql.exec("SELECT 1 AS one FROM moved_line LIMIT 1").length > 0;
  }

  /** Takes the place of pages of another move. */
  notePage(move: PartsMove, page: BroughtPage): void {
    if (this.#pages?.move.id !== move.id) this.#pages = { move, pages: [] };
    this.#pages.pages.push(page);
  }

  /** Of this move, on disk. */
  numbers(move: number): Set<number> {
    const rows = this.#sql.exec<{ number: number }>("SELECT number FROM part_page WHERE move = ?1", move);
    return new Set(rows.map(({ number }) => number));
  }

  counts(move: number): readonly PageCounts[] {
    return this.#abouts("WHERE move = ?1", move).map(({ counts }) => counts);
  }

  /** The move whose pages are here, on disk. */
  arriving(): PartsMove | undefined {
    return this.#abouts("WHERE ?1 = 0 LIMIT 1", 0)[0]?.move;
  }

  #abouts(where: string, binding: number): About[] {
    const rows = this.#sql.exec<{ about: string }>(`SELECT about FROM part_page ${where}`, binding);
    // SAFETY: only `write` fills this column.
    return rows.map(({ about }) => JSON.parse(about) as About);
  }

  /** One at a time: together they are as large as all that moves. */
  *pages(): Iterable<string> {
    for (let number = 0; ; number++) {
      const [row] = this.#sql.exec<{ page: string }>("SELECT page FROM part_page WHERE number = ?1", number);
      if (row === undefined) return;
      yield row.page;
    }
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#hasChanged) {
      const text = JSON.stringify(this.#state.parts);
      this.#sql.exec("INSERT OR REPLACE INTO part_standing (id, payload) VALUES (1, ?1)", text);
    }
    if (this.#over !== undefined) this.#sql.exec("DELETE FROM part_page WHERE move <= ?1", this.#over);
    if (this.#pages !== undefined) this.#writePages(this.#pages);
    if (this.#haveLinesMoved) this.#writeLines();
    this.#haveLinesMoved = false;
    this.#hasChanged = false;
    this.#over = undefined;
    this.#pages = undefined;
  }

  /** All of them: they change with a move and with a close, and with nothing else. */
  #writeLines(): void {
    this.#sql.exec("DELETE FROM moved_line");
    const rows = [...this.#state.losses.moved].map(([line, { made, ...rest }]) => [
      line,
      JSON.stringify({ ...rest, made: purseText(made) } satisfies StoredLine),
    ]);
    insertRows(this.#sql, PUT_LINES, rows);
  }

  #writePages({ move, pages }: { readonly move: PartsMove; readonly pages: readonly BroughtPage[] }): void {
    this.#sql.exec("DELETE FROM part_page WHERE move <> ?1", move.id);
    for (const { number, page, counts } of pages)
      this.#sql.exec(
        "INSERT OR IGNORE INTO part_page (number, move, about, page) VALUES (?1, ?2, ?3, ?4)",
        ...[number, move.id, JSON.stringify({ move, counts } satisfies About), page],
      );
  }
}

const PUT_LINES = rowInsert("INSERT INTO moved_line (line, payload)");
type StoredLine = Omit<MovedLine, "made"> & { readonly made: string };

export function loadMoved(sql: Sql, { losses }: RiskState): void {
  for (const { line, payload } of sql.exec<{ line: string; payload: string }>("SELECT * FROM moved_line")) {
    // SAFETY: only `write` above fills this table.
    const { made, ...rest } = JSON.parse(payload) as StoredLine;
    losses.moved.set(line, { ...rest, made: purseOf(made) });
  }
}

export function loadParts(sql: Sql): PartsStanding | undefined {
  const [row] = sql.exec<{ payload: string }>("SELECT payload FROM part_standing");
  // SAFETY: only `write` above fills this table.
  return row === undefined ? undefined : (JSON.parse(row.payload) as PartsStanding);
}

const keysOf = (sql: Sql, statement: string, isLeaving: (key: string) => boolean): string[] =>
  sql
    .exec<{ key: string }>(statement)
    .map(({ key }) => key)
    .filter(isLeaving);

/** Keys of the rows that leave, by table. */
export const leavingLines = (sql: Sql, isMoving: Moving): string[] =>
  keysOf(sql, "SELECT symbol || '/' || strategy AS key FROM position", (line) =>
    isMoving(symbolOfLine(line)),
  );

export const leavingActions = (sql: Sql, isMoving: Moving): string[] =>
  keysOf(sql, "SELECT DISTINCT symbol AS key FROM applied_action", isMoving);

/** Keys of what the state has another record of since, or none, by the store's own tables. */
export function keysOfMove(sql: Sql, event: PartEvent) {
  if (event.kind === "part-imported") {
    const { instruments, rates, trips } = event.content;
    return {
      instruments: instruments.map(({ symbol }) => symbol),
      rates: rates.map(([key]) => key),
      trips: trips.map(([key]) => key),
    };
  }
  if (movesCounts(event)) {
    const wide = keysOf(sql, "SELECT key FROM rate_window", isWideRate);
    return { instruments: [], rates: [...wide, ...counted(event).rates], trips: [] };
  }
  if (event.kind !== "part-exported") return NO_KEYS;
  const isMoving = movingIn(event.move.slots);
  const rates = keysOf(sql, "SELECT key FROM rate_window", ifMoving(symbolOfRate, isMoving));
  return { instruments: [], rates, trips: leavingTrips(sql, isMoving) };
}

/** The same of counts of the day and of contents. */
export function flowOfMove(sql: Sql, event: PartEvent) {
  if (event.kind === "part-imported") {
    const { days, contents } = event.content;
    return { days: days.map(([member]) => member), contents: contents.map(([content]) => content) };
  }
  if (movesCounts(event)) {
    const wide = keysOf(sql, "SELECT member AS key FROM day_count", isWideDay);
    return { days: [...wide, ...counted(event).days], contents: [] };
  }
  if (event.kind !== "part-exported") return NO_FLOW;
  const isMoving = movingIn(event.move.slots);
  return {
    days: keysOf(sql, "SELECT member AS key FROM day_count", ifMoving(symbolOfDay, isMoving)),
    contents: keysOf(sql, "SELECT content AS key FROM order_content", ifMoving(symbolOfContent, isMoving)),
  };
}

const movesCounts = ({ kind }: PartEvent): boolean => kind === "part-counted" || kind === "part-joined";
/** Of which there may be no row yet. */
const counted = (event: PartEvent) =>
  event.kind === "part-counted"
    ? { days: event.days.map(([key]) => key), rates: event.rates.map(([key]) => key) }
    : { days: [], rates: [] };

const NO_KEYS = { instruments: [], rates: [], trips: [] };
const NO_FLOW = { days: [], contents: [] };

const leavingTrips = (sql: Sql, isMoving: Moving): string[] =>
  sql
    .exec<{ key: string; payload: string }>("SELECT key, payload FROM limit_trip")
    .filter(({ payload }) => {
      const { member } = JSON.parse(payload) as Trip;
      return member !== "" && isMoving(member);
    })
    .map(({ key }) => key);

export const leavingOrders = (sql: Sql, isMoving: Moving): number[] =>
  sql
    .exec<{ seq: number; payload: string }>("SELECT seq, payload FROM risk_order")
    .filter(({ payload }) => isMoving(parseOrder(payload).symbol))
    .map(({ seq }) => seq);

const ifMoving =
  (symbolOf: (key: string) => string | undefined, isMoving: Moving) =>
  (key: string): boolean => {
    const symbol = symbolOf(key);
    return symbol !== undefined && isMoving(symbol);
  };
