import { expect, test } from "vitest";
import { ACTORS_MAX, KINDS_MAX, SENDERS_MAX, SERIES_MAX } from "../../../actors/metrics-shard/limits.ts";
import { ASKED_MAX } from "../../../actors/metrics-shard/registry.ts";
import { at, ShardBench } from "./bench.ts";

const DROPPED = "outcry_series_dropped_total";
const fill = (shard: ShardBench, actors: number, first = 0): void => {
  for (let each = first; each < first + actors; each++) shard.report({ actor: `symbol:X:${each}` });
};

test("bound metrics-shard/memory:actors: the longest silent actor leaves, one whose facts wait last of all", () => {
  const shard = new ShardBench();
  shard.report({ actor: "symbol:X:waiting", status: { waitingSince: at(-3_000) } });
  fill(shard, ACTORS_MAX - 1);
  shard.report({ actor: "symbol:X:0", seq: 2 });
  fill(shard, 1, ACTORS_MAX);
  const names = new Set(shard.names());
  expect(names.size).toBe(ACTORS_MAX);
  expect(["waiting", "0", "1", ACTORS_MAX].map((name) => names.has(`symbol:X:${name}`))).toEqual([
    true,
    true,
    false,
    true,
  ]);
});

test("bound metrics-shard/table:actor: the row leaves with its actor", () => {
  const shard = new ShardBench();
  fill(shard, ACTORS_MAX + 3);
  expect(shard.rows("actor")).toBe(ACTORS_MAX);
  shard.restart();
  expect(shard.names()).toHaveLength(ACTORS_MAX);
});

test("bound metrics-shard/memory:followed: it leaves with its actor", async () => {
  const shard = new ShardBench();
  fill(shard, ACTORS_MAX + 50);
  await shard.readings();
  await shard.pass(600_000);
  expect(shard.asked).not.toContain("symbol:X:0");
  expect(new Set(shard.asked).size).toBe(ACTORS_MAX);
});

test("bound metrics-shard/memory:asked: a further actor is asked later", () => {
  const shard = new ShardBench();
  shard.ask = () => new Promise(() => {});
  fill(shard, ASKED_MAX + 1);
  void shard.registry.readings();
  expect(shard.asked).toHaveLength(ASKED_MAX);
});

test("bound metrics-shard/memory:series: a further one is left out, and counted as such", async () => {
  const shard = new ShardBench();
  const counts = Object.fromEntries(
    Array.from({ length: SERIES_MAX + 2 }, (_, each) => [
      `outcry_http_requests_total{method="GET",route="/v1/${each}",status="200"}`,
      1,
    ]),
  );
  shard.registry.count({ sender: "a", seq: 1, counts });
  const readings = await shard.readings();
  expect(Object.keys(readings.get("edge")?.counts ?? {})).toHaveLength(SERIES_MAX);
  expect(readings.get("metrics-shard")?.counts[DROPPED]).toBe(2);
  shard.registry.count({ sender: "a", seq: 2, counts: { outcry_unknown_total: 1 } });
  expect(await shard.total(DROPPED, "metrics-shard")).toBe(3);
});

const manyKinds = (): ShardBench => {
  const shard = new ShardBench();
  for (let kind = 0; kind < KINDS_MAX + 2; kind++)
    shard.report({ actor: `kind${kind}:a`, counts: { outcry_facts_total: 1 } });
  return shard;
};

test("bound metrics-shard/memory:totals: counts of a further kind are left out", async () => {
  const readings = await manyKinds().readings();
  const counted = [...readings.values()].filter(({ counts }) => counts["outcry_facts_total"] === 1);
  expect(counted).toHaveLength(KINDS_MAX - 1);
  expect(readings.get("metrics-shard")?.counts[DROPPED]).toBe(3);
});

test("bound metrics-shard/table:total: a row for each kind that is counted", async () => {
  const shard = manyKinds();
  await shard.readings();
  expect(shard.rows("total")).toBe(KINDS_MAX);
});

test("bound metrics-shard/memory:senders: the longest silent isolate is forgotten", async () => {
  const shard = new ShardBench();
  const counts = { 'outcry_http_problems_total{code="not-found"}': 1 };
  for (let sender = 0; sender <= SENDERS_MAX; sender++)
    shard.registry.count({ sender: `s${sender}`, seq: 1, counts });
  const total = () => shard.total(Object.keys(counts)[0], "edge");
  shard.registry.count({ sender: `s${SENDERS_MAX}`, seq: 1, counts });
  expect(await total()).toBe(SENDERS_MAX + 1);
  shard.registry.count({ sender: "s0", seq: 1, counts });
  expect(await total()).toBe(SENDERS_MAX + 2);
});
