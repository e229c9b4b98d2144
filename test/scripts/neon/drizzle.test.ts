/** Drizzle's neon-http, unchanged, over both back ends. */
import { neon } from "@neondatabase/serverless";
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/neon-http";
import { bigint, customType, integer, jsonb, numeric, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { beforeAll, expect, test } from "vitest";
import { describeOverBothBackEnds } from "./back-ends.ts";
import { failureOf } from "./neon-fixture.ts";

describeOverBothBackEnds((server) => {
  const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });
  const bar = pgTable("bar", {
    id: integer().primaryKey(),
    volume: bigint({ mode: "bigint" }).notNull(),
    price: numeric().notNull(),
    detail: jsonb(),
    tags: text().array(),
    raw: bytea(),
    at: timestamp({ withTimezone: true }),
  });
  const rows = [
    {
      id: 1,
      volume: 9_007_199_254_740_993n,
      price: "1.10",
      detail: { a: [1] },
      tags: ["x", 'q"'],
      raw: Buffer.from([0, 1]),
      at: new Date("2024-03-10T09:30:00Z"),
    },
    { id: 2, volume: -1n, price: "0.000000000001", detail: null, tags: null, raw: null, at: null },
  ];
  const database = () => drizzle({ client: neon(server().databaseUrl) });

  beforeAll(async () => {
    await database().execute(
      sql`CREATE TABLE bar (id int PRIMARY KEY, volume int8, price numeric, detail jsonb, tags text[], raw bytea, at timestamptz)`,
    );
  });

  test("writes and reads every column type, with counts", async () => {
    await database().insert(bar).values(rows);
    expect(await database().select().from(bar).orderBy(bar.id)).toEqual(rows);
    expect((await database().update(bar).set({ price: "2" }).where(eq(bar.id, 1))).rowCount).toBe(1);
    const deleted = await database().delete(bar).returning({ id: bar.id });
    expect(deleted.map(({ id }) => id).sort()).toEqual([1, 2]);
  });

  test("batch is one transaction with typed results, undone by its first error", async () => {
    const db = database();
    const [, read] = await db.batch([db.insert(bar).values(rows), db.select({ id: bar.id }).from(bar)]);
    expect(read).toEqual([{ id: 1 }, { id: 2 }]);
    const error = await failureOf(db.batch([db.delete(bar), db.execute(sql`SELECT 1/0`)]));
    expect(error["cause"] ?? error).toMatchObject({ code: "22012" });
    expect(await db.$count(bar)).toBe(2);
  });

  test("an error carries the database's own behind it", async () => {
    const error = await failureOf(database().insert(bar).values({ id: 1, volume: 1n, price: "1" }));
    expect(error["cause"] ?? error).toMatchObject({ code: "23505", constraint: "bar_pkey", table: "bar" });
  });
});
