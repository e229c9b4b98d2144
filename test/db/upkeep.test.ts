import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fact } from "../../actors/runtime/outbox.ts";
import { historyOver } from "../../src/db/history.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import { postgresAt } from "../../src/db/neon.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";

const NOW = Date.UTC(2026, 10, 21, 12) as EpochMs;
let database: TestPostgres;
beforeAll(async () => {
  database = await startTestPostgres();
});
afterAll(() => database.close());

test("the daily upkeep makes this month and the next, drops facts past their retention, and never a bar", async () => {
  const past = mirrorOver(database.postgres, () => Date.UTC(2024, 8, 10) as EpochMs);
  const old: Fact = [1, Date.UTC(2024, 8, 9), "probe", "{}"];
  await past.commit([{ actor: "probe:old", facts: [old], incarnation: "one", knownIncarnations: [] }]);
  await past.maintain(Date.UTC(2024, 8, 10));
  const present = mirrorOver(database.postgres, () => NOW);
  const { made, dropped } = await present.maintain(NOW);
  expect(made).toContain("bar_2026_11");
  expect(made).toContain("actor_fact_2026_12");
  expect(dropped).toEqual(["actor_fact_2024_09"]);
  const kept = await database.rows("SELECT to_regclass('bar_2024_09')::text AS bars");
  expect(kept).toEqual([{ bars: "bar_2024_09" }]);
  expect(await present.maintain(NOW)).toMatchObject({ dropped: [] });
});

test("a month that the DEFAULT partition already holds rows of stays there, and nothing fails", async () => {
  await database.rows(
    "INSERT INTO actor_fact VALUES ('probe:early', 1, '2026-06-15T00:00:00Z', 'probe', '{}')",
  );
  const mirror = mirrorOver(database.postgres, () => NOW);
  const fact: Fact = [1, Date.UTC(2026, 5, 20), "probe", "{}"];
  const outcomes = await mirror.commit([
    { actor: "probe:june", facts: [fact], incarnation: "one", knownIncarnations: [] },
  ]);
  expect(outcomes).toEqual([{ watermark: 1 }]);
});

test("watermarks come in shares, each actor once a round", async () => {
  const mirror = mirrorOver(database.postgres, () => NOW);
  await database.rows(
    "INSERT INTO actor_watermark SELECT 'probe:' || n, 'one', n, now() FROM generate_series(1, 25) AS n",
  );
  const all = await database.rows("SELECT actor FROM actor_watermark");
  const shares = Math.ceil(all.length / 20);
  const seen: string[] = [];
  for (let turn = 0; turn < shares; turn++)
    seen.push(...(await mirror.watermarks(turn, 20)).map((row) => row.actor));
  expect(new Set(seen).size).toBe(seen.length);
  expect(await mirror.watermarks(0, 1_000)).toHaveLength(all.length);
});

test("a history read that Postgres does not answer is refused, and tells when to come back", async () => {
  const logged: string[] = [];
  const nobody = historyOver(
    postgresAt("postgres://outcry:none@127.0.0.1:1/none"),
    (_, event) => void logged.push(event),
  );
  const reply = await nobody.bars("XNAS:AAPL", "1", { before: NOW, limit: 10 });
  expect(reply).toMatchObject({ ok: false, code: "history-unavailable", retryAfterMs: expect.any(Number) });
  expect(logged).toEqual(["history-unavailable"]);
});
