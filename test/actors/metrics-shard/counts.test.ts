/** What a shard adds up: each count once, over restarts of actors and of the shard, and never less than was shown. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, ShardBench } from "./bench.ts";

const FACTS = "outcry_facts_total";

describe("counts", () => {
  test("of a report that comes twice are added once", async () => {
    const shard = new ShardBench();
    expect(shard.report({ counts: { [FACTS]: 3 } })).toBe(true);
    expect(shard.report({ counts: { [FACTS]: 3 } })).toBe(true);
    expect(await shard.total()).toBe(3);
  });

  test("stay when the actor begins anew", async () => {
    const shard = new ShardBench();
    shard.report({ counts: { [FACTS]: 3 } });
    shard.report({ incarnation: "i2", status: { at: at(10) }, counts: { [FACTS]: 1 } });
    expect(await shard.total()).toBe(4);
  });

  test("of an earlier load are not taken once a later one has reported", async () => {
    const shard = new ShardBench();
    shard.report({ incarnation: "i2", status: { at: at(10) }, counts: { [FACTS]: 1 } });
    expect(shard.report({ incarnation: "i1", status: { at: at(5) }, counts: { [FACTS]: 3 } })).toBe(false);
    expect(await shard.total()).toBe(1);
  });

  test("of histograms are added bucket by bucket", async () => {
    const shard = new ShardBench();
    const counts = (...buckets: number[]) => ({ outcry_group_commands: buckets });
    shard.report({ counts: counts(1, 0, 2) });
    shard.report({ seq: 2, countsSeq: 2, counts: counts(0, 1, 5) });
    expect((await shard.readings()).get("symbol")?.counts["outcry_group_commands"]).toEqual([1, 1, 7]);
  });

  test("that were shown are there after the shard has lost its memory", async () => {
    const shard = new ShardBench();
    shard.report({ counts: { [FACTS]: 3 } });
    await shard.readings();
    shard.report({ seq: 2, countsSeq: 2, counts: { [FACTS]: 4 } });
    shard.restart();
    expect(await shard.total()).toBe(3);
    shard.report({ seq: 3, countsSeq: 3, counts: { [FACTS]: 1 } });
    expect(await shard.total()).toBe(4);
  });

  test("that nobody looks at go to the disk by themselves", async () => {
    const shard = new ShardBench();
    shard.report({ counts: { [FACTS]: 3 } });
    shard.clock.pass(10_000);
    shard.report({ seq: 2, countsSeq: 2, counts: { [FACTS]: 4 } });
    shard.restart();
    expect(await shard.total()).toBe(7);
  });

  test("are on the disk once everybody is silent, before the shard's memory may go", async () => {
    const shard = new ShardBench();
    // What is asked at the end has something left to tell.
    shard.ask = async (actor) => {
      if (shard.asked.length === 1) shard.report({ actor, seq: 3, countsSeq: 3, counts: { [FACTS]: 5 } });
      return undefined;
    };
    shard.report({ counts: { [FACTS]: 3 } });
    shard.report({ seq: 2, countsSeq: 2, counts: { [FACTS]: 4 } });
    await shard.pass(6_000);
    await shard.pass(7_000);
    expect(shard.looks).toEqual([]);
    shard.restart();
    expect(await shard.total()).toBe(12);
  });

  test("of the edge alone are on the disk a second later, and nothing keeps the shard awake for longer", async () => {
    const shard = new ShardBench();
    const series = 'outcry_http_problems_total{code="not-found"}';
    shard.registry.count({ sender: "a", seq: 1, counts: { [series]: 2 } });
    expect(shard.looks).toHaveLength(1);
    await shard.pass(1_000);
    expect(shard.looks).toEqual([]);
    shard.restart();
    expect(await shard.total(series, "edge")).toBe(2);
  });

  test("of the edge are counted by isolate", async () => {
    const shard = new ShardBench();
    const counts = { 'outcry_http_problems_total{code="not-found"}': 2 };
    for (const sender of ["a", "b", "a"]) shard.registry.count({ sender, seq: 1, counts });
    shard.registry.count({ sender: "a", seq: 2, counts });
    expect(await shard.total(Object.keys(counts)[0], "edge")).toBe(6);
  });
});

/** One load after the other; each sends its counts once more, or the same again, until they are taken. */
const deliveries = fc.array(
  fc.record({
    load: fc.constantFrom("same", "next"),
    facts: fc.integer({ min: 0, max: 5 }),
    times: fc.integer({ min: 1, max: 3 }),
    stale: fc.boolean(),
    shardRestarts: fc.boolean(),
  }),
  { maxLength: 30 },
);

test("totals are what a naive ledger of all reports holds, and never fall", async () => {
  await fc.assert(
    fc.asyncProperty(deliveries, async (steps) => {
      const shard = new ShardBench();
      let [load, seq, sum, shown] = [1, 0, 0, 0];
      let before: Parameters<ShardBench["report"]>[0] = {};
      for (const { load: which, facts, times, stale, shardRestarts } of steps) {
        if (which === "next") [load, seq] = [load + 1, 0];
        seq += 1;
        shard.clock.pass(1);
        const told = {
          incarnation: `i${load}`,
          seq,
          countsSeq: seq,
          counts: { [FACTS]: facts },
          status: { at: shard.clock.now() },
        };
        for (let time = 0; time < times; time++) expect(shard.report(told)).toBe(true);
        // What comes late of a report that was taken: of this load or of the one before.
        if (stale) shard.report(before);
        before = told;
        sum += facts;
        const total = await shard.total();
        expect(total).toBe(sum);
        expect(total).toBeGreaterThanOrEqual(shown);
        shown = total;
        if (shardRestarts) shard.restart();
      }
    }),
  );
});
