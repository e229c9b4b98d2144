import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fact } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import { historyOver } from "../../src/db/history.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import { isAnswer, type Postgres, postgresAt } from "../../src/db/neon.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";
import { envelope } from "../support/runtime-fakes.ts";

const NOW = Date.UTC(2026, 10, 21, 12) as EpochMs;
let database: TestPostgres;
beforeAll(async () => {
  database = await startTestPostgres();
});
afterAll(() => database.close());

test("the daily upkeep makes this month and the next, drops facts past their retention, and never a bar", async () => {
  const past = mirrorOver(database.postgres, () => Date.UTC(2024, 8, 10) as EpochMs);
  const old: Fact = [1, Date.UTC(2024, 8, 9), "probe", "{}"];
  await past.commit([
    asText({ actor: "probe:old", facts: [old], incarnation: "one", knownIncarnations: [] }),
  ]);
  await past.maintain(Date.UTC(2024, 8, 10));
  const present = mirrorOver(database.postgres, () => NOW);
  const { made, dropped } = await present.maintain(NOW);
  expect(made).toContain("bar_2026_11");
  expect(made).toContain("actor_fact_2026_12");
  expect(made).toContain("bar_version_2026_12");
  expect(dropped).toEqual(["actor_fact_2024_09", "bar_version_2024_09", "bar_version_2024_10"]);
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
    asText({ actor: "probe:june", facts: [fact], incarnation: "one", knownIncarnations: [] }),
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

describe("history reads", () => {
  const logged: { event: string; breaker: unknown; requestId: unknown }[] = [];
  const clock = { at: NOW as number, now: () => clock.at as EpochMs };
  const reads = historyOver(
    postgresAt("postgres://outcry:none@127.0.0.1:1/none"),
    (_, event, { breaker, requestId }) => void logged.push({ event, breaker, requestId }),
    clock,
  );
  const read = () => reads.bars(envelope(), "XNAS:AAPL", "1", { before: NOW, limit: 10 });

  test("one that Postgres does not answer is refused, and tells when to come back", async () => {
    expect(await read()).toMatchObject({
      ok: false,
      code: "history-unavailable",
      retryAfterMs: expect.any(Number),
    });
    expect(logged).toEqual([{ event: "history-unavailable", breaker: undefined, requestId: "r" }]);
  });

  test("after five in a row they are refused without asking, with the time until the next try", async () => {
    for (let times = 2; times <= 5; times++) await read();
    expect(logged.filter(({ event }) => event === "history-unavailable")).toHaveLength(5);
    expect(logged).toContainEqual({
      event: "breaker-opened",
      breaker: "postgres-history",
      requestId: undefined,
    });
    const before = logged.length;
    clock.at += 1_000;
    const refused = await read();
    expect(refused).toMatchObject({ ok: false, code: "history-unavailable" });
    expect(refused.ok ? 0 : refused.retryAfterMs).toBeGreaterThanOrEqual(3_000);
    expect(refused.ok ? 0 : refused.retryAfterMs).toBeLessThanOrEqual(4_000);
    expect(logged).toHaveLength(before);
  });

  test("one read is the probe, and the others do not wait for it", async () => {
    clock.at += 5_000;
    const [probe, other] = await Promise.all([read(), read()]);
    expect([probe.ok, other.ok]).toEqual([false, false]);
    expect(other.ok ? 0 : other.retryAfterMs).toBe(1_000);
    expect(logged.filter(({ event }) => event === "breaker-probes")).toHaveLength(1);
    expect(probe.ok ? 0 : probe.retryAfterMs).toBeGreaterThanOrEqual(8_000);
  });
});

test("a refusal of Postgres is an answer, and nobody home is none", async () => {
  const failure = async (postgres: Postgres, text: string) =>
    postgres.query({ text, params: [] }, 3_000).then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(isAnswer(await failure(database.postgres, "SELECT 1 / 0"))).toBe(true);
  expect(isAnswer(await failure(database.postgres, "SELECT * FROM nothing_of_the_sort"))).toBe(true);
  const raised = (state: string) => `DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${state}'; END $$`;
  for (const state of ["40001", "40P01", "25006"])
    expect(isAnswer(await failure(database.postgres, raised(state))), state).toBe(true);
  for (const state of ["53300", "57P03", "57014", "58030", "08006", "XX000"])
    expect(isAnswer(await failure(database.postgres, raised(state))), state).toBe(false);
  expect(isAnswer(await failure(postgresAt("postgres://outcry:none@127.0.0.1:1/none"), "SELECT 1"))).toBe(
    false,
  );
  expect(isAnswer(new Error("a mistake of ours"))).toBe(false);
});
