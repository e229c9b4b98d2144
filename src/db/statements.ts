/**
 * Set-based statements made from the columns of a table: many rows travel as one JSON parameter.
 * `$1` the rows, `$2` an object of actor → incarnation. A row counts only where its actor's claim holds and its fact is new, so a batch that comes twice changes nothing.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import { getTableConfig, type PgColumn, type PgTable } from "drizzle-orm/pg-core";

export type Row = Readonly<Record<string, unknown>>;

/** Never replaces, replaces by newer facts of the same actor, by higher revisions, or by these and whatever was not made by trades. */
export type OnConflict = "keep" | keyof typeof GUARDS;
const GUARDS = {
  "newer-fact": (name: string) => `${name}.seq < excluded.seq OR ${name}.actor <> excluded.actor`,
  "higher-revision": (name: string) => `${name}.rev < excluded.rev`,
  "trades-first": (name: string) => `${name}.rev < excluded.rev OR ${name}.made_by <> 'trades'`,
} as const;

/** What happens to rows: they are put, or columns of rows that stand already are changed. */
export type Change = { readonly put: OnConflict } | { readonly set: readonly string[] };

export const statementFor = (table: PgTable, change: Change): string =>
  "put" in change ? insertRows(table, change.put) : updateRows(table, change.set);

/** INSERT … SELECT from the JSON rows. Moments are epoch milliseconds in the rows and `timestamptz` in the table. */
function insertRows(table: PgTable, onConflict: OnConflict): string {
  const name = getTableName(table);
  const columns = Object.values(getTableColumns(table));
  const selected = columns.map((column) => selectedColumn(column));
  return `INSERT INTO ${name} (${columns.map((column) => column.name).join(", ")})
SELECT ${selected.join(", ")}
FROM json_to_recordset($1::json) AS r(${columns.map((column) => recordColumn(column)).join(", ")})
${CLAIMED}
${conflictClause(table, name, columns, onConflict)}`;
}

/** UPDATE of the named columns in rows that stand already; a row that is not there is none of this fact's business. */
function updateRows(table: PgTable, names: readonly string[]): string {
  const name = getTableName(table);
  const key = keyColumns(table);
  const wanted = new Set([...key, ...names, "actor", "seq"]);
  const columns = Object.values(getTableColumns(table)).filter((column) => wanted.has(column.name));
  const isKey = ({ name: column }: PgColumn): boolean => key.includes(column);
  const set = columns
    .filter((column) => !isKey(column))
    .map((column) => `${column.name} = ${selectedColumn(column)}`);
  const same = columns.filter(isKey).map((column) => `t.${column.name} = ${selectedColumn(column)}`);
  return `UPDATE ${name} AS t SET ${set.join(", ")}
FROM json_to_recordset($1::json) AS r(${columns.map((column) => recordColumn(column)).join(", ")})
${CLAIMED}
WHERE ${same.join(" AND ")}`;
}

/** Of rows that meet in one key only the last may stand in a statement: Postgres refuses to touch a row twice. */
export function lastByKey(table: PgTable, rows: readonly Row[]): Row[] {
  const key = keyColumns(table);
  // A fact is there once, and so is what bears its number.
  if (key.includes("actor") && key.includes("seq")) return [...rows];
  const last = new Map<string, Row>();
  for (const row of rows) last.set(JSON.stringify(key.map((column) => row[column])), row);
  return [...last.values()];
}

export function keyColumns(table: PgTable): string[] {
  const composite = getTableConfig(table).primaryKeys[0];
  if (composite !== undefined) return composite.columns.map((column) => column.name);
  return Object.values(getTableColumns(table)).flatMap((column) => (column.primary ? [column.name] : []));
}

/** The object of incarnations is taken apart once; asked row by row, all of it would be parsed again for each row. */
export const CLAIMED = `JOIN json_each_text($2::json) AS i(actor, incarnation) ON i.actor = r.actor
JOIN actor_watermark AS w ON w.actor = r.actor AND r.seq > w.seq AND w.incarnation = i.incarnation`;

const isMoment = (column: PgColumn): boolean => column.getSQLType().startsWith("timestamp");
export const selectedColumn = (column: PgColumn, value = `r.${column.name}`): string =>
  isMoment(column) ? `to_timestamp(${value} / 1000.0)` : value;
export const recordColumn = (column: PgColumn, name = column.name): string =>
  `${name} ${isMoment(column) ? "bigint" : column.getSQLType()}`;

function conflictClause(
  table: PgTable,
  name: string,
  columns: readonly PgColumn[],
  onConflict: OnConflict,
): string {
  const key = keyColumns(table);
  if (onConflict === "keep") return `ON CONFLICT (${key.join(", ")}) DO NOTHING`;
  const replaced = columns
    .filter((column) => !key.includes(column.name))
    .map((column) => `${column.name} = excluded.${column.name}`);
  return `ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${replaced.join(", ")} WHERE ${GUARDS[onConflict](name)}`;
}
