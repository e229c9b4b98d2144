/**
 * Several versions of one bar in one transaction: a statement touches a row once, so the first of them is put, then the last. The trigger
 * of `bar` keeps what each replaces; the versions between, which were never in the table, are written beside it.
 */
import { getTableName } from "drizzle-orm";
import type { TableRows } from "./projections/projection.ts";
import { bar, barVersion } from "./schema.ts";
import { keyColumns, type Row } from "./statements.ts";

/** In place of one change of `bar`: the changes that keep all versions. Any other table's change stands as it is. */
export function keepingVersions(change: TableRows): TableRows[] {
  if (getTableName(change.table) !== getTableName(bar) || !("put" in change.change)) return [change];
  const versions = Map.groupBy(change.rows, keyOf);
  const several = [...versions.values()].filter(({ length }) => length > 1);
  if (several.length === 0) return [change];
  return [
    { ...change, rows: [...versions.values()].flatMap((rows) => rows.slice(0, 1)) },
    { table: barVersion, change: { put: "keep" }, rows: several.flatMap(replacedOf) },
    { ...change, rows: several.flatMap((rows) => rows.slice(-1)) },
  ];
}

const KEY = keyColumns(bar);
const keyOf = (row: Row): string => JSON.stringify(KEY.map((column) => row[column]));

/** All but the last, each until the next; one that held for no moment is none. */
const replacedOf = (rows: readonly Row[]): Row[] =>
  rows.slice(0, -1).flatMap((row, index) => {
    const superseded_at = rows[index + 1]?.["known_at"];
    return Number(row["known_at"]) < Number(superseded_at) ? [{ ...row, superseded_at }] : [];
  });
