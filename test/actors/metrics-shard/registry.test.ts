/** Who is on the list, who is asked, and what readiness hears. */
import { describe, expect, test } from "vitest";
import { METRICS_SHARD_NAMES, metricsShardOf } from "../../../actors/metrics-shard/address.ts";
import { at, reportOf, ShardBench } from "./bench.ts";

const waitingSince = at(-5_000);

describe("the list", () => {
  test("is in order of names, paged, by kind, and of a tenant", () => {
    const shard = new ShardBench();
    for (const actor of [
      "symbol:X:B",
      "strategy:acme/s",
      "risk-shard:acme/a",
      "risk-shard:acmes/a",
      "symbol:X:A",
    ])
      shard.report({ actor });
    const page = (query: object) => {
      const reply = shard.registry.list({ limit: 10, ...query });
      return reply.ok && [reply.value.total, ...reply.value.items.map(({ name }) => name)];
    };
    expect(page({})).toEqual([5, "acme/a", "acmes/a", "acme/s", "X:A", "X:B"]);
    expect(page({ limit: 2, after: "risk-shard:acme/a" })).toEqual([5, "acmes/a", "acme/s"]);
    expect(page({ kind: "symbol", after: "symbol:X:A" })).toEqual([2, "X:B"]);
    expect(page({ tenant: "acme" })).toEqual([4, "acme/a", "acme/s", "X:A", "X:B"]);
  });

  test("outlives the shard's memory, with who waits and since when an actor is known", () => {
    const shard = new ShardBench();
    shard.report({ actor: "symbol:X:A" });
    shard.clock.pass(1_000);
    shard.report({ actor: "symbol:X:A", seq: 2, status: { waitingSince, outboxDepth: 7 } });
    shard.restart();
    const reply = shard.registry.list({ limit: 1 });
    expect(reply).toMatchObject({
      ok: true,
      value: { items: [{ name: "X:A", since: at(0), outboxDepth: 7, outboxLagMs: 6_000 }] },
    });
  });

  test("shows the collection that is nearest to its bound", () => {
    const shard = new ShardBench();
    const ratio = (collection: string) => `outcry_bound_used_ratio{collection="${collection}"}`;
    shard.report({ status: { gauges: { [ratio("table:outbox")]: 0.5, [ratio("state:orders")]: 0.75 } } });
    expect(shard.registry.list({ limit: 1 })).toMatchObject({
      value: { items: [{ fullest: { collection: "state:orders", ratio: 0.75 } }] },
    });
  });

  test("an actor that never reported is not found", () => {
    const shard = new ShardBench();
    shard.report({ actor: "symbol:X:A" });
    expect(shard.registry.heardOf("symbol:X:A")).toMatchObject({ ok: true, value: { since: at(0) } });
    expect(shard.registry.heardOf("symbol:X:B")).toMatchObject({ ok: false, code: "not-found" });
  });
});

describe("the disk", () => {
  test("is not written for a report that changes no trouble", () => {
    const shard = new ShardBench();
    shard.report();
    let writes = 0;
    const { exec } = shard.sql;
    Object.assign(shard.sql, {
      exec: (...args: Parameters<typeof exec>) => {
        if (/INSERT/.test(args[0])) writes += 1;
        return exec(...args);
      },
    });
    for (let seq = 2; seq < 10; seq++) shard.report({ seq });
    expect(writes).toBe(0);
    shard.report({ seq: 10, status: { waitingSince } });
    shard.report({ seq: 11, status: { waitingSince: at(-1_000) } });
    expect(writes).toBe(1);
    shard.report({ seq: 12 });
    expect(writes).toBe(2);
  });
});

describe("an actor that has fallen silent", () => {
  test("is asked once for the rest, six seconds after its last report", async () => {
    const shard = new ShardBench();
    shard.report();
    await shard.pass(4_000);
    shard.report({ seq: 2 });
    await shard.pass(5_000);
    expect(shard.asked).toEqual([]);
    await shard.pass(20_000);
    expect(shard.asked).toEqual(["symbol:X:A"]);
    expect(shard.looks).toEqual([]);
  });

  test("is asked before readings are shown", async () => {
    const shard = new ShardBench();
    shard.ask = async (actor) => {
      shard.report({ actor, seq: 2, countsSeq: 2, counts: { outcry_facts_total: 4 } });
      return reportOf({ actor, seq: 3 });
    };
    shard.report({ counts: { outcry_facts_total: 3 } });
    expect(await shard.total()).toBe(7);
  });

  test("and whose facts waited is asked with the summary: it may have been killed since", async () => {
    const shard = new ShardBench();
    shard.report({ status: { waitingSince } });
    expect(shard.summary()).toMatchObject({ actors: 1, waiting: 1, waitingSince });
    expect(shard.asked).toEqual([]);
    shard.restart();
    shard.ask = async (actor) => reportOf({ actor, incarnation: "i2", status: { at: at(6_000) } });
    shard.clock.pass(6_000);
    shard.summary();
    await new Promise((resolve) => void setImmediate(resolve));
    expect(shard.asked).toEqual(["symbol:X:A"]);
    expect(shard.summary()).toMatchObject({ waiting: 0, waitingSince: undefined });
  });

  test("and does not answer stands as it stood", async () => {
    const shard = new ShardBench();
    shard.report({ status: { waitingSince } });
    await shard.pass(30_000);
    shard.summary();
    expect(shard.summary().waiting).toBe(1);
  });
});

describe("the summary", () => {
  test("names the oldest wait, fenced actors, and breakers that are not closed", () => {
    const shard = new ShardBench();
    const breaker = { name: "postgres", state: "open", since: at(-10) } as const;
    shard.report({ actor: "symbol:X:A", status: { waitingSince: at(-3_000) } });
    shard.report({ actor: "symbol:X:B", status: { waitingSince: at(-4_000), fenced: true } });
    shard.report({ actor: "archiver:archiver-0", status: { breakers: [breaker] } });
    shard.report({ actor: "archiver:archiver-1", status: { breakers: [{ ...breaker, state: "closed" }] } });
    expect(shard.summary()).toEqual({
      actors: 4,
      waiting: 2,
      waitingSince: at(-4_000),
      fenced: 1,
      breakers: [{ actor: "archiver:archiver-0", ...breaker }],
    });
  });
});

describe("gauges of a kind", () => {
  test("are summed, or the largest, and a silent actor has nobody waiting in its mailbox", async () => {
    const shard = new ShardBench();
    const gauges = (depth: number, used: number) => ({
      outcry_mailbox_depth: depth,
      outcry_outbox_facts: depth,
      'outcry_bound_used_ratio{collection="table:outbox"}': used,
    });
    shard.report({ actor: "symbol:X:A", status: { gauges: gauges(3, 0.5), waitingSince } });
    await shard.pass(16_000);
    shard.report({ actor: "symbol:X:B", status: { gauges: gauges(4, 0.25) } });
    expect((await shard.readings()).get("symbol")?.gauges).toEqual({
      outcry_actors: 2,
      outcry_fenced_actors: 0,
      outcry_mailbox_depth: 4,
      outcry_outbox_facts: 7,
      'outcry_bound_used_ratio{collection="table:outbox"}': 0.5,
      outcry_outbox_lag_seconds: 21,
      outcry_outbox_waiting_actors: 1,
    });
  });
});

test("each reporter has one shard, and all shards have some", () => {
  const shards = new Set(Array.from({ length: 200 }, (_, index) => metricsShardOf(`symbol:X:S${index}`)));
  expect([...shards].sort()).toEqual([...METRICS_SHARD_NAMES]);
});
