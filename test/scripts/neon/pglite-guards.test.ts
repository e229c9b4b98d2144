/** What PGlite lacks by itself: each test fails when its guard is taken away. */
import { renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { NeonServer } from "../../../scripts/neon/server.ts";
import {
  driver,
  failureOf,
  health,
  post,
  rowsOf,
  serverForTest,
  startServer,
  temporaryFolder,
  until,
} from "./neon-fixture.ts";

const ENDLESS = "SELECT count(*) FROM generate_series(1, 1000000000000)";

let plain: NeonServer;
const plainFolder = temporaryFolder();

beforeAll(async () => {
  plain = await startServer({ dataFolder: join(plainFolder.path, "pg") });
});
afterAll(async () => {
  await plain.close();
  plainFolder.remove();
});

test("requests that come at once run one after another, and each gets its own reply", async () => {
  const server = plain;
  expect(await rowsOf(server, "SHOW shared_buffers")).toEqual([{ shared_buffers: "24MB" }]);
  await driver(server).query("CREATE TABLE counter AS SELECT 0 AS n");
  const replies = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      driver(server).transaction((query) => [
        query`UPDATE counter SET n = n + 1`,
        query`SELECT ${i}::int AS mine`,
      ]),
    ),
  );
  expect(replies.map((results) => results[1]?.rows[0]?.["mine"])).toEqual(
    Array.from({ length: 40 }, (_, i) => i),
  );
  expect(await rowsOf(server, "SELECT n FROM counter")).toEqual([{ n: 40 }]);
});

test("a transaction that a request leaves open is rolled back, in the same thread", async () => {
  const query = driver(plain);
  await query`CREATE TABLE opened (id int)`;
  await query`BEGIN`;
  await query`INSERT INTO opened VALUES (1)`;
  expect(await failureOf(query`ROLLBACK TO SAVEPOINT none`)).toMatchObject({ code: "25P01" });
  expect(await rowsOf(plain, "SELECT id FROM opened")).toEqual([{ id: 1 }]);
  expect(await health(plain)).toMatchObject({ reopened: 0 });
});

test("SQL that is nested too deep is an ordinary error, as in a native Postgres", async () => {
  const server = plain;
  const query = driver(server);
  await query`CREATE FUNCTION deeper(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN deeper(i + 1); END $$`;
  expect(await failureOf(query`SELECT deeper(1)`)).toMatchObject({ code: "54001" });
  expect(await health(server)).toMatchObject({ reopened: 0 });
});

test("a request beyond its deadline is stopped with 504 and leaves nothing; what was acknowledged stays", async () => {
  const server = await serverForTest({ deadlineMs: 1_000 });
  const query = driver(server);
  await query`CREATE TABLE fill (id int)`;
  await query`INSERT INTO fill SELECT generate_series(1, 1000)`;
  const stopped = await post(server, {
    queries: [{ query: "INSERT INTO fill VALUES (0)" }, { query: ENDLESS }],
  });
  expect([stopped.status, stopped.json.code]).toEqual([504, "08007"]);
  expect(await rowsOf(server, "SELECT count(*)::int AS n, min(id) AS first FROM fill")).toEqual([
    { n: 1000, first: 1 },
  ]);

  const waiting = [1, 2, 3].map((n) => `SELECT ${n} AS n, (SELECT count(*)::int FROM fill) AS rows`);
  const [again, ...served] = await Promise.all([
    failureOf(query.query(ENDLESS)),
    ...waiting.map((text) => rowsOf(server, text)),
  ]);
  expect(again.message).toContain("Server error (HTTP status 504)");
  expect(served).toEqual([1, 2, 3].map((n) => [{ n, rows: 1000 }]));
  expect(await health(server)).toMatchObject({ status: "ok", reopened: 2 });
});

