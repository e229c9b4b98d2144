import { describe, expect, test } from "vitest";
import {
  IDEMPOTENCY_BY_BATCH,
  IDEMPOTENCY_KEYS_MAX,
  IDEMPOTENCY_TABLES,
  Idempotency,
} from "../../../actors/runtime/idempotency.ts";
import type { Sql } from "../../../actors/runtime/sql.ts";
import { makeTables } from "../runtime-fakes.ts";
import type { World } from "./world.ts";

const opened = (sql: Sql, options?: ConstructorParameters<typeof Idempotency>[1]): Idempotency => {
  makeTables(sql, ...IDEMPOTENCY_TABLES, ...IDEMPOTENCY_BY_BATCH);
  return new Idempotency(sql, options);
};

function remember(keys: Idempotency, sql: Sql, ...names: readonly string[]): void {
  for (const name of names) keys.remember(name, `body of ${name}`, `reply to ${name}`);
  sql.transaction(() => keys.write());
}

const stored = (sql: Sql): unknown[] =>
  sql.exec("SELECT value FROM idempotency, json_each(keys) ORDER BY value").map((row) => row.value);
const counted = (sql: Sql): unknown => sql.exec("SELECT SUM(size) AS n FROM idempotency")[0]?.n;
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `k${String(from + index).padStart(6, "0")}`);

