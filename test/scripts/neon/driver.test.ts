/** Neon's own driver, unchanged, over both back ends. */
import { neon } from "@neondatabase/serverless";
import { beforeAll, expect, test } from "vitest";
import { describeOverBothBackEnds } from "./back-ends.ts";
import { driver, failureOf, rowsOf } from "./neon-fixture.ts";

describeOverBothBackEnds((server) => {
  beforeAll(async () => {
    await driver(server()).query(
      "CREATE TABLE fill (id int PRIMARY KEY, account text NOT NULL, price numeric CHECK (price > 0))",
    );
  });

  test("a value of each type arrives as the driver types it for Neon", async () => {
    const [row] = await rowsOf(
      server(),
      `SELECT 1::int4 AS int4, 9007199254740993::int8 AS int8, 0.1000000000000000055::numeric AS numeric,
              1.5::float8 AS float8, 'NaN'::float8 AS nan, true AS bool, NULL AS nothing, 'žluťoučký 🐎' AS text,
              '\\x00ff10'::bytea AS bytea, '{"a":[1,null]}'::jsonb AS jsonb, ARRAY[1,NULL,3] AS ints,
              ARRAY['a,b','"q"',''] AS texts, '2024-03-10T09:30:00.123456Z'::timestamptz AS at, '2024-03-10'::date AS day`,
    );
    expect(row).toEqual({
      int4: 1,
      int8: "9007199254740993",
      numeric: "0.1000000000000000055",
      float8: 1.5,
      nan: Number.NaN,
      bool: true,
      nothing: null,
      text: "žluťoučký 🐎",
      bytea: Buffer.from([0, 255, 16]),
      jsonb: { a: [1, null] },
      ints: [1, null, 3],
      texts: ["a,b", '"q"', ""],
      at: new Date("2024-03-10T09:30:00.123Z"),
      day: new Date(2024, 2, 10),
    });
  });

  test("a parameter of each kind reaches Postgres as what it was", async () => {
    const at = new Date("2024-03-10T09:30:00.123Z");
    const bytes = Buffer.from([0, 1, 255]);
    const [row] = await rowsOf(
      server(),
      `SELECT $1::int8 AS int8, $2::numeric AS numeric, $3::bytea AS bytea, $4::jsonb AS jsonb, $5::text[] AS texts,
              $6::timestamptz AS at, $7::text AS nothing, $8::bool AS bool, $9::text AS text`,
      [
        "9007199254740993",
        "1.10",
        bytes,
        { a: "ž" },
        ["x", null, 'a"b\\c', "n\nl"],
        at,
        null,
        true,
        "it's $1",
      ],
    );
    expect(row).toEqual({
      int8: "9007199254740993",
      numeric: "1.10",
      bytea: bytes,
      jsonb: { a: "ž" },
      texts: ["x", null, 'a"b\\c', "n\nl"],
      at,
      nothing: null,
      bool: true,
      text: "it's $1",
    });
  });

  test("the driver's tagged template, arrays and composed queries work", async () => {
    const query = neon(server().databaseUrl, { arrayMode: true });
    const part = query`WHERE n > ${2}`;
    expect(await query`SELECT n, ${"x"}::text FROM generate_series(1, 4) AS n ${part} ORDER BY n`).toEqual([
      [3, "x"],
      [4, "x"],
    ]);
  });

  test("times are told in GMT, as at Neon", async () => {
    expect(await rowsOf(server(), "SELECT current_setting('timezone') AS zone")).toEqual([{ zone: "GMT" }]);
  });

  test("each command reports its name, its count and its fields", async () => {
    const query = driver(server());
    const inserted = await query`INSERT INTO fill VALUES (1, 'a', 1), (2, 'a', 2), (3, 'b', 3) RETURNING id`;
    expect([inserted.command, inserted.rowCount, inserted.rows.length]).toEqual(["INSERT", 3, 3]);
    const updated = await query`UPDATE fill SET price = price + 1 WHERE account = 'a'`;
    expect([updated.command, updated.rowCount, updated.rows]).toEqual(["UPDATE", 2, []]);
    const selected = await query`SELECT id, account FROM fill ORDER BY id`;
    expect([selected.command, selected.rowCount]).toEqual(["SELECT", 3]);
    expect(selected.fields).toEqual([
      expect.objectContaining({ name: "id", dataTypeID: 23, dataTypeSize: 4, columnID: 1, format: "text" }),
      expect.objectContaining({ name: "account", dataTypeID: 25, dataTypeSize: -1, columnID: 2 }),
    ]);
    expect(selected.fields[0]?.tableID).toBeGreaterThan(16_383);
    const deleted = await query`DELETE FROM fill WHERE id > 2`;
    expect([deleted.command, deleted.rowCount]).toEqual(["DELETE", 1]);
    const created = await query`CREATE TABLE empty_one ()`;
    expect([created.command, created.rowCount, created.fields]).toEqual(["CREATE", null, []]);
    const nothing = await query.query("");
    expect([nothing.command, nothing.rowCount, nothing.rows]).toEqual(["", null, []]);
    await query`DELETE FROM fill`;
  });

  test("a violated key is an error with code, constraint, table and detail", async () => {
    const query = driver(server());
    await query`INSERT INTO fill VALUES (10, 'a', 1)`;
    const error = await failureOf(query`INSERT INTO fill VALUES (10, 'a', 1)`);
    expect(error).toMatchObject({
      name: "NeonDbError",
      message: 'duplicate key value violates unique constraint "fill_pkey"',
      severity: "ERROR",
      code: "23505",
      constraint: "fill_pkey",
      schema: "public",
      table: "fill",
      detail: "Key (id)=(10) already exists.",
      routine: "_bt_check_unique",
    });
    expect(error["hint"]).toBeUndefined();
    await query`DELETE FROM fill`;
  });

  test("an error in the text says where, and a hint says what else", async () => {
    const query = driver(server());
    expect(await failureOf(query.query("SELECT nonsense FROM fill"))).toMatchObject({
      code: "42703",
      position: "8",
    });
    expect(await failureOf(query.query("SELECT pricee FROM fill"))).toMatchObject({
      hint: 'Perhaps you meant to reference the column "fill.price".',
    });
    expect(await failureOf(query.query("SELECT $1::int", ["x"]))).toMatchObject({ code: "22P02" });
    expect(await failureOf(query.query("SELECT 1; SELECT 2"))).toMatchObject({ code: "42601" });
    expect(await failureOf(query.query("INSERT INTO fill VALUES (1, NULL)"))).toMatchObject({
      code: "23502",
      column: "account",
    });
  });

  test("a batch is one transaction, and its results come in order", async () => {
    const query = driver(server());
    const results = await query.transaction([
      query`INSERT INTO fill VALUES (20, 'a', 1)`,
      query`SELECT txid_current() AS id`,
      query`SELECT txid_current() AS id, (SELECT count(*)::int FROM fill) AS seen`,
      query`DELETE FROM fill`,
    ]);
    expect(results.map(({ command, rowCount }) => [command, rowCount])).toEqual([
      ["INSERT", 1],
      ["SELECT", 1],
      ["SELECT", 1],
      ["DELETE", 1],
    ]);
    expect(results[2]?.rows[0]).toEqual({ id: results[1]?.rows[0]?.["id"], seen: 1 });
  });

  test("the first error of a batch undoes all of it", async () => {
    const query = driver(server());
    const error = await failureOf(
      query.transaction([
        query`INSERT INTO fill VALUES (30, 'a', 1)`,
        query`INSERT INTO fill VALUES (31, 'a', -1)`,
        query`INSERT INTO fill VALUES (32, 'a', 1)`,
      ]),
    );
    expect(error).toMatchObject({ code: "23514", constraint: "fill_price_check" });
    expect(await rowsOf(server(), "SELECT count(*)::int AS n FROM fill")).toEqual([{ n: 0 }]);
  });

  test("a constraint that is checked at the end undoes the batch too", async () => {
    const query = driver(server());
    await query`CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)`;
    const twice = [query`INSERT INTO late VALUES (1)`, query`INSERT INTO late VALUES (1)`];
    expect(await failureOf(query.transaction(twice))).toMatchObject({ code: "23505" });
    expect(await rowsOf(server(), "SELECT * FROM late")).toEqual([]);
  });

  test("a batch runs as isolated, read-only and deferrable as it asks to", async () => {
    const query = driver(server());
    const settings = query`SELECT current_setting('transaction_isolation') AS isolation,
      current_setting('transaction_read_only') AS read_only, current_setting('transaction_deferrable') AS deferrable`;
    const asked = async (options: object) => (await query.transaction([settings], options))[0]?.rows[0];
    expect(await asked({})).toEqual({ isolation: "read committed", read_only: "off", deferrable: "off" });
    expect(await asked({ isolationLevel: "Serializable", readOnly: true, deferrable: true })).toEqual({
      isolation: "serializable",
      read_only: "on",
      deferrable: "on",
    });
    expect(await asked({ isolationLevel: "RepeatableRead" })).toMatchObject({ isolation: "repeatable read" });
    expect(await asked({ isolationLevel: "ReadUncommitted" })).toMatchObject({
      isolation: "read uncommitted",
    });
    const write = query.transaction([query`INSERT INTO fill VALUES (40, 'a', 1)`], { readOnly: true });
    expect(await failureOf(write)).toMatchObject({ code: "25006" });
  });
});
