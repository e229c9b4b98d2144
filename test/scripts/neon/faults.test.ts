/** Faults on demand: each does what it says to the request, and no more. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Faults } from "../../../scripts/neon/faults.ts";
import type { NeonServer } from "../../../scripts/neon/server.ts";
import { driver, failureOf, post, rowsOf, startServer, temporaryFolder, until } from "./neon-fixture.ts";

let server: NeonServer;
const folder = temporaryFolder();

beforeAll(async () => {
  server = await startServer({ dataFolder: join(folder.path, "pg"), faults: true });
});
beforeEach(() => server.faults?.set({}));
afterAll(async () => {
  await server.close();
  folder.remove();
});

test("a refused request has no effect, a dropped one has, and the client sees the same", async () => {
  const query = driver(server);
  await query`CREATE TABLE fill (id int)`;

  server.faults?.set({ refuse: { next: 1 } });
  const refused = await failureOf(query`INSERT INTO fill VALUES (1)`);
  expect(await rowsOf(server, "SELECT id FROM fill")).toEqual([]);

  server.faults?.set({ drop: { next: 2 } });
  const dropped = await failureOf(query`INSERT INTO fill VALUES (2)`);
  await failureOf(query.transaction([query`INSERT INTO fill VALUES (3)`]));
  expect(await rowsOf(server, "SELECT id FROM fill ORDER BY id")).toEqual([{ id: 2 }, { id: 3 }]);
  for (const error of [refused, dropped]) {
    expect(error.message).toContain("Error connecting to database");
    expect(error["sourceError"]).toBeInstanceOf(Error);
  }
});

test("a status in place of the reply comes before or after the request has run", async () => {
  await driver(server).query("CREATE TABLE answered (id int)");
  server.faults?.set({ respond: { status: 503, when: "before", next: 1 } });
  expect((await post(server, { query: "INSERT INTO answered VALUES (1)" })).status).toBe(503);
  server.faults?.set({ respond: { status: 507, when: "after", next: 1 } });
  expect((await post(server, { query: "INSERT INTO answered VALUES (2)" })).status).toBe(507);
  expect(await rowsOf(server, "SELECT id FROM answered")).toEqual([{ id: 2 }]);
});

test("a delayed request waits before it runs, others pass it, and then it runs", async () => {
  await driver(server).query("CREATE TABLE delayed (id int)");
  server.faults?.set({ delayMs: 2_000 });
  const delayed = post(server, { query: "INSERT INTO delayed VALUES (1)" });
  await until(async () => server.faults?.counts.delayed === 1);
  server.faults?.set({});
  expect(await rowsOf(server, "SELECT id FROM delayed")).toEqual([]);
  expect((await delayed).status).toBe(200);
  expect(await rowsOf(server, "SELECT id FROM delayed")).toEqual([{ id: 1 }]);
});

test("the admin endpoint sets, tells and clears the plan, with the password only", async () => {
  const admin = (method: string, body?: unknown, headers = {}) =>
    post(server, body, headers, "/faults", method);
  const before = { ...server.faults?.counts };

  const plan = { drop: { next: 2 }, seed: 7 };
  expect((await admin("PUT", plan)).json).toEqual({ plan, counts: before });
  await failureOf(driver(server).query("SELECT 1"));
  const left = {
    plan: { drop: { next: 1 }, seed: 7 },
    counts: { ...before, dropped: (before.dropped ?? 0) + 1 },
  };
  expect((await admin("GET")).json).toEqual(left);
  expect((await admin("DELETE")).json).toMatchObject({ plan: {} });
  expect(await rowsOf(server, "SELECT 1 AS a")).toEqual([{ a: 1 }]);

  const wrong = { "Neon-Connection-String": "postgresql://me:wrong@127.0.0.1/postgres" };
  expect((await admin("PUT", plan, wrong)).json.code).toBe("28P01");
  for (const bad of [{ delay: 1 }, { delayMs: -1 }, { respond: { status: 200, when: "after" } }, "{"]) {
    expect((await admin("PUT", bad)).status).toBe(422);
  }
  expect((await admin("PATCH", plan)).status).toBe(405);
  expect((await admin("GET")).json.plan).toEqual({});
});

test("one seed gives one sequence of faults, at about the rate that was asked for", () => {
  const draws = (seed: number) => {
    const faults = new Faults();
    faults.set({ drop: { probability: 0.1 }, seed });
    return Array.from({ length: 2_000 }, () => faults.draw().drop);
  };
  expect(draws(1)).toEqual(draws(1));
  expect(draws(1)).not.toEqual(draws(2));
  const struck = draws(1).filter(Boolean).length;
  expect(struck).toBeGreaterThan(150);
  expect(struck).toBeLessThan(250);
});
