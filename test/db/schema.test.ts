import { getTableColumns, getTableName, is } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as accountTables from "../../src/db/account-tables.ts";
import * as brokerTables from "../../src/db/broker-tables.ts";
import * as corporateActionTable from "../../src/db/corporate-action-table.ts";
import * as labelTables from "../../src/db/label-tables.ts";
import * as limitTables from "../../src/db/limit-tables.ts";
import { PARTITIONED } from "../../src/db/partitions.ts";
import * as quoteBarTable from "../../src/db/quote-bar-table.ts";
import * as schema from "../../src/db/schema.ts";
import { keyColumns } from "../../src/db/statements.ts";
import * as violationTable from "../../src/db/violation-table.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";

let database: TestPostgres;
beforeAll(async () => {
  database = await startTestPostgres();
});
afterAll(() => database.close());

const tables: PgTable[] = Object.values({
  ...schema,
  ...accountTables,
  ...brokerTables,
  ...labelTables,
  ...limitTables,
  ...corporateActionTable,
  ...quoteBarTable,
  ...violationTable,
}).flatMap((value) => (is(value, PgTable) ? [value as PgTable] : []));
const typeName = (sqlType: string): string => sqlType.replace("timestamp with time zone", "timestamptz");

test("migrations and schema name the same tables", async () => {
  const rows = await database.rows(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition`,
  );
  expect(rows.map((row) => row.name).sort()).toEqual(tables.map((table) => getTableName(table)).sort());
});

test.each(tables.map((table) => [getTableName(table), table] as const))(
  "table %s has the schema's columns, types, nulls and key",
  async (name, table) => {
    const rows = await database.rows(
      `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null
     FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname`,
      name,
    );
    const migrated = rows.map((row) => [row.name, typeName(String(row.type)), row.not_null]);
    const declared = Object.values(getTableColumns(table)).map((column) => [
      column.name,
      typeName(column.getSQLType()),
      column.notNull,
    ]);
    expect(migrated).toEqual(declared.sort((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1)));
    const keys = await database.rows(
      `SELECT a.attname AS name FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
     WHERE i.indrelid = $1::regclass AND i.indisprimary`,
      name,
    );
    expect(keys.map((row) => row.name).sort()).toEqual(keyColumns(table).sort());
  },
);

test("every partitioned table has a DEFAULT partition, and is split on the column that the code thinks", async () => {
  const rows = await database.rows(
    `SELECT p.partrelid::regclass::text AS name, pg_get_partkeydef(p.partrelid) AS key, p.partdefid <> 0 AS has_default FROM pg_partitioned_table p`,
  );
  const found = Object.fromEntries(rows.map((row) => [row.name, [row.key, row.has_default]]));
  expect(found).toEqual(
    Object.fromEntries(
      Object.entries(PARTITIONED).map(([name, column]) => [name, [`RANGE (${column})`, true]]),
    ),
  );
});
