/** What storage costs is counted where it is used: rows read and written, as the platform bills them. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { durableSql } from "../../../actors/runtime/durable-sql.ts";
import type { SymbolApi } from "../../../actors/symbol/messages.ts";
import type { Env } from "../../../src/env.ts";
import { envelopeNow } from "../envelope-now.ts";

const { SYMBOL } = env as unknown as Env;

test("each statement is billed for the rows that it reads and writes, an index entry being a row", () =>
  runInDurableObject(SYMBOL.getByName("T:BILL"), (_object, { storage }) => {
    const bill: [read: number, written: number][] = [];
    const sql = durableSql(storage, (read, written) => void bill.push([read, written]));
    sql.exec("CREATE TABLE plain (id INTEGER PRIMARY KEY, note TEXT) STRICT");
    sql.exec("CREATE TABLE indexed (id INTEGER PRIMARY KEY, note TEXT) STRICT");
    sql.exec("CREATE INDEX by_note ON indexed (note)");
    bill.length = 0;
    for (const table of ["plain", "indexed"])
      sql.exec(`INSERT INTO ${table} VALUES (1, 'a'), (2, 'b'), (3, 'c')`);
    sql.exec("SELECT * FROM plain");
    sql.exec("UPDATE plain SET note = 'd' WHERE id = 2");
    expect(bill.map(([, written]) => written)).toEqual([3, 6, 0, 1]);
    expect(bill[2]).toEqual([3, 0]);
  }));

test("an actor says how many rows it has read and written since it was loaded", async () => {
  // SAFETY: as in wiring.ts.
  const symbol = SYMBOL.getByName("T:BILLED") as unknown as SymbolApi;
  const inspected = await symbol.inspect(envelopeNow());
  if (!inspected.ok) throw new Error(inspected.code);
  // Its tables were made, and each step has a row.
  expect(inspected.value.counts).toMatchObject({
    outcry_storage_rows_written_total: expect.any(Number),
    outcry_storage_rows_read_total: expect.any(Number),
  });
  const before = Number(inspected.value.counts["outcry_storage_rows_written_total"]);
  expect(before).toBeGreaterThan(0);
  await symbol.quote(envelopeNow());
  const again = await symbol.inspect(envelopeNow());
  expect(again.ok && again.value.counts["outcry_storage_rows_written_total"]).toBe(before);
});
