/** What PGlite lacks by itself: each test fails when its guard is taken away. */
import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
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

test("requests that come at once run one after another, and each gets its own reply", async () => {
  const server = await serverForTest();
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

test("a request beyond its deadline is stopped with 504; what was acknowledged stays, of the stopped one nothing", async () => {
  const server = await serverForTest({ deadlineMs: 1_500 });
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
  expect(await failureOf(query.query(ENDLESS))).toMatchObject({
    message: expect.stringContaining("Server error (HTTP status 504)"),
  });
  expect(await rowsOf(server, "SELECT count(*)::int AS n FROM fill")).toEqual([{ n: 1000 }]);
  expect(await health(server)).toMatchObject({ status: "ok", reopened: 2 });
});

test("requests that wait behind a stopped one are served by the database that is opened after it", async () => {
  const server = await serverForTest({ deadlineMs: 1_000 });
  const stopped = post(server, { query: ENDLESS });
  await until(async () => (await health(server))["requests"] === 1);
  const waiting = [1, 2, 3].map((n) => rowsOf(server, `SELECT ${n} AS n`));
  expect((await stopped).status).toBe(504);
  expect(await Promise.all(waiting)).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
});

test("a PANIC ends the thread and not the server; what was acknowledged is there again", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const dataFolder = join(folder.path, "pg");
  const server = await startServer({ dataFolder });
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
  await driver(server).query("INSERT INTO fill VALUES (1000)");
  expect((await health(server))["reopened"]).toBeGreaterThanOrEqual(1);
});

test("SQL that is nested too deep is an ordinary error, as in a native Postgres", async () => {
  const server = await serverForTest();
  const query = driver(server);
  await query`CREATE FUNCTION deeper(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN deeper(i + 1); END $$`;
  expect(await failureOf(query`SELECT deeper(1)`)).toMatchObject({ code: "54001" });
  expect(await health(server)).toMatchObject({ reopened: 0 });
});

test("a checkpoint follows so much WAL, also when the request that wrote it failed", async () => {
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
});

test("WAL files on disk stay bounded while much more than that is written", async () => {
  const server = await serverForTest({ checkpointBytes: 16_000_000 });
  const query = driver(server);
  await query`CREATE TABLE fill (n int, text text)`;
  for (let n = 0; n < 12; n++) {
    await query`INSERT INTO fill SELECT ${n}::int, repeat('x', 1000) FROM generate_series(1, 8000)`;
    await query`DELETE FROM fill`;
  }
  const [wal] = await rowsOf(
    server,
    "SELECT (sum(size) / 1e6)::int AS kept, ((pg_current_wal_lsn() - '0/0') / 1e6)::int AS written FROM pg_ls_waldir()",
  );
  expect(wal?.["written"]).toBeGreaterThan(110);
  expect(wal?.["kept"]).toBeLessThan(100);
});

test("tables are vacuumed and analysed when nothing else is asked", async () => {
  const server = await serverForTest({ idleMs: 30 });
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
  ]);
});

test("the buffer pool is small, and a thread that has grown too large is replaced", async () => {
  const server = await serverForTest({ memoryBytesMax: 300 * 1024 * 1024 });
  expect(await rowsOf(server, "SHOW shared_buffers")).toEqual([{ shared_buffers: "24MB" }]);
  await driver(server).query("CREATE TABLE fill AS SELECT 1 AS id");
  const [row] = await rowsOf(server, "SELECT length(repeat('x', 200000000)) AS n");
  expect(row).toEqual({ n: 200_000_000 });
  expect(await rowsOf(server, "SELECT id FROM fill")).toEqual([{ id: 1 }]);
  const { recycled, memoryBytes } = await health(server);
  expect(recycled).toBe(1);
  expect(memoryBytes).toBeLessThan(300 * 1024 * 1024);
});

test("with fsync each acknowledged write has been forced to the disk, and without it none", async () => {
  const [synced, unsynced] = [await serverForTest({ fsync: true }), await serverForTest()];
  const fsyncsOfWrites = async (server: typeof synced) => {
    await driver(server).query("CREATE TABLE fill (id int)");
    const before = (await health(server))["fsyncs"] ?? 0;
    for (let id = 0; id < 5; id++) await driver(server).query("INSERT INTO fill VALUES ($1)", [id]);
    return ((await health(server))["fsyncs"] ?? 0) - before;
  };
  expect(await fsyncsOfWrites(synced)).toBeGreaterThanOrEqual(5);
  expect(await fsyncsOfWrites(unsynced)).toBe(0);
});

test("a server that is closed and started again on the same folder continues", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const options = { dataFolder: join(folder.path, "pg") };
  const first = await startServer(options);
  await driver(first).query("CREATE TABLE fill AS SELECT 7 AS id");
  await first.close();
  const second = await startServer(options);
  onTestFinished(() => second.close());
  expect(await rowsOf(second, "SELECT id FROM fill")).toEqual([{ id: 7 }]);
});
