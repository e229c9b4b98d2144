/** A book whose object was made by an earlier version: its rows survive each step. */
import { expect, test } from "vitest";
import { LabelStore, MIGRATIONS } from "../../../actors/label-book/store.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { AT, SYMBOL } from "../../support/label-bench.ts";
import { memorySql } from "../../support/node-sql.ts";

test("labels, deleted ids, versions and the floor of a book of the first step are there after the last", () => {
  const sql = memorySql();
  migrateLocally(sql, MIGRATIONS.slice(0, 1));
  const label = { id: "a", symbol: SYMBOL, ts: AT, text: "a note", metadata: {}, version: 2 };
  sql.exec("INSERT INTO label VALUES ('a', ?1, ?2, 1, ?3)", SYMBOL, AT, JSON.stringify(label));
  sql.exec("INSERT INTO label_gone VALUES ('b', 3, 7, 6)");
  for (const [seq, version] of [
    [1, 1],
    [2, 2],
  ] as const)
    sql.exec("INSERT INTO label_version VALUES (?1, 'a', ?2, '{}')", seq, version);
  sql.exec("UPDATE label_floor SET version = 5");
  migrateLocally(sql, MIGRATIONS);
  const store = new LabelStore(sql, () => 0);
  expect(store.state).toEqual({ labels: 1, gone: 1, versionFloor: 5 });
  expect(store.versionRows).toBe(2);
  expect(store.label("a")).toEqual({ first: 1, label });
  expect(store.gone("b")).toEqual({ id: "b", version: 7, first: 6 });
  expect(store.versions("a", 9, 9).map(({ version }) => version)).toEqual([2, 1]);
});
