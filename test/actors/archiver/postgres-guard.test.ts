/** The archiver's way to Postgres with a breaker in front: what waits shares the probe, bad data opens nothing, and an outage costs few tries. */
import { expect, test } from "vitest";
import { Collector } from "../../../actors/archiver/collector.ts";
import { guardedMirror, postgresGuard } from "../../../actors/archiver/postgres-guard.ts";
import { MIGRATIONS } from "../../../actors/archiver/store.ts";
import type { Fact, TextBatch } from "../../../actors/runtime/fact.ts";
import { asText, factsIn } from "../../../actors/runtime/fact-text.ts";
import { BreakerOpenError } from "../../../actors/runtime/guard.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { type Mirror, MirrorDataError, MirrorRefusedError } from "../../../src/ports.ts";
import { memorySql } from "../../support/node-sql.ts";
import { FakeClock } from "../../support/runtime-fakes.ts";

const batchOf = (actor: string, ...kinds: string[]): TextBatch =>
  asText({
    actor,
    facts: kinds.map((kind, index): Fact => [index + 1, 0, kind, "{}"]),
    incarnation: "one",
    knownIncarnations: [],
  });

/** Postgres that is there, away, or refuses; it notes whose batches each transaction held. */
function bench() {
  const postgres = { does: "take" as "take" | "fail" | "refuse", transactions: [] as string[][] };
  const target: Pick<Mirror, "commit" | "park"> = {
    commit: async (batches) => {
      postgres.transactions.push(batches.map(({ actor }) => actor));
      if (postgres.does === "fail") throw new Error("connection refused");
      if (postgres.does === "refuse") throw new MirrorRefusedError("deadlock detected");
      if (batches.some((batch) => factsIn(batch).some(([, , kind]) => kind === "poison")))
        throw new MirrorDataError("no such number");
      return batches.map(({ lastSeq }) => ({ watermark: lastSeq }));
    },
    park: async ({ firstSeq }) => ({ watermark: firstSeq }),
  };
  const sql = memorySql();
  migrateLocally(sql, MIGRATIONS);
  const clock = new FakeClock();
  const lines: string[] = [];
  let turns = 0;
  const load = () => {
    const guard = postgresGuard({
      ...{ actor: "archiver:archiver-0", sql, clock, randomFraction: () => 0 },
      log: (_level, event, { actor, breaker }) => void lines.push(`${event} ${actor} ${breaker}`),
      turned: () => void turns++,
    });
    const mirror = guardedMirror(target, guard);
    return { guard, collector: new Collector(mirror) };
  };
  return { postgres, clock, lines, load, turns: () => turns };
}

test("after five transactions that failed the sixth is not tried", async () => {
  const { postgres, load, lines, turns } = bench();
  const { collector, guard } = load();
  postgres.does = "fail";
  for (let times = 0; times < 5; times++)
    await expect(collector.add(batchOf("a", "fine"))).rejects.toThrow("connection refused");
  expect(guard.openForMs).toBe(5_000);
  await expect(collector.add(batchOf("a", "fine"))).rejects.toThrow(BreakerOpenError);
  expect(postgres.transactions).toHaveLength(5);
  expect([lines, turns()]).toEqual([["breaker-opened archiver:archiver-0 postgres"], 1]);
});

test("the probe is one transaction with whatever waits, and what comes meanwhile goes right after it", async () => {
  const { postgres, clock, load } = bench();
  const { collector, guard } = load();
  postgres.does = "fail";
  for (let times = 0; times < 5; times++) await collector.add(batchOf("a", "fine")).catch(() => {});
  clock.pass(5_000);
  postgres.does = "take";
  postgres.transactions.length = 0;
  const waiting = ["a", "b", "c"].map((actor) => collector.add(batchOf(actor, "fine")));
  const second = collector.add(batchOf("a", "fine"));
  expect(await Promise.all([...waiting, second])).toHaveLength(4);
  expect(postgres.transactions).toEqual([["a", "b", "c"], ["a"]]);
  expect(guard.standing.state).toBe("closed");
});

test("a probe that fails sends everybody away who waits, those behind it without a try of their own", async () => {
  const { postgres, clock, load } = bench();
  const { collector, guard } = load();
  postgres.does = "fail";
  for (let times = 0; times < 5; times++) await collector.add(batchOf("a", "fine")).catch(() => {});
  clock.pass(5_000);
  postgres.transactions.length = 0;
  const ended = await Promise.allSettled([
    collector.add(batchOf("a", "fine")),
    collector.add(batchOf("b", "fine")),
    collector.add(batchOf("a", "fine")),
  ]);
  expect(ended.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(postgres.transactions).toEqual([["a", "b"]]);
  expect(guard.openForMs).toBe(10_000);
});

test("bad data and refusals open nothing, however many, and bad data in a probe is looked for to its row", async () => {
  const { postgres, clock, load } = bench();
  const { collector, guard } = load();
  for (let times = 0; times < 10; times++)
    expect(await collector.add(batchOf("a", "fine", "poison", "fine"))).toEqual({
      ...{ ok: true, value: { watermark: 3 } },
    });
  postgres.does = "refuse";
  for (let times = 0; times < 10; times++)
    await expect(collector.add(batchOf("a", "fine"))).rejects.toThrow("deadlock");
  expect(guard.standing.state).toBe("closed");
  postgres.does = "fail";
  for (let times = 0; times < 5; times++) await collector.add(batchOf("a", "fine")).catch(() => {});
  clock.pass(5_000);
  postgres.does = "take";
  expect(await collector.add(batchOf("a", "fine", "poison"))).toEqual({ ok: true, value: { watermark: 2 } });
  expect(guard.standing.state).toBe("closed");
});

test("an archiver that is evicted meanwhile goes on refusing, and probes when it would have", async () => {
  const { postgres, clock, load } = bench();
  postgres.does = "fail";
  const { collector } = load();
  for (let times = 0; times < 5; times++) await collector.add(batchOf("a", "fine")).catch(() => {});
  clock.pass(2_000);
  const next = load();
  expect(next.guard.openForMs).toBe(3_000);
  clock.pass(3_000);
  postgres.does = "take";
  expect(await next.collector.add(batchOf("a", "fine"))).toMatchObject({ ok: true });
});

test("an hour away costs about one try a minute", async () => {
  const { postgres, clock, load } = bench();
  const { collector } = load();
  postgres.does = "fail";
  const until = clock.now() + 3_600_000;
  while (clock.now() < until) {
    await collector.add(batchOf("a", "fine")).catch(() => {});
    clock.pass(20_000);
  }
  expect(postgres.transactions.length).toBeGreaterThan(55);
  expect(postgres.transactions.length).toBeLessThan(75);
});
