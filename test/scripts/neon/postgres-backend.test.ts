/** Forwarding to a real PostgreSQL: bounded connections, deadlines that reach the server, restarts survived. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { postgresBinaries, RealPostgres } from "../../../scripts/faults/real-postgres.ts";
import { driver, failureOf, health, post, rowsOf, startServer, until } from "./neon-fixture.ts";

const binaries = postgresBinaries();
const name = binaries === undefined ? "skipped: no postgres server binary was found" : "forwarding";

describe.runIf(binaries !== undefined)(name, () => {
  let postgres: RealPostgres;
  let direct: pg.Client;

  beforeAll(async () => {
    postgres = await RealPostgres.start(binaries ?? "");
    direct = new pg.Client(postgres.url);
    direct.on("error", () => {});
    await direct.connect();
  });
  afterAll(async () => {
    await direct.end().catch(() => {});
    await postgres.remove();
  });

  async function forwarding(options: object = {}) {
    const server = await startServer({ postgresUrl: postgres.url, ...options });
    onTestFinished(() => server.close());
    return server;
  }

  async function sessions(where = "true"): Promise<number> {
    const { rows } = await direct.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'outcry-neon-%' AND ${where}`,
    );
    return rows[0].n;
  }

  test("many requests share a few connections, and closing the server closes them", async () => {
    const server = await startServer({ postgresUrl: postgres.url });
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, i) => rowsOf(server, "SELECT $1::int AS i, pg_sleep(0.01)::text", [i])),
    );
    expect(replies.map(([row]) => row?.["i"])).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(await health(server)).toMatchObject({ backend: "postgres", connections: 4, connected: 4 });
    expect(await sessions()).toBe(4);
    await server.close();
    await until(async () => (await sessions()) === 0);
  });

  test("a request beyond its deadline is 504, and the server's own work for it is ended too", async () => {
    const server = await forwarding({ deadlineMs: 500 });
    await driver(server).query("CREATE TABLE fill (id int)");
    // A lock that another session holds: nothing in this request would ever end by itself.
    await direct.query("BEGIN; LOCK TABLE fill");
    const queries = [{ query: "SET LOCAL statement_timeout = 0" }, { query: "INSERT INTO fill VALUES (1)" }];
    const stopped = await post(server, { queries });
    expect([stopped.status, stopped.json.code]).toEqual([504, "08007"]);
    await until(
      async () => (await sessions("wait_event_type = 'Lock' OR state LIKE 'idle in transaction%'")) === 0,
    );
    await direct.query("ROLLBACK");
    expect(await rowsOf(server, "SELECT id FROM fill")).toEqual([]);
    expect(await health(server)).toMatchObject({ terminated: 1 });
    await driver(server).query("DROP TABLE fill");
  });

  test("a session that the server ends is an error with its code, and the next request gets another session", async () => {
    const server = await forwarding();
    const error = await failureOf(driver(server).query("SELECT pg_terminate_backend(pg_backend_pid())"));
    expect(error).toMatchObject({ code: "57P01", severity: "FATAL" });
    await rowsOf(server, "SELECT 1");
    await direct.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'outcry-neon-%'",
    );
    await until(async () => (await health(server))["connections"] === 0);
    expect(await rowsOf(server, "SELECT 1 AS a")).toEqual([{ a: 1 }]);
  });

  test("errors of the server that a client may retry keep their codes", async () => {
    const server = await forwarding();
    const query = driver(server);
    expect(await failureOf(query`DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$`)).toMatchObject({
      code: "40P01",
    });
    const timeout = query.transaction([query`SET LOCAL statement_timeout = 20`, query`SELECT pg_sleep(5)`]);
    expect(await failureOf(timeout)).toMatchObject({ code: "57014" });
    const readOnly = query.transaction([query`CREATE TABLE nothing ()`], { readOnly: true });
    expect(await failureOf(readOnly)).toMatchObject({ code: "25006" });
    expect(await sessions("state LIKE 'idle in transaction%'")).toBe(0);
  });

  test("a Postgres that cannot be reached is 500, one without the database 400, and both say why", async () => {
    const nobody = await startServer({ postgresUrl: "postgresql://postgres@127.0.0.1:1/postgres" });
    onTestFinished(() => nobody.close());
    const refused = await post(nobody, { query: "SELECT 1" });
    expect([refused.status, refused.json.code]).toEqual([500, "08001"]);
    expect(refused.json.message).toContain("ECONNREFUSED");

    const elsewhere = await startServer({ postgresUrl: postgres.url.replace(/postgres$/, "missing") });
    onTestFinished(() => elsewhere.close());
    const missing = await post(elsewhere, { query: "SELECT 1" });
    expect([missing.status, missing.json.code]).toEqual([400, "3D000"]);
  });
});