export function idempotencySuite(world: World): void {
  describe("remembered replies", () => {
    test("I2: a repeat finds the reply and the body's hash, after a restart too", () =>
      world((sql) => {
        const keys = opened(sql);
        remember(keys, sql, "a");
        const found = { bodyHash: "body of a", reply: "reply to a" };
        expect(keys.find("a")).toMatchObject(found);
        expect(new Idempotency(sql).find("a")).toEqual(found);
        expect(keys.find("b")).toBeUndefined();
      }));

    test("I2: a repeat within the same group finds the reply before it is written", () =>
      world((sql) => {
        const keys = opened(sql);
        keys.remember("a", "h", "r");
        expect(keys.find("a")).toMatchObject({ bodyHash: "h", reply: "r" });
        expect([...keys.findAll(["a", "b"]).keys()]).toEqual(["a"]);
        expect(keys.size).toBe(1);
      }));

    test("a whole batch of keys is asked at once", () =>
      world((sql) => {
        const keys = opened(sql);
        remember(keys, sql, "a", "b");
        keys.remember("c", "h", "r");
        const found = keys.findAll(["a", "c", "d"]);
        expect([...found.keys()].sort()).toEqual(["a", "c"]);
        expect(found.get("c")).toMatchObject({ reply: "r" });
      }));

    test("a group that fails forgets with its effect", () =>
      world((sql) => {
        const keys = opened(sql);
        keys.remember("a", "h", "r");
        const failing = () =>
          sql.transaction(() => {
            keys.write();
            throw new Error("the commit failed");
          });
        expect(failing).toThrow();
        expect(new Idempotency(sql).find("a")).toBeUndefined();
      }));

    test("bound runtime/table:idempotency: exactly the newest keys stay, the oldest leave one by one", () =>
      world((sql) => {
        const keys = opened(sql, { max: 10 });
        remember(keys, sql, ...numbered(0, 7));
        remember(keys, sql, ...numbered(7, 10));
        expect(keys.size).toBe(10);
        remember(keys, sql, "k000010");
        expect(stored(sql)).toEqual(numbered(1, 11));
        remember(keys, sql, ...numbered(11, 18));
        expect(stored(sql)).toEqual(numbered(8, 18));
        expect(keys.size).toBe(10);
        expect(counted(sql)).toBe(10);
        expect(new Idempotency(sql, { max: 10 }).size).toBe(10);
      }));

    test("bound runtime/table:idempotency: the window that the contract promises is 100,000 keys", () =>
      world((sql) => {
        const keys = opened(sql);
        for (let from = 0; from < IDEMPOTENCY_KEYS_MAX; from += 5_000)
          remember(keys, sql, ...numbered(from, from + 5_000));
        remember(keys, sql, "one more");
        expect(keys.size).toBe(IDEMPOTENCY_KEYS_MAX);
        expect(keys.find("k000000")).toBeUndefined();
        expect(keys.find("k000001")).toBeDefined();
        expect(keys.find("one more")).toBeDefined();
      }));

    test("a pinned key never leaves, and what is not pinned leaves in its stead", () =>
      world((sql) => {
        const pinned = new Set(["k000000", "k000001", "k000005"]);
        const keys = opened(sql, { max: 4, isPinned: (key) => pinned.has(key) });
        for (const key of numbered(0, 40)) remember(keys, sql, key);
        expect(stored(sql)).toEqual([...pinned, "k000039"]);
        pinned.clear();
        for (const key of numbered(40, 44)) remember(keys, sql, key);
        expect(stored(sql)).toEqual(numbered(40, 44));
      }));

    test("more pinned keys than the bound all stay, writing ends, and their batches are packed", () =>
      world((sql) => {
        const keys = opened(sql, { max: 3, isPinned: () => true });
        for (const key of numbered(0, 50)) remember(keys, sql, key);
        expect(stored(sql)).toEqual(numbered(0, 50));
        expect(keys.size).toBe(50);
        expect(sql.exec("SELECT COUNT(*) AS n FROM idempotency")).toEqual([{ n: 1 }]);
        expect(keys.find("k000000")).toEqual({ bodyHash: "body of k000000", reply: "reply to k000000" });
      }));

    test("a batch leaves with its last key", () =>
      world((sql) => {
        const keys = opened(sql, { max: 10 });
        for (const key of numbered(0, 11)) remember(keys, sql, key);
        expect(sql.exec("SELECT COUNT(*) AS n, MIN(batch) AS oldest FROM idempotency")).toEqual([
          { n: 10, oldest: 2 },
        ]);
      }));

    test("a large group takes several rows, each far below what a value may hold", () =>
      world((sql) => {
        const keys = opened(sql);
        for (const key of numbered(0, 600)) keys.remember(key, "h", `${key}:${"x".repeat(10_000)}`);
        sql.transaction(() => keys.write());
        const rows = sql.exec("SELECT size, LENGTH(replies) AS length FROM idempotency");
        expect(rows.length).toBeGreaterThan(2);
        expect(Math.max(...rows.map((row) => Number(row.length)))).toBeLessThan(500_000);
        expect(new Idempotency(sql).findAll(numbered(0, 600)).get("k000599")?.reply).toMatch(/^k000599:x/);
      }));
  });

  describe("replies that are remembered by the seq of their text", () => {
    const texts = (kept: ReadonlyMap<number, string>) => ({
      find: (seqs: readonly number[]) => new Map(seqs.map((seq) => [seq, kept.get(seq) ?? ""])),
    });

    test("are answered with it, beside others, and tell the oldest that is needed", () =>
      world((sql) => {
        const options = {
          texts: texts(
            new Map([
              [7, "seven"],
              [9, "nine"],
            ]),
          ),
        };
        const keys = opened(sql, options);
        expect(keys.oldestSeq).toBe(Number.MAX_SAFE_INTEGER);
        keys.remember("a", "h", 9);
        keys.remember("b", "h", 7);
        keys.remember("c", "h", "7");
        const found = [...keys.findAll(["a", "b", "c"])].map(([, { reply }]) => reply);
        expect(found).toEqual(["nine", "seven", "7"]);
        sql.transaction(() => keys.write());
        expect(
          [...new Idempotency(sql, options).findAll(["a", "b", "c"])].map(([, { reply }]) => reply),
        ).toEqual(found);
        expect(keys.oldestSeq).toBe(7);
      }));

    test("of a pinned key take their text along, so that it may leave", () =>
      world((sql) => {
        const kept = new Map(Array.from({ length: 20 }, (_none, seq) => [seq, `text ${seq}`]));
        const keys = opened(sql, { max: 3, isPinned: (key) => key === "k000000", texts: texts(kept) });
        for (const [seq, key] of numbered(0, 20).entries()) {
          keys.remember(key, "h", seq);
          sql.transaction(() => keys.write());
        }
        expect(keys.oldestSeq).toBe(18);
        kept.delete(0);
        expect(keys.find("k000000")).toEqual({ bodyHash: "h", reply: "text 0" });
        expect(stored(sql)).toEqual(["k000000", "k000018", "k000019"]);
      }));
  });

  test("keys of the old form, a row for each, are found, counted and forgotten as before", () =>
    world((sql) => {
      makeTables(sql, ...IDEMPOTENCY_TABLES);
      const insert = "INSERT INTO idempotency VALUES (?1, ?2, ?3)";
      for (const key of numbered(0, 9)) sql.exec(insert, key, `body of ${key}`, `reply "to" ${key}`);
      // Pinned keys were packed: the order of arrival is that of the batches.
      for (const [batch, keys] of [
        [2, numbered(3, 6)],
        [5, numbered(6, 9)],
        [7, numbered(0, 3)],
      ] as const)
        sql.exec("INSERT INTO idempotency_batch VALUES (?1, 3, ?2)", batch, JSON.stringify(keys));
      makeTables(sql, ...IDEMPOTENCY_BY_BATCH);
      const keys = new Idempotency(sql, { max: 9 });
      expect(keys.size).toBe(9);
      expect(keys.find("k000004")).toEqual({ bodyHash: "body of k000004", reply: 'reply "to" k000004' });
      remember(keys, sql, ...numbered(10, 15));
      expect(stored(sql)).toEqual([...numbered(0, 3), "k000008", ...numbered(10, 15)]);
    }));
}