test("a thread that panics or grows too large is replaced; what was acknowledged is there again", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const dataFolder = join(folder.path, "pg");
  const server = await startServer({ dataFolder, memoryBytesMax: 220 * 1024 * 1024 });
  onTestFinished(() => server.close());
  await driver(server).query("CREATE TABLE fill AS SELECT generate_series(1, 100) AS id");

  // The next WAL file cannot be made, and Postgres has no answer to that but to panic.
  await driver(server).query("SELECT pg_switch_wal()");
  renameSync(join(dataFolder, "pg_wal"), join(folder.path, "pg_wal"));
  const failed = await post(server, { query: "INSERT INTO fill SELECT generate_series(101, 200)" });
  renameSync(join(folder.path, "pg_wal"), join(dataFolder, "pg_wal"));

  expect([failed.status, failed.json.code]).toEqual([500, "08007"]);
  expect(failed.json.message).toContain("PANIC");
  expect(await rowsOf(server, "SELECT count(*)::int AS n FROM fill WHERE id <= 100")).toEqual([{ n: 100 }]);
  expect(await health(server)).toMatchObject({ recycled: 0 });
  expect((await health(server))["reopened"]).toBeGreaterThanOrEqual(1);

  // The same server has a bound on memory, which this takes it beyond.
  expect(await rowsOf(server, "SELECT length(repeat('x', 100000000)) AS n")).toEqual([{ n: 100_000_000 }]);
  expect(await rowsOf(server, "SELECT count(*)::int AS n FROM fill WHERE id <= 100")).toEqual([{ n: 100 }]);
  const { recycled, memoryBytes } = await health(server);
  expect(recycled).toBe(1);
  expect(memoryBytes).toBeLessThan(220 * 1024 * 1024);
});

test("a checkpoint follows so much WAL, also of a request that failed, and bounds the files on disk", async () => {
  const server = await serverForTest({ checkpointBytes: 1_000_000 });
  const query = driver(server);
  await query`CREATE TABLE fill (text text)`;
  const redo = async () =>
    (await rowsOf(server, "SELECT redo_lsn::text AS lsn FROM pg_control_checkpoint()"))[0]?.["lsn"];
  const before = await redo();
  expect((await health(server))["checkpoints"]).toBe(0);
  const writeAndFail =
    "WITH x AS (INSERT INTO fill SELECT repeat('x', 500) FROM generate_series(1, 4000) RETURNING 1)";
  expect(
    await failureOf(query.query(`${writeAndFail} SELECT 1 / (count(*) - count(*)) FROM x`)),
  ).toMatchObject({
    code: "22012",
  });
  expect(await redo()).not.toBe(before);
  const { checkpoints, walBytes } = await health(server);
  expect(checkpoints).toBe(1);
  expect(walBytes).toBeLessThan(1_000_000);

  for (let n = 0; n < 6; n++) {
    await query`INSERT INTO fill SELECT repeat('x', 1000) FROM generate_series(1, 8000)`;
    await query`DELETE FROM fill`;
  }
  const [wal] = await rowsOf(
    server,
    "SELECT (sum(size) / 1e6)::int AS kept, ((pg_current_wal_lsn() - '0/0') / 1e6)::int AS written FROM pg_ls_waldir()",
  );
  expect(wal?.["written"]).toBeGreaterThan(70);
  expect(wal?.["kept"]).toBeLessThan(60);
});

test("tables are vacuumed when nothing else is asked; with fsync each write is forced to the disk, and without it none", async () => {
  const server = await serverForTest({ idleMs: 30, fsync: true });
  // The thread tells its gauges beside its answers.
  const synced = await fsyncsOfWrites(server);
  await until(async () => (await synced()) >= 5);
  expect(await (await fsyncsOfWrites(plain))()).toBe(0);

  const query = driver(server);
  await query.transaction([
    query`CREATE TABLE fill (id int)`,
    query`CREATE TABLE quiet (id int)`,
    query`INSERT INTO fill SELECT generate_series(1, 5000)`,
    query`DELETE FROM fill WHERE id % 2 = 0`,
  ]);
  await until(async () => (await health(server))["vacuums"] === 1);
  const tables = await rowsOf(
    server,
    `SELECT relname AS name, n_dead_tup::int AS dead, last_vacuum IS NOT NULL AS vacuumed,
       last_analyze IS NOT NULL AS analysed FROM pg_stat_user_tables ORDER BY relname`,
  );
  expect(tables).toEqual([
    { name: "fill", dead: 0, vacuumed: true, analysed: true },
    { name: "quiet", dead: 0, vacuumed: false, analysed: false },
    { name: "synced", dead: 0, vacuumed: false, analysed: false },
  ]);
});

/** Five writes, and how often was forced since before them. */
async function fsyncsOfWrites(server: NeonServer): Promise<() => Promise<number>> {
  await driver(server).query("CREATE TABLE synced (id int)");
  const count = async () => (await health(server))["fsyncs"] ?? 0;
  const before = await count();
  for (let id = 0; id < 5; id++) await driver(server).query("INSERT INTO synced VALUES ($1)", [id]);
  return async () => (await count()) - before;
}
