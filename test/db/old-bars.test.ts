/** Bars of long ago stand in a partition of their own: those that were there before it as well, and months that lie in it need none. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate, migrationFiles } from "../../scripts/migrate.ts";
import { Partitions } from "../../src/db/partitions.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";

const PLACES =
  "SELECT start::date::text AS start, tableoid::regclass::text AS partition FROM bar ORDER BY start";
let database: TestPostgres;
beforeAll(async () => {
  database = await startTestPostgres(false);
});
afterAll(() => database.close());

test("bars that the DEFAULT partition held move, and their versions are kept from then on", async () => {
  const files = migrationFiles();
  const before = files.findIndex(({ name }) => name.endsWith("_old_bars.sql"));
  await migrate(database.databaseUrl, files.slice(0, before));
  await database.rows(
    `INSERT INTO bar (symbol, resolution, start, open, high, low, close, volume, trades, rev, state, partial, actor, seq)
     SELECT 'X:A', '1D', at, 1, 1, 1, 1, 1, 1, 0, 'final', false, 'a', 1
     FROM unnest(ARRAY['1999-01-01Z'::timestamptz, '2022-12-31Z', '2023-01-01Z', '2150-01-01Z']) AS at`,
  );
  await migrate(database.databaseUrl, files);
  expect(await database.rows(PLACES)).toEqual([
    { start: "1999-01-01", partition: "bar_past" },
    { start: "2022-12-31", partition: "bar_past" },
    { start: "2023-01-01", partition: "bar_default" },
    { start: "2150-01-01", partition: "bar_default" },
  ]);
  await database.rows("UPDATE bar SET rev = 1, known_at = now() WHERE start < '2023-01-01Z'");
  expect(await database.rows("SELECT rev FROM bar_version")).toEqual([{ rev: 0 }, { rev: 0 }]);
});

test("a month that lies in it stays there, and one after it gets its own", async () => {
  const partitions = new Partitions(database.postgres);
  const months = [Date.UTC(2022, 10, 5), Date.UTC(2023, 5, 5)].map((at) => ({ table: "bar" as const, at }));
  await partitions.ensure(months, Date.UTC(2024, 0, 1));
  const [made] = await database.rows(
    "SELECT to_regclass('bar_2022_11') AS past, to_regclass('bar_2023_06')::text AS own",
  );
  expect(made).toEqual({ past: null, own: "bar_2023_06" });
});
