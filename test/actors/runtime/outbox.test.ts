/** I3 and I9: under lost requests, lost replies, duplicates and restarts every destination gets its facts, each once and in order. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Deliver, OutboxBatch, TextBatch } from "../../../actors/runtime/fact.ts";
import { asFacts } from "../../../actors/runtime/fact-text.ts";
import { ARCHIVE } from "../../../actors/runtime/outbox.ts";
import type { Sql } from "../../../actors/runtime/sql.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { MirrorModel } from "../../support/mirror-model.ts";
import { memorySql } from "../../support/node-sql.ts";
import { Destinations, type OutboxBench, outboxBench, waitingFacts } from "../../support/runtime-fakes.ts";

const STRATEGIES = ["strategy/a", "strategy/b", "strategy/c"] as const;
const FAULTS = ["none", "request-lost", "reply-lost", "twice", "late-twin"] as const;
type Fault = (typeof FAULTS)[number];

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      facts: fc.array(fc.subarray([...STRATEGIES]), { maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("drain" as const),
      faults: fc.array(fc.constantFrom(...FAULTS), { maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Receivers behind a line that loses, repeats and delays. */
class Line {
  readonly mirror = new MirrorModel();
  readonly receivers = new Destinations();
  faults: Fault[] = [];
  #kept: { destination: string; batch: OutboxBatch | TextBatch }[] = [];

  readonly deliver: Deliver = async (destination, batch) => {
    const fault = this.faults.shift() ?? "none";
    if (fault === "request-lost") throw new Error("lost");
    if (fault === "late-twin") this.#kept.push({ destination, batch });
    const confirmation = this.#take(destination, batch);
    if (fault === "twice") this.#take(destination, batch);
    if (fault === "reply-lost") throw new Error("lost");
    return confirmation;
  };

  /** What the network held back arrives a second time. */
  releaseTwins(): void {
    for (const { destination, batch } of this.#kept.splice(0)) this.#take(destination, batch);
  }

  #take(destination: string, batch: OutboxBatch | TextBatch) {
    return destination === ARCHIVE
      ? this.mirror.commit(batch)
      : this.receivers.take(destination, asFacts(batch));
  }
}

async function take(bench: OutboxBench, line: Line, named: Map<string, number[]>, each: Step): Promise<void> {
  if (each.kind === "commit")
    for (const extras of each.facts) {
      bench.commit(1, extras);
      for (const destination of extras) named.get(destination)?.push(bench.outbox.lastSeq);
    }
  if (each.kind === "drain") {
    line.faults = [...each.faults];
    await bench.outbox.drain();
    line.releaseTwins();
  }
  if (each.kind === "restart") bench.restart();
  if (each.kind === "pass") {
    bench.clock.pass(each.ms);
    bench.fire();
    await bench.outbox.drain();
  }
}

/** Whatever was lost before, the mirror holds a prefix, and everybody is told in order. */
function check(bench: OutboxBench, line: Line, named: Map<string, number[]>): void {
  const mirrored = line.mirror.facts.map(([seq]) => seq);
  expect(mirrored).toEqual(mirrored.map((_, index) => index + 1));
  expect(line.mirror.gaps).toEqual([]);
  expect(bench.outbox.archivedSeq).toBeLessThanOrEqual(line.mirror.seq);
  for (const [destination, seqs] of named) {
    const heard = line.receivers.seqs(destination);
    expect(heard).toEqual(seqs.slice(0, heard.length));
  }
  const { archivedSeq } = bench.outbox;
  const waiting = waitingFacts(bench.sql).map(([seq]) => seq);
  const owing = bench.sql.exec<{ seq: number }>("SELECT seq FROM outbox_owed").map(({ seq }) => seq);
  const stored = new Set([...waiting.filter((seq) => seq > archivedSeq), ...owing]).size;
  const owed = bench.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM outbox_extra")[0]!.n;
  expect(bench.outbox.depth).toBe(Math.max(stored, owed));
}

test("I3, I9: the mirror is gapless and unique, each destination has its own facts in order, and the outbox drains", async () => {
  const walks = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
    const line = new Line();
    const bench = outboxBench(memorySql(), { deliver: line.deliver });
    const named = new Map<string, number[]>(STRATEGIES.map((destination) => [destination, []]));
    for (const each of steps) {
      await take(bench, line, named, each);
      check(bench, line, named);
    }
    line.faults = [];
    bench.clock.pass(60_000);
    await bench.outbox.drain();
    check(bench, line, named);
    expect(bench.outbox.depth).toBe(0);
    expect(line.mirror.facts).toHaveLength(bench.outbox.lastSeq);
    for (const [destination, seqs] of named) expect(line.receivers.seqs(destination)).toEqual(seqs);
    expect(bench.outbox.fenced).toBe(false);
  });
  await fc.assert(walks, { numRuns: fewOrAll(120, 300), seed: 3 });
});

test("I9: a push that fails while the disk is full is tried again by the alarm", async () => {
  const line = new Line();
  const sql = memorySql();
  let isFull = false;
  const exec: Sql["exec"] = (statement, ...values) => {
    if (isFull && !/^\s*SELECT/i.test(statement)) throw new Error("database or disk is full");
    return sql.exec(statement, ...values);
  };
  const bench = outboxBench(Object.assign(Object.create(sql) as Sql, { exec }), { deliver: line.deliver });
  bench.commit(2, ["strategy/a"]);
  line.faults = ["request-lost", "request-lost"];
  isFull = true;
  bench.alarm.slot = undefined;
  await bench.outbox.drain();
  expect(bench.alarm.slot).toBeDefined();
  isFull = false;
  line.faults = [];
  bench.clock.pass(60_000);
  bench.fire();
  await bench.outbox.drain();
  expect([bench.outbox.depth, line.mirror.facts.length]).toEqual([0, 2]);
});

test("I9: after an outage the alarm alone drains the outbox, whoever was evicted meanwhile", async () => {
  const line = new Line();
  const bench = outboxBench(memorySql(), { deliver: line.deliver });
  bench.commit(5, ["strategy/a"]);
  line.faults = Array.from({ length: 40 }, () => "request-lost" as const);
  let alarms = 0;
  for (; bench.outbox.depth > 0 && alarms < 200; alarms++) {
    expect(bench.alarm.slot).toBeDefined();
    bench.clock.pass(Math.max(0, bench.alarm.slot! - bench.clock.now()));
    bench.fire();
    await bench.outbox.drain();
    if (alarms % 3 === 0) bench.restart();
  }
  expect(bench.outbox.depth).toBe(0);
  expect(line.mirror.facts).toHaveLength(5);
});
