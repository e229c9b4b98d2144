/**
 * Journals of lines on disk: a row for each group and line. Memory has how long each is, and nothing of what it says; it is read when a
 * report is about an earlier one, an action comes, or lots are asked for. Past its bound the oldest entries become a checkpoint.
 */
import { assert } from "../../src/domain/assert.ts";
import type { Contract } from "../../src/domain/worth.ts";
import { type Checkpoint, checkpointOf, NO_CHECKPOINT } from "../../src/quant/money/journal.ts";
import { placed } from "../../src/quant/money/splits.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import { ENTRIES_MAX, ENTRIES_SLACK, LINE_ENTRIES_MAX } from "./capacity.ts";
import type { JournalChange } from "./events.ts";
import {
  type ChangeText,
  decodeChange,
  decodeCheckpoint,
  encodeChange,
  encodeCheckpoint,
} from "./journal-codec.ts";
import { bookAfter, EMPTY_BOOK, type LineBook } from "./line-book.ts";
import type { MovedJournal } from "./moved-content.ts";

/** Entries of one row, some eighty characters each: it is read as a whole. */
const ROW_ENTRIES_MAX = 1_000;

type Pending = { readonly seq: number; readonly changes: JournalChange[] };
export type JournalOptions = {
  readonly entriesMax?: number;
  readonly lineEntriesMax?: number;
  readonly slack?: number;
  /** On its way to another part: nothing of it changes. */
  readonly isFenced?: (line: string) => boolean;
};

export class JournalRows {
  readonly #sql: Sql;
  readonly #contractOf: (line: string) => Contract;
  readonly #max: number;
  readonly #lineMax: number;
  readonly #slack: number;
  readonly #isFenced: (line: string) => boolean;
  readonly #sizes = new Map<string, number>();
  readonly #pending = new Map<string, Pending>();
  readonly #moved = new Map<string, MovedJournal>();
  #total = 0;

  constructor(sql: Sql, contractOf: (line: string) => Contract, options: JournalOptions = {}) {
    this.#sql = sql;
    this.#contractOf = contractOf;
    this.#max = options.entriesMax ?? ENTRIES_MAX;
    this.#lineMax = options.lineEntriesMax ?? LINE_ENTRIES_MAX;
    this.#slack = options.slack ?? ENTRIES_SLACK;
    this.#isFenced = options.isFenced ?? (() => false);
    for (const { line, entries } of sql.exec<{ line: string; entries: number }>(SIZES)) {
      this.#sizes.set(line, entries);
      this.#total += entries;
    }
  }

  /** Entries of all lines. */
  get total(): number {
    return this.#total;
  }

  sizeOf(line: string): number {
    return this.#sizes.get(line) ?? 0;
  }

  note(line: string, change: JournalChange, seq: number): void {
    const pending = this.#pending.get(line);
    if (pending === undefined) this.#pending.set(line, { seq, changes: [change] });
    else pending.changes.push(change);
    this.#sizes.set(line, this.sizeOf(line) + 1);
    this.#total += 1;
  }

  /** Brought from another part, with a line that is new here. */
  noteMoved(line: string, journal: MovedJournal): void {
    const size = journal.groups.reduce((sum, group) => sum + group.size, 0);
    this.#moved.set(line, journal);
    this.#sizes.set(line, size);
    this.#total += size;
  }

  /** Taken to another part. Called inside the group's transaction. */
  forget(lines: readonly string[]): void {
    for (const line of lines) {
      this.#total -= this.sizeOf(line);
      this.#sizes.delete(line);
    }
    const gone = JSON.stringify(lines);
    this.#sql.exec("DELETE FROM position_journal WHERE line IN (SELECT value FROM json_each(?1))", gone);
    this.#sql.exec("DELETE FROM position_checkpoint WHERE line IN (SELECT value FROM json_each(?1))", gone);
  }

