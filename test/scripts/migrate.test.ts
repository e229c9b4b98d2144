import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  MigrationError,
  type MigrationFile,
  migrate,
  migrationFiles,
  pendingMigrations,
  statementsOf,
} from "../../scripts/migrate.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";

let database: TestPostgres;
beforeAll(async () => {
  database = await startTestPostgres(false);
});
afterAll(() => database.close());
beforeEach(() =>
  database.rows("DROP SCHEMA public CASCADE").then(() => database.rows("CREATE SCHEMA public")),
);

const file = (id: number, ...statements: string[]): MigrationFile => ({
  id,
  name: `${String(id).padStart(4, "0")}_step.sql`,
  checksum: `sum of ${statements.join(";")}`,
  statements,
});
const first = file(1, "CREATE TABLE one (n integer)");
const second = file(2, "CREATE TABLE two (n integer)", "INSERT INTO two VALUES (1)");

const tablesThere = async (): Promise<unknown[]> => {
  const rows = await database.rows(
    "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' AND relkind = 'r' ORDER BY 1",
  );
  return rows.map((row) => row.relname);
};

test("runs what is missing, in order, and nothing twice", async () => {
  expect(await migrate(database.databaseUrl, [first])).toEqual(["0001_step.sql"]);
  expect(await migrate(database.databaseUrl, [first, second])).toEqual(["0002_step.sql"]);
  expect(await migrate(database.databaseUrl, [first, second])).toEqual([]);
  expect(await database.rows("SELECT n FROM two")).toEqual([{ n: 1 }]);
});

test("tells what is missing and changes nothing", async () => {
  expect(await pendingMigrations(database.databaseUrl, [first])).toEqual(["0001_step.sql"]);
  expect(await tablesThere()).toEqual([]);
  await migrate(database.databaseUrl, [first]);
  expect(await pendingMigrations(database.databaseUrl, [first, second])).toEqual(["0002_step.sql"]);
  expect(await pendingMigrations(database.databaseUrl, [first])).toEqual([]);
  await expect(pendingMigrations(database.databaseUrl, [])).rejects.toThrow("its file is gone");
});

test("leaves nothing of a file that fails in its middle, and runs it once it is mended", async () => {
  const broken = file(2, "CREATE TABLE two (n integer)", "INSERT INTO nowhere VALUES (1)");
  await expect(migrate(database.databaseUrl, [first, broken])).rejects.toThrow(
    /0002_step.sql failed and changed nothing.*42P01/,
  );
  expect(await tablesThere()).toEqual(["one", "schema_migration"]);
  expect(await migrate(database.databaseUrl, [first, second])).toEqual(["0002_step.sql"]);
});

test("refuses a file that was edited after it ran", async () => {
  await migrate(database.databaseUrl, [first]);
  await expect(migrate(database.databaseUrl, [file(1, "CREATE TABLE other (n integer)")])).rejects.toThrow(
    "0001_step.sql was edited after it ran",
  );
});

test("refuses a gap, a duplicate number and a file that is gone", async () => {
  await expect(migrate(database.databaseUrl, [first, file(3, "SELECT 1")])).rejects.toThrow(MigrationError);
  await expect(migrate(database.databaseUrl, [first, file(1, "SELECT 1")])).rejects.toThrow(MigrationError);
  await migrate(database.databaseUrl, [first, second]);
  await expect(migrate(database.databaseUrl, [first])).rejects.toThrow(
    "0002_step.sql has run, but its file is gone",
  );
});

test("lets only one of two migrators at the same moment run a file", async () => {
  const slow = file(1, "CREATE TABLE one (n integer)", "SELECT pg_sleep(0.2)");
  const outcomes = await Promise.allSettled([
    migrate(database.databaseUrl, [slow]),
    migrate(database.databaseUrl, [slow]),
  ]);
  const ran = outcomes.filter((outcome) => outcome.status === "fulfilled" && outcome.value.length === 1);
  expect(ran).toHaveLength(1);
  expect(await database.rows("SELECT id FROM schema_migration")).toEqual([{ id: 1 }]);
});

test("splits statements at line ends only and drops comment lines", () => {
  expect(statementsOf("-- a; b\nSELECT 'x;y';\n\nSELECT 2;")).toEqual(["SELECT 'x;y'", "SELECT 2"]);
});

test("refuses a file whose name has no number", () => {
  const folder = mkdtempSync(join(tmpdir(), "outcry-migrations-"));
  writeFileSync(join(folder, "first.sql"), "SELECT 1;");
  expect(() => migrationFiles(folder)).toThrow("first.sql is not named NNNN_words.sql");
});
