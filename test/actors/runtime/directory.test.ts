/** When an actor says what, seen from its shard. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Directory, REPORT_MS, WAITING_MS } from "../../../actors/runtime/directory.ts";
import { Meter } from "../../../actors/runtime/meter.ts";
import type { ActorReport } from "../../../actors/runtime/report.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { FakeClock, START } from "../../support/runtime-fakes.ts";

type Answer = boolean | "lost" | "reply-lost";

class World {
  readonly clock = new FakeClock();
  readonly meter = new Meter();
  readonly facts = this.meter.counter("outcry_facts_total");
  readonly heard: ActorReport[] = [];
  answers: Answer[] = [];
  unarchived: EpochMs | undefined;
  pushing = false;
  timer: { run: () => void; at: number } | undefined;
  readonly directory = new Directory({
    load: { actor: "symbol:X:A", incarnation: "i1", loadedAt: START },
    clock: this.clock,
    meter: this.meter,
    report: (report) => this.#take(report),
    status: () => ({
      ...{ lastCommitAt: undefined, lastSeq: 0, archivedSeq: 0, outboxDepth: 0, fenced: false },
      ...{ breakers: [], gauges: {} },
    }),
    lags: () => this.unarchived !== undefined,
    pushing: () => this.pushing,
    oldestWaiting: () => this.unarchived,
    arm: (run, afterMs) => {
      const timer = { run, at: this.clock.now() + afterMs };
      this.timer = timer;
      return () => {
        if (this.timer === timer) this.timer = undefined;
      };
    },
  });

  async #take(report: ActorReport): Promise<boolean> {
    const answer = this.answers.shift() ?? true;
    if (answer === "lost") throw new Error("lost");
    if (answer !== false) this.heard.push(structuredClone(report));
    if (answer === "reply-lost") throw new Error("lost");
    return answer;
  }

  async pass(ms: number): Promise<void> {
    this.clock.pass(ms);
    if (this.timer !== undefined && this.timer.at <= this.clock.now()) {
      const { run } = this.timer;
      this.timer = undefined;
      run();
    }
    await settled();
  }

  async commit(facts = 1): Promise<void> {
    this.facts.add(facts);
    this.directory.committed();
    await settled();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
/** As the shard adds them up: each once. */
function counted(reports: readonly ActorReport[]): number {
  const seen = new Set<number>();
  let sum = 0;
  for (const { countsSeq, counts } of reports) {
    if (!seen.has(countsSeq)) sum += Number(counts["outcry_facts_total"] ?? 0);
    seen.add(countsSeq);
  }
  return sum;
}

describe("an active actor", () => {
  test("reports with its first commit, then once in five seconds, however much it commits", async () => {
    const world = new World();
    for (let ms = 0; ms < 20_000; ms += 100) {
      await world.commit();
      await world.pass(100);
    }
    expect(world.heard.map(({ status }) => status.at - START)).toEqual([0, 5_000, 10_000, 15_000]);
    expect(world.timer).toBeUndefined();
  });

  test("waits for its way to Postgres, and tells both at once", async () => {
    const world = new World();
    world.unarchived = START;
    world.pushing = true;
    await world.commit();
    expect(world.heard).toEqual([]);
    world.clock.pass(30);
    world.unarchived = undefined;
    world.pushing = false;
    world.directory.archived();
    await settled();
    expect(world.heard.map(({ status }) => status.waitingSince)).toEqual([undefined]);
    expect(world.timer).toBeUndefined();
  });

  test("keeps no timer once its facts are through: an idle actor is let go", async () => {
    const world = new World();
    await world.commit();
    world.unarchived = START;
    world.pushing = true;
    await world.commit();
    expect(world.timer).toBeDefined();
    world.unarchived = undefined;
    world.pushing = false;
    world.directory.archived();
    expect(world.timer).toBeUndefined();
  });
});

describe("facts that wait for Postgres", () => {
  test("are told of when a push hangs, two seconds after it began", async () => {
    const world = new World();
    await world.commit();
    world.unarchived = START;
    world.pushing = true;
    await world.commit();
    await world.pass(WAITING_MS);
    expect(world.heard.at(-1)?.status.waitingSince).toBe(START);
  });

  test("are told of with the first failure after a second, and again when they are through", async () => {
    const world = new World();
    await world.commit();
    world.unarchived = START;
    await world.pass(400);
    world.directory.failed();
    await settled();
    expect(world.heard.at(-1)?.status.waitingSince).toBeUndefined();
    await world.pass(800);
    world.directory.failed();
    await settled();
    expect(world.heard.at(-1)?.status.waitingSince).toBe(START);
    await world.pass(100);
    world.unarchived = undefined;
    world.directory.archived();
    await settled();
    expect(world.heard.at(-1)?.status.waitingSince).toBeUndefined();
  });
});

describe("whoever asks", () => {
  test("hears what was not yet told, and nothing twice", async () => {
    const world = new World();
    await world.commit(2);
    await world.commit(5);
    expect(counted(world.heard)).toBe(2);
    await world.directory.asked();
    expect(counted(world.heard)).toBe(7);
    await world.directory.asked();
    expect(world.heard).toHaveLength(2);
  });

  test("has an actor listed that never committed anything", async () => {
    const world = new World();
    await world.directory.asked();
    expect(world.heard).toHaveLength(1);
  });
});

test("counts arrive exactly once, whatever is lost or refused on the way", async () => {
  const step = fc.record({
    facts: fc.integer({ min: 0, max: 3 }),
    ms: fc.constantFrom(0, 500, REPORT_MS),
    answer: fc.constantFrom<Answer>(true, false, "lost", "reply-lost"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = new World();
      let facts = 0;
      for (const { facts: more, ms, answer } of steps) {
        world.answers = [answer];
        facts += more;
        await world.commit(more);
        await world.pass(ms);
        expect(counted(world.heard)).toBeLessThanOrEqual(facts);
      }
      world.answers = [];
      await world.commit(0);
      await world.pass(REPORT_MS);
      // What was refused leaves first, what came since with the next one.
      for (let times = 0; times < 3; times++) {
        await world.commit(0);
        await world.directory.asked();
        await settled();
      }
      expect(counted(world.heard)).toBe(facts);
      const seqs = world.heard.map(({ seq }) => seq);
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    }),
  );
});