  /** Their groups stand before all that this part books. */
  #writeMoved(): void {
    const moved = [...this.#moved];
    this.#moved.clear();
    const groups = moved.flatMap(([line, { groups }]) =>
      groups.map(({ size, entries }, index) => [line, index - groups.length, size, entries] as const),
    );
    insertRows(this.#sql, INSERT, groups);
    for (const [line, { checkpoint }] of moved)
      if (checkpoint !== undefined) this.#sql.exec(PUT_CHECKPOINT, line, checkpoint);
  }

  /** With what the present group has booked. */
  read(line: string): LineBook {
    const from = this.#checkpoint(line);
    const changes = this.#rows(line).flatMap(({ changes }) => changes);
    return bookAfter({ ...EMPTY_BOOK, from }, [...changes, ...(this.#pending.get(line)?.changes ?? [])]);
  }

  /** Called inside the group's transaction, before positions are written: their rows say how long the journals are. Answers which were cut. */
  write(): readonly string[] {
    if (this.#moved.size > 0) this.#writeMoved();
    if (this.#pending.size === 0) return [];
    const written = [...this.#pending];
    this.#pending.clear();
    insertRows(
      this.#sql,
      INSERT,
      written.flatMap(([line, pending]) => rowsOf(line, pending)),
    );
    const cut: string[] = [];
    for (const [line] of written) {
      const over = this.sizeOf(line) - this.#lineMax;
      if (over > this.#slack) cut.push(...this.#cut(line, over));
    }
    while (this.#total > this.#max + this.#slack) {
      const lines = this.#cutLongest();
      if (lines.length === 0) break;
      cut.push(...lines);
    }
    return cut;
  }

  /** At the bound of all: half of the line that has most. */
  #cutLongest(): readonly string[] {
    const movable = [...this.#sizes].filter(([line]) => !this.#isFenced(line));
    // What is fenced is being read page by page.
    if (movable.length === 0) return [];
    const [longest] = movable.reduce((most, one) => (one[1] > most[1] ? one : most));
    return this.#cut(longest, Math.ceil(this.sizeOf(longest) / 2));
  }

  /** Lets whole rows go, from the oldest, until `surplus` entries have left. */
  #cut(line: string, surplus: number): readonly string[] {
    const rows = this.#rows(line);
    let left = 0;
    let last: number | undefined;
    const ids = new Set<string>();
    for (const { first_seq, changes } of rows) {
      if (left >= surplus) break;
      left += changes.length;
      last = first_seq;
      for (const change of changes) ids.add("add" in change ? change.add.id : "");
    }
    assert(last !== undefined, "a journal that is too long has rows");
    const folded = this.#fold(
      line,
      rows.flatMap(({ changes }) => changes),
      ids,
    );
    this.#sql.exec("DELETE FROM position_journal WHERE line = ?1 AND first_seq <= ?2", line, last);
    this.#sql.exec(PUT_CHECKPOINT, line, encodeCheckpoint(folded));
    this.#sizes.set(line, this.sizeOf(line) - left);
    this.#total -= left;
    return [line];
  }

  /** Entries of the rows that leave, as what came later has left them, with splits that were put among them since. */
  #fold(line: string, changes: readonly JournalChange[], leaving: ReadonlySet<string>): Checkpoint {
    const book = bookAfter({ ...EMPTY_BOOK, from: this.#checkpoint(line) }, changes);
    const order = placed(book.entries);
    const last = order.findLastIndex(({ id }) => leaving.has(id));
    const folded = order.slice(0, last + 1).filter(({ id, kind }) => leaving.has(id) || kind === "split");
    return checkpointOf(folded, this.#contractOf(line), book.from);
  }

  #checkpoint(line: string): Checkpoint {
    const moved = this.#moved.get(line);
    if (moved?.checkpoint !== undefined) return decodeCheckpoint(moved.checkpoint);
    const [row] = this.#sql.exec<{ payload: string }>(
      "SELECT payload FROM position_checkpoint WHERE line = ?1",
      line,
    );
    return row === undefined ? NO_CHECKPOINT : decodeCheckpoint(row.payload);
  }

  #rows(line: string): { readonly first_seq: number; readonly changes: readonly JournalChange[] }[] {
    type Row = { first_seq: number; entries: string };
    const moved = this.#moved.get(line)?.groups.map(({ entries }) => ({ first_seq: 0, entries })) ?? [];
    const rows = this.#sql.exec<Row>(
      "SELECT first_seq, entries FROM position_journal WHERE line = ?1 ORDER BY first_seq",
      line,
    );
    return [...moved, ...rows].map(({ first_seq, entries }) => ({
      first_seq,
      // SAFETY: only #write fills this column.
      changes: (JSON.parse(entries) as ChangeText[]).map(decodeChange),
    }));
  }
}

/** Of many entries there are several rows; each of them has had a fact of its own, so their numbers do not meet. */
function rowsOf(line: string, { seq, changes }: Pending): (readonly [string, number, number, string])[] {
  const rows: (readonly [string, number, number, string])[] = [];
  for (let from = 0; from < changes.length; from += ROW_ENTRIES_MAX) {
    const part = changes.slice(from, from + ROW_ENTRIES_MAX);
    rows.push([line, seq + from, part.length, JSON.stringify(part.map(encodeChange))]);
  }
  return rows;
}

const SIZES = "SELECT symbol || '/' || strategy AS line, entries FROM position WHERE entries > 0";
const PUT_CHECKPOINT = "INSERT OR REPLACE INTO position_checkpoint (line, payload) VALUES (?1, ?2)";
const INSERT = rowInsert("INSERT INTO position_journal (line, first_seq, size, entries)");
