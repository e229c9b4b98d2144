import { describe, expect, test } from "vitest";
import {
  LOCAL_STEPS_MAX,
  type LocalMigration,
  LocalMigrationError,
  migrateLocally,
} from "../../../actors/runtime/local-migrations.ts";
import type { World } from "./world.ts";

const FIRST: LocalMigration = {
  id: 1,
  statements: ["CREATE TABLE a (v INTEGER) STRICT", "INSERT INTO a VALUES (1)"],
};
const SECOND: LocalMigration = { id: 2, statements: ["CREATE TABLE b (v INTEGER) STRICT"] };

export function localMigrationsSuite(world: World): void {
  describe("local migrations", () => {
    test("run each step once, however often the object loads", () =>
      world((sql) => {
        migrateLocally(sql, [FIRST]);
        migrateLocally(sql, [FIRST]);
        migrateLocally(sql, [FIRST, SECOND]);
        migrateLocally(sql, [FIRST, SECOND]);
        expect(sql.exec("SELECT v FROM a")).toEqual([{ v: 1 }]);
        expect(sql.exec("SELECT id FROM local_migration ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
      }));

    test("undo a step that fails, whole, and try it again", () =>
      world((sql) => {
        const broken = {
          id: 2,
          statements: ["CREATE TABLE b (v INTEGER) STRICT", "INSERT INTO nowhere VALUES (1)"],
        };
        expect(() => migrateLocally(sql, [FIRST, broken])).toThrow();
        expect(sql.exec("SELECT id FROM local_migration")).toEqual([{ id: 1 }]);
        migrateLocally(sql, [FIRST, SECOND]);
        expect(sql.exec("SELECT v FROM b")).toEqual([]);
      }));

    test.each<[string, readonly LocalMigration[]]>([
      ["was edited after it ran", [{ ...FIRST, statements: [...FIRST.statements, "DELETE FROM a"] }]],
      ["is missing", []],
      ["stands twice", [FIRST, FIRST]],
      ["leaves a gap", [FIRST, { ...SECOND, id: 3 }]],
      ["stands in another order", [SECOND, FIRST]],
    ])("stop the actor when a step %s", (_fault, steps) =>
      world((sql) => {
        migrateLocally(sql, [FIRST]);
        expect(() => migrateLocally(sql, steps)).toThrow(LocalMigrationError);
        expect(sql.exec("SELECT v FROM a")).toEqual([{ v: 1 }]);
      }),
    );

    test("bound runtime/table:local_migration: a longer list of steps does not start", () =>
      world((sql) => {
        const steps = Array.from({ length: LOCAL_STEPS_MAX + 1 }, (_, index) => ({
          id: index + 1,
          statements: [],
        }));
        expect(() => migrateLocally(sql, steps)).toThrow(LocalMigrationError);
        migrateLocally(
          sql,
          steps.slice(1).map((step, index) => ({ ...step, id: index + 1 })),
        );
        expect(sql.exec("SELECT COUNT(*) AS n FROM local_migration")).toEqual([{ n: LOCAL_STEPS_MAX }]);
      }));
  });
}
