/** Neon's HTTP protocol beyond what its driver uses, over both back ends. */
import { beforeAll, expect, test } from "vitest";
import { describeOverBothBackEnds } from "./back-ends.ts";
import { driver, failureOf, post, rowsOf } from "./neon-fixture.ts";

describeOverBothBackEnds((server) => {
  beforeAll(async () => {
    await driver(server()).query(
      "CREATE TABLE fill (id int PRIMARY KEY, account text NOT NULL, price numeric CHECK (price > 0))",
    );
  });

  test("a batch's options are told back in the headers of its reply, and those of a single query are not", async () => {
    const asked = {
      "Neon-Batch-Isolation-Level": "RepeatableRead",
      "Neon-Batch-Read-Only": "true",
      "Neon-Batch-Deferrable": "true",
    };
    const batch = await post(server(), { queries: [{ query: "SELECT 1" }] }, asked);
    expect(Object.keys(asked).map((name) => batch.headers.get(name))).toEqual([
      "RepeatableRead",
      "true",
      "true",
    ]);
    const single = await post(server(), { query: "SELECT 1" }, asked);
    expect(Object.keys(asked).map((name) => single.headers.get(name))).toEqual([null, null, null]);
    const wrong = await post(server(), { query: "SELECT 1" }, { "Neon-Batch-Isolation-Level": "Chaos" });
    expect([wrong.status, wrong.json.message]).toEqual([400, "invalid isolation level"]);
  });

  test("rows come as arrays or as objects, by header or by query", async () => {
    const raw = { "Neon-Raw-Text-Output": "true" };
    const query = "SELECT 1 AS a, NULL AS b";
    const objects = await post(server(), { query }, raw);
    expect([objects.json.rows, objects.json.rowAsArray]).toEqual([[{ a: "1", b: null }], false]);
    const arrays = await post(server(), { query }, { ...raw, "Neon-Array-Mode": "true" });
    expect([arrays.json.rows, arrays.json.rowAsArray]).toEqual([[["1", null]], true]);
    const mixed = await post(server(), { queries: [{ query }, { query, arrayMode: true }] }, raw);
    expect(mixed.json.results.map((result: { rowAsArray: boolean }) => result.rowAsArray)).toEqual([
      false,
      true,
    ]);
  });

  test("without raw text, values are JSON values", async () => {
    const query = `SELECT 1 AS int, true AS bool, 1.5::float8 AS float, 'Infinity'::float8 AS infinite, 2::int8 AS long,
      '{"a": 1}'::json AS json, '{{1,2},{3,NULL}}'::int[] AS ints, ARRAY['x y', 'NULL', '"', NULL] AS texts,
      '[0:1]={t,f}'::bool[] AS bools`;
    expect((await post(server(), { query })).json.rows).toEqual([
      {
        int: 1,
        bool: true,
        float: 1.5,
        infinite: "Infinity",
        long: "2",
        json: { a: 1 },
        ints: [
          [1, 2],
          [3, null],
        ],
        texts: ["x y", "NULL", '"', null],
        bools: [true, false],
      },
    ]);
  });

  test("a session keeps nothing of the request before", async () => {
    const query = driver(server());
    await query`BEGIN`;
    await query`INSERT INTO fill VALUES (50, 'a', 1)`;
    expect(await failureOf(query`ROLLBACK TO SAVEPOINT nothing`)).toMatchObject({ code: "25P01" });
    expect(await rowsOf(server(), "SELECT id FROM fill")).toEqual([{ id: 50 }]);
    await query`SET search_path = pg_catalog`;
    await query`SET ROLE pg_monitor`;
    await query`CREATE TEMP TABLE fill (only_here int)`;
    await query`PREPARE kept AS SELECT 1`;
    await query`SELECT pg_advisory_lock(1)`;
    await query`DELETE FROM fill`;
    const [state] = await rowsOf(
      server(),
      `SELECT current_setting('search_path') AS path, current_user AS role, to_regclass('pg_temp.fill')::text AS temp,
         (SELECT count(*)::int FROM pg_prepared_statements) AS prepared,
         (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS locks`,
    );
    expect(state).toEqual({ path: '"$user", public', role: "postgres", temp: null, prepared: 0, locks: 0 });
  });

  test("COPY is refused and leaves the session usable", async () => {
    const query = driver(server());
    expect(await failureOf(query`COPY fill FROM STDIN`)).toMatchObject({ code: "57014" });
    expect(await failureOf(query`COPY (SELECT 1) TO STDOUT`)).toMatchObject({ code: "0A000" });
    expect(await rowsOf(server(), "SELECT 1 AS a")).toEqual([{ a: 1 }]);
  });

  test("a result beyond the bound is 507; of a batch nothing stays, of a single statement its effect", async () => {
    const large = "SELECT repeat('x', 600000) FROM generate_series(1, 2)";
    const single = await post(server(), { query: large });
    expect([single.status, single.json.message]).toEqual([
      507,
      "response is too large (max is 1000000 bytes)",
    ]);
    const queries = ["INSERT INTO fill VALUES (60, 'a', 1)", large].map((query) => ({ query }));
    expect((await post(server(), { queries })).status).toBe(507);
    expect(await rowsOf(server(), "SELECT id FROM fill")).toEqual([]);
    expect(await failureOf(driver(server()).query(large))).toMatchObject({
      message: expect.stringContaining("Server error (HTTP status 507)"),
    });
  });

  test("more parameters than the protocol can count are refused, and the most it can are taken", async () => {
    const wanted = (count: number) => ({
      query: `SELECT cardinality(ARRAY[${Array.from({ length: count }, (_, i) => `$${i + 1}::int`).join(",")}]) AS n`,
      params: Array.from({ length: count }, () => "1"),
    });
    expect((await post(server(), wanted(65_535))).json.rows).toEqual([{ n: 65_535 }]);
    expect((await post(server(), wanted(65_536))).json.code).toBe("54023");
  });
});
