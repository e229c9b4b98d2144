/**
 * The order book on disk: a checkpoint of the whole book, and what has been said since, which travels in the symbol's row of marks. When that is
 * full the next checkpoint takes its place. A load lays the one over the other, by the same rules by which it came about.
 */
import type { Instrument } from "../../../src/domain/instrument.ts";
import type { DepthChange } from "../../../src/quant/book/depth-change.ts";
import { StitchedBook } from "../../../src/quant/book/stitch.ts";
import type { Sql } from "../../runtime/sql.ts";
import type { OpenRows } from "../open-rows.ts";
import { BOOK_CHANGES_UNITS_MAX } from "./book-limits.ts";
import { bookOf, bookText, changesOf, changeText } from "./book-text.ts";

export const BOOK_TABLES: readonly string[] = [
  "CREATE TABLE book_checkpoint (id INTEGER PRIMARY KEY, encoded TEXT NOT NULL) STRICT",
];

export class BookRows {
  readonly #sql: Sql;
  readonly #openRows: OpenRows;
  /** JSON texts of what was said since the checkpoint, with commas between. */
  #texts: string;
  #isDirty = false;

  constructor(sql: Sql, openRows: OpenRows) {
    this.#sql = sql;
    this.#openRows = openRows;
    this.#texts = openRows.textOf("book_changes")?.slice(1, -1) ?? "";
  }

  load(instrument: Instrument | undefined): StitchedBook {
    const row = this.#sql.exec<{ encoded: string }>("SELECT encoded FROM book_checkpoint")[0];
    const book = row === undefined ? new StitchedBook() : bookOf(row.encoded);
    if (instrument !== undefined)
      for (const change of changesOf(`[${this.#texts}]`)) book.take(change, instrument);
    return book;
  }

  keep(changes: readonly DepthChange[]): void {
    if (changes.length === 0) return;
    const texts = changes.map(changeText).join(",");
    this.#texts = this.#texts === "" ? texts : `${this.#texts},${texts}`;
    this.#isDirty = true;
  }

  /** Before the row of marks is written. */
  write(book: StitchedBook): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    if (this.#texts.length <= BOOK_CHANGES_UNITS_MAX) {
      this.#openRows.putText("book_changes", `[${this.#texts}]`);
      return;
    }
    this.#texts = "";
    this.#openRows.drop("book_changes");
    this.#sql.exec("INSERT OR REPLACE INTO book_checkpoint (id, encoded) VALUES (1, ?1)", bookText(book));
  }
}
