/**
 * Rows that nearly every group writes again until they are full. Each row written costs as much as a million bytes read, so the ones with room
 * travel in the symbol's one row of marks, and have a row of their own once they are full.
 */
export type OpenTable = "taken_trade" | "taken_quote" | "trade_log" | "book_changes" | "spread_times";
type Values = readonly (string | number)[];

export class OpenRows {
  /** JSON texts of the rows' values: of most groups only one has changed. */
  readonly #texts = new Map<OpenTable, string>();

  /** What `text` made, or null of a version that had none. */
  constructor(text: string | null) {
    if (text === null) return;
    // SAFETY: only `text` makes it.
    const rows = JSON.parse(text) as Readonly<Record<OpenTable, Values>>;
    for (const table of OPEN_TABLES) if (rows[table] !== undefined) this.put(table, rows[table]);
  }

  put(table: OpenTable, values: Values): void {
    this.#texts.set(table, JSON.stringify(values));
  }

  /** The same of values that are text already. */
  putText(table: OpenTable, values: string): void {
    this.#texts.set(table, values);
  }

  textOf(table: OpenTable): string | undefined {
    return this.#texts.get(table);
  }

  /** It has a row of its own now. */
  drop(table: OpenTable): void {
    this.#texts.delete(table);
  }

  /** As it was put last; undefined where no row has room. */
  of<Row extends Values>(table: OpenTable): Row | undefined {
    const text = this.#texts.get(table);
    // SAFETY: who reads a table's row has put it.
    return text === undefined ? undefined : (JSON.parse(text) as Row);
  }

  get text(): string {
    return `{${[...this.#texts].map(([table, values]) => `"${table}":${values}`).join(",")}}`;
  }
}

const OPEN_TABLES: readonly OpenTable[] = [
  "taken_trade",
  "taken_quote",
  "trade_log",
  "book_changes",
  "spread_times",
];
