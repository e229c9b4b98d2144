/** One table of probes for both adapters of the `Sql` port: what it takes, what it gives back, and what it refuses. */
import { describe, expect, test } from "vitest";
import {
  insertRows,
  rowInsert,
  type Sql,
  type SqlValue,
  VALUE_BYTES_MAX,
  writeRows,
} from "../../../actors/runtime/sql.ts";
import type { World } from "./world.ts";

/** What JavaScript can hand over in spite of the types. */
const bind = (sql: Sql, value: unknown): unknown => sql.exec("SELECT ?1 AS v", value as SqlValue)[0]?.v;

const COLUMNS = (count: number): string =>
  Array.from({ length: count }, (_, index) => `c${index} TEXT`).join(", ");
const UNION = (terms: number): string =>
  Array.from({ length: terms }, (_, index) => `SELECT ${index}`).join(" UNION ALL ");

const TAKEN: readonly (readonly [name: string, value: SqlValue])[] = [
  ["text", "a"],
  ["empty text", ""],
  // A NUL in a text is no probe: node:sqlite reads the text up to it.
  ["text with a quote, a line end and a surrogate pair", "a'b\n\u{1f600}"],
  ["a safe integer", Number.MAX_SAFE_INTEGER],
  ["a negative safe integer", Number.MIN_SAFE_INTEGER],
  ["a fraction", 0.1],
  ["a tiny float", 1.5e-300],
  ["null", null],
  ["two million bytes of text", "x".repeat(VALUE_BYTES_MAX)],
];

const REFUSED: readonly (readonly [name: string, value: unknown])[] = [
  ["a bigint", 1n],
  ["a boolean", true],
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["infinity", Number.POSITIVE_INFINITY],
  ["an integer beyond 2^53", 2 ** 53],
  ["an integer below -2^53", -(2 ** 53)],
  ["a float that is an integer beyond 2^53", 1.5e300],
  ["an object", {}],
  ["an array", [1]],
  ["a date", new Date(0)],
  ["a view instead of a buffer", new Uint8Array(1)],
  ["a symbol", Symbol("s")],
  ["a function", () => 1],
  ["a byte of text too many", "x".repeat(VALUE_BYTES_MAX + 1)],
  ["text of fewer units and too many bytes", "€".repeat(VALUE_BYTES_MAX / 3 + 1)],
  ["a byte of buffer too many", new ArrayBuffer(VALUE_BYTES_MAX + 1)],
];

const FORBIDDEN: readonly (readonly [name: string, statement: string, bindings: readonly SqlValue[]])[] = [
  ["too few parameters", "SELECT ?1, ?2", [1]],
  ["too many parameters", "SELECT ?1", [1, 2]],
  ["PRAGMA user_version", "PRAGMA user_version = 3", []],
  ["PRAGMA journal_mode", "PRAGMA journal_mode = OFF", []],
  ["a TEMP table", "CREATE TEMP TABLE t (v)", []],
  ["ATTACH", "ATTACH DATABASE ':memory:' AS other", []],
  ["VACUUM", "VACUUM", []],
  ["BEGIN", "BEGIN", []],
  ["SAVEPOINT", "SAVEPOINT s", []],
  ["COMMIT", "COMMIT", []],
  ["more than 5 terms of a UNION", UNION(6), []],
  ["more than 100 columns", `CREATE TABLE wide (${COLUMNS(101)})`, []],
  [
    "more than 100 parameters",
    `SELECT ${Array.from({ length: 101 }, (_, n) => `?${n + 1}`).join(", ")}`,
    Array(101).fill(1),
  ],
  ["a LIKE pattern of more than 50 bytes", "SELECT 'a' LIKE ?1", [`%${"a".repeat(50)}`]],
  ["text in an INTEGER column", "INSERT INTO strict_table VALUES ('x')", []],
];

