/** The narrow port to an object's own SQLite. Rows are read at once: no cursor outlives the call. */

export type SqlValue = string | number | null | ArrayBuffer;
export type SqlRow = Record<string, SqlValue>;

export interface Sql {
  /** Binds `string | safe integer | finite number | null | ArrayBuffer` and nothing else. */
  exec<Row extends SqlRow = SqlRow>(statement: string, ...bindings: SqlValue[]): Row[];
  /** Synchronous; a throw rolls back and goes on to the caller. Never nested. */
  transaction<Result>(work: () => Result): Result;
}

/** The platform's bound is 2 MB for a row or a value; local SQLite takes more, so the bound is kept here. */
export const VALUE_BYTES_MAX = 2_000_000;
/** A UTF-16 unit is at most three bytes of UTF-8: this many never pass VALUE_BYTES_MAX. */
const CHUNK_UNITS_MAX = 600_000;

/** Refuses what the object's SQLite would coerce, lose or forbid. Both adapters call it before every statement. */
export function checkBindings(bindings: readonly unknown[]): void {
  for (const value of bindings) {
    const fault = faultOf(value);
    if (fault !== undefined) throw new TypeError(fault);
  }
}

/** A callback that goes on after it returned would write outside its transaction. Called within it, so that it rolls back. */
export function refuseAsync(result: unknown): void {
  if (result instanceof Promise) throw new TypeError("a transaction callback may not be asynchronous");
}

function faultOf(value: unknown): string | undefined {
  if (value === null) return undefined;
  if (typeof value === "string") return isTooLong(value) ? TOO_LARGE : undefined;
  if (typeof value === "number") return faultOfNumber(value);
  if (value instanceof ArrayBuffer) return value.byteLength > VALUE_BYTES_MAX ? TOO_LARGE : undefined;
  return `a binding of type ${typeof value}`;
}

function faultOfNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return "a number that is not finite";
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? "an integer beyond 2^53" : undefined;
}

/** Only a text that may be too long is measured. */
const isTooLong = (text: string): boolean =>
  text.length > VALUE_BYTES_MAX / 3 && new TextEncoder().encode(text).length > VALUE_BYTES_MAX;

const TOO_LARGE = `a value of more than ${VALUE_BYTES_MAX} bytes`;

/**
 * One statement for many rows: they travel as one JSON array in ?1, which the statement reads with `json_each`.
 * Split only where a value would pass the platform's size bound.
 */
export function writeRows(
  sql: Sql,
  statement: string,
  rows: readonly (readonly (string | number | null)[])[],
): void {
  let chunk: string[] = [];
  let units = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (units + text.length > CHUNK_UNITS_MAX && chunk.length > 0) {
      sql.exec(statement, `[${chunk.join(",")}]`);
      chunk = [];
      units = 0;
    }
    chunk.push(text);
    units += text.length + 1;
  }
  if (chunk.length > 0) sql.exec(statement, `[${chunk.join(",")}]`);
}

/** An INSERT for few and for many rows, whose values are bound as they are. */
export type RowInsert = readonly { readonly rows: number; readonly text: string }[];

/** The platform's bound on the values of one statement. */
const BINDINGS_MAX = 100;

/**
 * `into` names table and columns: `INSERT INTO note (id, name)`. Sizes are as many rows as may be, and powers of two: the host keeps a
 * handful of statements for a table, and any number of rows takes few of them.
 */
export function rowInsert(into: string, then = ""): RowInsert {
  const columns = into.slice(into.indexOf("(") + 1, into.indexOf(")")).split(",").length;
  const row = `(${Array.from({ length: columns }, () => "?").join(", ")})`;
  const most = Math.floor(BINDINGS_MAX / columns);
  const sizes = [most];
  for (let rows = 2 ** Math.floor(Math.log2(most)); rows >= 1; rows /= 2) if (rows < most) sizes.push(rows);
  return sizes.map((rows) => {
    const values = Array.from({ length: rows }, () => row).join(", ");
    return { rows, text: `${into} VALUES ${values} ${then}`.trimEnd() };
  });
}

/**
 * Few statements for many rows. Half the cost of `writeRows`, which has SQLite parse what was rendered for it; that one is for
 * statements that are no plain INSERT.
 */
export function insertRows(
  sql: Sql,
  insert: RowInsert,
  rows: readonly (readonly (string | number | null)[])[],
): void {
  let at = 0;
  for (const { rows: size, text } of insert) {
    for (; rows.length - at >= size; at += size) {
      const values: (string | number | null)[] = [];
      for (let index = at; index < at + size; index++) values.push(...checkedRow(rows[index] ?? []));
      sql.exec(text, ...values);
    }
  }
}

/** The platform's bound holds for a row as a whole too. */
function checkedRow(row: readonly (string | number | null)[]): readonly (string | number | null)[] {
  let units = 0;
  for (const value of row) if (typeof value === "string") units += value.length;
  if (units > CHUNK_UNITS_MAX && isTooLong(row.join(""))) throw new TypeError(TOO_LARGE);
  return row;
}
