/**
 * Texts by seq, those of a group in one row. The newest `max` can be read; older ones stay while a remembered reply refers to them, and
 * none leaves before Postgres has it. A text holds no line break: JSON never does.
 */
import type { Bound } from "./bounds.ts";
import type { HistoryRow } from "./history.ts";
import type { Sql } from "./sql.ts";

/** Texts of one row: it is read as a whole for each of them. */
const ROW_TEXTS_MAX = 128;
/** In UTF-16 units: far below what a value may hold, with texts of many KB too. */
const ROW_UNITS_MAX = 150_000;
/** Trimming waits until so many texts have come, and then takes whole rows. */
const TRIM_TEXTS = 256;
/** Rows that one group lets go: more than it can have brought. */
const TRIM_ROWS_MAX = 1_024;

export const journalTable = (name: string): string =>
  `CREATE TABLE ${name} (first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, size INTEGER NOT NULL, seqs TEXT NOT NULL,
     texts TEXT NOT NULL) STRICT`;

/** The step after it. Counts run on from row to row, so that a load reads two rows: those of single texts would be the whole table. */
export const journalCounts = (name: string): readonly string[] => [
  `ALTER TABLE ${name} ADD COLUMN through INTEGER NOT NULL DEFAULT 0`,
  `UPDATE ${name} SET through = counted.through
     FROM (SELECT first_seq, SUM(size) OVER (ORDER BY first_seq) AS through FROM ${name}) AS counted
     WHERE counted.first_seq = ${name}.first_seq`,
];

/** `kept` is the most texts that its user asks for, by `max` or by `neededFrom`. */
export const journalBound = (name: string, kept: number): Bound => ({
  collection: `table:${name}`,
  max: kept + TRIM_TEXTS + ROW_TEXTS_MAX,
  unit: "rows",
  atBound: "The oldest rows leave once Postgres has them and no remembered reply refers to them.",
});

export type JournalOptions = {
  readonly max: number;
  /** The highest seq that Postgres has. */
  readonly confirmed: () => number;
  /** The lowest seq that is still referred to. */
  readonly neededFrom: () => number;
};

export class Journal {
  readonly #sql: Sql;
  readonly #table: string;
  readonly #options: JournalOptions;
  #pending = new Map<number, string>();
  #count: number;
  /** Texts ever written. */
  #through: number;
  #trimAt: number;

  constructor(sql: Sql, table: string, options: JournalOptions) {
    this.#sql = sql;
    this.#table = table;
    this.#options = options;
    const [oldest, newest] = ["ASC", "DESC"].map((order) => this.#countsAt(order));
    this.#through = newest?.through ?? 0;
    this.#count = this.#through - (oldest === undefined ? 0 : oldest.through - oldest.size);
    this.#trimAt = options.max + TRIM_TEXTS;
  }

  #countsAt(order: string): { through: number; size: number } | undefined {
    return this.#sql.exec<{ through: number; size: number }>(
      `SELECT through, size FROM ${this.#table} ORDER BY first_seq ${order} LIMIT 1`,
    )[0];
  }

  get size(): number {
    return this.#count + this.#pending.size;
  }

  /** None has left yet: these are all that there ever were. */
  get isWhole(): boolean {
    return this.#count === this.#through;
  }

  /** Of the oldest text on disk; above all others where there is none. */
  get oldestSeq(): number {
    return (
      this.#rows("first_seq <= ?1 ORDER BY first_seq LIMIT 1", Number.MAX_SAFE_INTEGER)[0]?.seq ??
      Number.MAX_SAFE_INTEGER
    );
  }

  /** Of the present group: not written yet. */
  get pending(): ReadonlyMap<number, string> {
    return this.#pending;
  }

  /** In ascending order of seq. */
  append(seq: number, text: string): void {
    this.#pending.set(seq, text);
  }

  /** Of the present group too. */
  find(seqs: readonly number[]): Map<number, string> {
    const found = new Map<number, string>();
    let row: readonly HistoryRow[] = [];
    for (const seq of seqs) {
      const isIn = (one: HistoryRow): boolean => one.seq === seq;
      let text = this.#pending.get(seq) ?? row.find(isIn)?.payload;
      if (text === undefined) {
        row = this.#rows("first_seq <= ?1 ORDER BY first_seq DESC LIMIT 1", seq);
        text = row.find(isIn)?.payload;
      }
      if (text !== undefined) found.set(seq, text);
    }
    return found;
  }

  /** Newest first, strictly below `before`. Only what is committed: reads come after the group that they follow. */
  page(before: number, limit: number): HistoryRow[] {
    const page: HistoryRow[] = [];
    for (let below = before; page.length < limit; ) {
      const row = this.#rows("first_seq < ?1 ORDER BY first_seq DESC LIMIT 1", below);
      const [first] = row;
      if (first === undefined) break;
      page.push(...row.filter(({ seq }) => seq < before).reverse());
      below = first.seq;
    }
    return page.slice(0, limit);
  }

  #rows(where: string, seq: number): HistoryRow[] {
    const row = this.#sql.exec<{ seqs: string; texts: string }>(
      `SELECT seqs, texts FROM ${this.#table} WHERE ${where}`,
      seq,
    )[0];
    if (row === undefined) return [];
    const texts = row.texts.split("\n");
    // SAFETY: only #insert and a migration write this column.
    return (JSON.parse(row.seqs) as number[]).map((one, index) => ({
      seq: one,
      payload: texts[index] ?? "",
    }));
  }

  /** Called inside the group's transaction, before remembered replies are written. */
  write(): void {
    if (this.#pending.size === 0) return;
    const pending = this.#pending;
    this.#pending = new Map();
    this.#count += pending.size;
    this.#append(pending);
    if (this.#count >= this.#trimAt) this.#trim();
  }

  #append(pending: ReadonlyMap<number, string>): void {
    let seqs: number[] = [];
    let texts: string[] = [];
    let units = 0;
    for (const [seq, text] of pending) {
      if (seqs.length === ROW_TEXTS_MAX || (seqs.length > 0 && units + text.length > ROW_UNITS_MAX)) {
        this.#insert(seqs, texts);
        seqs = [];
        texts = [];
        units = 0;
      }
      texts.push(text);
      units += text.length + 1;
      seqs.push(seq);
    }
    this.#insert(seqs, texts);
  }

  #insert(seqs: readonly number[], texts: readonly string[]): void {
    this.#through += seqs.length;
    this.#sql.exec(
      `INSERT INTO ${this.#table} (first_seq, last_seq, size, seqs, texts, through) VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
      seqs[0] ?? 0,
      seqs.at(-1) ?? 0,
      seqs.length,
      `[${seqs.join(",")}]`,
      texts.join("\n"),
      this.#through,
    );
  }

  #trim(): void {
    const { max, confirmed, neededFrom } = this.#options;
    const upTo = Math.min(confirmed(), neededFrom() - 1);
    const oldest = this.#sql.exec<{ last_seq: number; size: number }>(
      `SELECT last_seq, size FROM ${this.#table} WHERE first_seq <= ?1 ORDER BY first_seq LIMIT ?2`,
      upTo,
      TRIM_ROWS_MAX,
    );
    let gone: number | undefined;
    for (const { last_seq, size } of oldest) {
      if (last_seq > upTo || this.#count - size < max) break;
      this.#count -= size;
      gone = last_seq;
    }
    // Rows are in order and do not overlap.
    if (gone !== undefined) this.#sql.exec(`DELETE FROM ${this.#table} WHERE first_seq <= ?1`, gone);
    this.#trimAt = Math.max(max, this.#count) + TRIM_TEXTS;
  }
}