export function sqlPortSuite(world: World): void {
  describe("the Sql port gives back what it takes", () => {
    test.each(TAKEN)("%s", (_name, value) => world((sql) => expect(bind(sql, value)).toBe(value)));

    test("a buffer", () =>
      world((sql) => {
        const given = bind(sql, new Uint8Array([0, 1, 255]).buffer);
        expect(given).toBeInstanceOf(ArrayBuffer);
        expect([...new Uint8Array(given as ArrayBuffer)]).toEqual([0, 1, 255]);
      }));

    test("as many terms, columns and parameters as the platform allows", () =>
      world((sql) => {
        expect(sql.exec(UNION(5))).toHaveLength(5);
        sql.exec(`CREATE TABLE wide (${COLUMNS(100)})`);
        const marks = Array.from({ length: 100 }, (_, index) => `?${index + 1}`).join(", ");
        expect(Object.keys(sql.exec(`SELECT ${marks}`, ...Array(100).fill(1)))).not.toHaveLength(0);
      }));
  });

  describe("the Sql port refuses to bind", () => {
    test.each(REFUSED)("%s", (_name, value) =>
      world((sql) => expect(() => bind(sql, value)).toThrow(TypeError)),
    );
  });

  describe("the Sql port refuses", () => {
    test.each(FORBIDDEN)("%s", (_name, statement, bindings) =>
      world((sql) => {
        sql.exec("CREATE TABLE strict_table (v INTEGER) STRICT");
        expect(() => sql.exec(statement, ...bindings)).toThrow();
      }),
    );
  });

  describe("a transaction", () => {
    const table = (sql: Sql): void => void sql.exec("CREATE TABLE kept (v INTEGER PRIMARY KEY) STRICT");
    const kept = (sql: Sql): unknown[] => sql.exec("SELECT v FROM kept").map((row) => row.v);

    test("keeps what it wrote and answers what its callback does", () =>
      world((sql) => {
        table(sql);
        const answer = sql.transaction(() => sql.exec("INSERT INTO kept VALUES (1) RETURNING v"));
        expect(answer).toEqual([{ v: 1 }]);
        expect(kept(sql)).toEqual([1]);
      }));

    test("is undone whole by a throw, which goes on to the caller", () =>
      world((sql) => {
        table(sql);
        const failing = () =>
          sql.transaction(() => {
            sql.exec("INSERT INTO kept VALUES (1)");
            throw new Error("mine");
          });
        expect(failing).toThrow("mine");
        expect(kept(sql)).toEqual([]);
        sql.transaction(() => sql.exec("INSERT INTO kept VALUES (2)"));
        expect(kept(sql)).toEqual([2]);
      }));

    test("is undone whole by a failing statement", () =>
      world((sql) => {
        table(sql);
        sql.exec("INSERT INTO kept VALUES (2)");
        const failing = () =>
          sql.transaction(() => {
            sql.exec("INSERT INTO kept VALUES (1)");
            sql.exec("INSERT INTO kept VALUES (2)");
          });
        expect(failing).toThrow();
        expect(kept(sql)).toEqual([2]);
      }));

    test("with an asynchronous callback is refused and undone", () =>
      world((sql) => {
        table(sql);
        const work = async () => void sql.exec("INSERT INTO kept VALUES (1)");
        expect(() => sql.transaction(work)).toThrow(TypeError);
        expect(kept(sql)).toEqual([]);
      }));

    test("within a transaction is refused", () =>
      world((sql) => {
        expect(() => sql.transaction(() => sql.transaction(() => 1))).toThrow();
        expect(sql.transaction(() => 1)).toBe(1);
      }));
  });

  describe("writeRows", () => {
    const table = (sql: Sql): void =>
      void sql.exec("CREATE TABLE kept (a INTEGER PRIMARY KEY, b TEXT) STRICT");
    const INSERT = "INSERT INTO kept (a, b) SELECT value ->> 0, value ->> 1 FROM json_each(?1)";

    test("writes any text and null as they are", () =>
      world((sql) => {
        table(sql);
        const texts = ["", "'", '"', "\\", "\n", "é€\u{1f600}", '{"n":1}', "null", null];
        writeRows(
          sql,
          INSERT,
          texts.map((text, index) => [index, text]),
        );
        expect(sql.exec("SELECT b FROM kept ORDER BY a").map((row) => row.b)).toEqual(texts);
      }));

    test("binds rows as they are, however many, and runs no statement for none", () =>
      world((sql) => {
        table(sql);
        const put = rowInsert("INSERT OR REPLACE INTO kept (a, b)");
        const texts = ["", "'", '"', "\\", "\n", "é€\u{1f600}", '{"n":1}', "null", null];
        const rows = Array.from(
          { length: 119 },
          (_, index) => [index, texts[index % texts.length] ?? null] as const,
        );
        insertRows(sql, put, rows);
        insertRows(sql, put, []);
        insertRows(sql, put, [[118, "again"]]);
        expect(sql.exec("SELECT a, b FROM kept ORDER BY a").map(({ a, b }) => [a, b])).toEqual([
          ...rows.slice(0, 118),
          [118, "again"],
        ]);
      }));

    test("a conflict is settled as the statement says", () =>
      world((sql) => {
        table(sql);
        const put = rowInsert(
          "INSERT INTO kept (a, b)",
          "ON CONFLICT (a) DO UPDATE SET b = excluded.b || '!'",
        );
        insertRows(sql, put, [[1, "x"]]);
        insertRows(sql, put, [
          [1, "y"],
          [2, "z"],
        ]);
        expect(sql.exec("SELECT b FROM kept ORDER BY a").map(({ b }) => b)).toEqual(["y!", "z"]);
      }));

    test("a row of more than the platform holds is refused, also where each value of it is short enough", () =>
      world((sql) => {
        void sql.exec("CREATE TABLE wide (a TEXT, b TEXT) STRICT");
        const half = "x".repeat(VALUE_BYTES_MAX / 2 + 1);
        expect(() => insertRows(sql, rowInsert("INSERT INTO wide (a, b)"), [[half, half]])).toThrow(
          TypeError,
        );
      }));

    test("runs no statement for no rows", () => world((sql) => writeRows(sql, "no statement at all", [])));

    test("bound runtime/memory:statement-value: rows of more than a value may hold go in several statements", () =>
      world((sql) => {
        table(sql);
        const rows = Array.from({ length: 30 }, (_, index) => [index, "€".repeat(100_000)] as const);
        let statements = 0;
        const counting: Sql = {
          ...sql,
          exec(statement, ...bindings) {
            statements += 1;
            return sql.exec(statement, ...bindings);
          },
        };
        writeRows(counting, INSERT, rows);
        expect(sql.exec("SELECT COUNT(*) AS n FROM kept")).toEqual([{ n: 30 }]);
        expect(statements).toBeGreaterThan(1);
      }));
  });
}
