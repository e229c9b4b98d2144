/** I4: one writer. A stale copy of an actor never writes to the mirror after another one has, and no crash makes a stranger of the only one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Deliver, Fact } from "../../../actors/runtime/fact.ts";
import { asFacts } from "../../../actors/runtime/fact-text.ts";
import { KNOWN_TOKENS_MAX } from "../../../actors/runtime/fence.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { MirrorModel } from "../../support/mirror-model.ts";
import { copyOf, memorySql, type NodeSql } from "../../support/node-sql.ts";
import { type OutboxBench, outboxBench, outboxOver } from "../../support/runtime-fakes.ts";

type Fault = "none" | "request-lost" | "reply-lost" | "crash-before-send" | "crash-after-commit";

/** One activation of the actor, with the whole history of facts that its own disk has ever held. */
type Activation = { bench: OutboxBench; sql: NodeSql; history: string[]; fault: Fault; name: string };

const payloadsOf = (facts: readonly Fact[]): string[] => facts.map(([, , , payload]) => payload);

class Walk {
  readonly mirror = new MirrorModel();
  readonly activations: Activation[] = [];
  #names = 0;

  constructor() {
    this.#add(memorySql(), []);
  }

  commit(activation: Activation, count: number): void {
    const { bench } = activation;
    for (let each = 0; each < count; each++) {
      const payload = `${activation.name}/${bench.outbox.lastSeq + 1}`;
      bench.outbox.add("noted", payload, bench.clock.now());
      activation.history.push(payload);
    }
    bench.sql.transaction(() => {
      bench.outbox.write();
      bench.timers.write();
    });
  }

  async push(activation: Activation, fault: Fault): Promise<void> {
    activation.fault = fault;
    activation.bench.clock.pass(60_000);
    await activation.bench.outbox.push("archive");
    if (fault.startsWith("crash")) activation.bench.restart();
    this.check(activation);
  }

  copy(activation: Activation): void {
    if (this.activations.length < 4) this.#add(copyOf(activation.sql), [...activation.history]);
  }

  /** Whatever an activation was told is in the mirror is there, word for word, and nothing else is. */
  check({ bench, history }: Activation): void {
    const mirrored = payloadsOf(this.mirror.facts);
    const { archivedSeq } = bench.outbox;
    if (!bench.outbox.fenced) expect(mirrored.slice(0, archivedSeq)).toEqual(history.slice(0, archivedSeq));
    expect(this.mirror.facts.map(([seq]) => seq)).toEqual(mirrored.map((_, index) => index + 1));
    expect(this.mirror.gaps).toEqual([]);
    const owners = this.activations.filter((each) => isPrefix(mirrored, each.history));
    expect(owners.length, "the mirror holds one activation's facts, not a mixture").toBeGreaterThan(0);
  }

  #add(sql: NodeSql, history: string[]): void {
    const name = `a${this.#names++}`;
    const deliver: Deliver = async (_destination, batch) => {
      if (activation.fault === "request-lost" || activation.fault === "crash-before-send")
        throw new Error("lost");
      const confirmation = this.mirror.commit(batch);
      if (activation.fault === "reply-lost" || activation.fault === "crash-after-commit")
        throw new Error("lost");
      return confirmation;
    };
    const bench = history.length === 0 && name === "a0" ? outboxBench(sql, { deliver }) : undefined;
    const activation: Activation = {
      bench: bench ?? outboxOver(sql, { deliver, tokens: name }),
      sql,
      history,
      fault: "none",
      name,
    };
    this.activations.push(activation);
  }
}

const isPrefix = (short: readonly string[], long: readonly string[]): boolean =>
  short.length <= long.length && short.every((payload, index) => long[index] === payload);

const fault = fc.constantFrom<Fault>(
  "none",
  "none",
  "request-lost",
  "reply-lost",
  "crash-before-send",
  "crash-after-commit",
);
const step = fc.oneof(
  fc.record({ kind: fc.constant("commit" as const), who: fc.nat(3), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant("push" as const), who: fc.nat(3), fault }),
  fc.record({ kind: fc.constant("restart" as const), who: fc.nat(3) }),
  fc.record({ kind: fc.constant("copy" as const), who: fc.nat(3) }),
);

async function take(
  walk: Walk,
  steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
): Promise<void> {
  for (const each of steps) {
    const activation = walk.activations[each.who % walk.activations.length]!;
    if (each.kind === "commit") walk.commit(activation, each.count);
    if (each.kind === "push") await walk.push(activation, each.fault);
    if (each.kind === "restart") activation.bench.restart();
    if (each.kind === "copy") walk.copy(activation);
  }
}

describe("the fence", () => {
  test("I4: with copies made at any moment, the mirror holds exactly one activation's facts, and all others stop", async () => {
    const walks = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const walk = new Walk();
      await take(walk, steps);
      for (const round of [1, 2, 3])
        for (const activation of walk.activations) {
          walk.commit(activation, round);
          await walk.push(activation, "none");
        }
      const writing = walk.activations.filter(({ bench }) => !bench.outbox.fenced);
      expect(writing).toHaveLength(1);
      expect(payloadsOf(walk.mirror.facts)).toEqual(writing[0]?.history);
    });
    await fc.assert(walks, { numRuns: fewOrAll(150, 400), seed: 4 });
  });

  test("I4: without a copy no crash, lost request or lost reply ever fences the actor", async () => {
    const alone = step.filter(({ kind }) => kind !== "copy");
    const walks = fc.asyncProperty(fc.array(alone, { maxLength: 200 }), async (steps) => {
      const walk = new Walk();
      await take(walk, steps);
      const only = walk.activations[0]!;
      walk.commit(only, 1);
      await walk.push(only, "none");
      expect(only.bench.outbox.fenced).toBe(false);
      expect(payloadsOf(walk.mirror.facts)).toEqual(only.history);
    });
    await fc.assert(walks, { numRuns: fewOrAll(80, 200), seed: 4 });
  });

  test("a copy made while the actor runs does not know what the actor writes afterwards", async () => {
    const walk = new Walk();
    const live = walk.activations[0]!;
    walk.commit(live, 1);
    await walk.push(live, "none");
    walk.copy(live);
    const stale = walk.activations[1]!;
    walk.commit(live, 1);
    await walk.push(live, "none");
    walk.commit(stale, 5);
    await walk.push(stale, "none");
    expect(stale.bench.outbox.fenced).toBe(true);
    expect(payloadsOf(walk.mirror.facts)).toEqual(["a0/1", "a0/2"]);
  });

  test("a thousand loads in an outage after a lost reply leave the actor the one that writes", async () => {
    const walk = new Walk();
    const only = walk.activations[0]!;
    walk.commit(only, 1);
    await walk.push(only, "crash-after-commit");
    for (let load = 0; load < 1_000; load++) await walk.push(only, "crash-before-send");
    await walk.push(only, "none");
    expect(only.bench.outbox.fenced).toBe(false);
    expect(only.bench.outbox.depth).toBe(0);
  });

  test("a batch whose fate is unknown leaves again as it was, under the same token", async () => {
    const sent: (readonly [string, number])[] = [];
    const deliver: Deliver = async (_destination, batch) => {
      const { incarnation, facts } = asFacts(batch);
      sent.push([incarnation, facts.length]);
      throw new Error("lost");
    };
    const bench = outboxBench(memorySql(), { deliver });
    bench.commit(2);
    await bench.outbox.push("archive");
    bench.commit(3);
    bench.restart();
    await bench.outbox.push("archive");
    expect(sent).toEqual([
      ["token-1", 2],
      ["token-1", 2],
    ]);
  });

  test("I4: a fenced actor stays fenced over loads, until an operator sets it free", async () => {
    const mirror = new MirrorModel();
    let isOurs = false;
    const sql = memorySql();
    const bench = outboxBench(sql, {
      deliver: async (_destination, batch) => (isOurs ? mirror.commit(batch) : { fenced: true }),
    });
    bench.commit(1);
    await bench.outbox.push("archive");
    isOurs = true;
    for (const _load of [1, 2]) {
      bench.restart();
      expect(bench.outbox.hardRefusal()).toMatchObject({ code: "actor-fenced" });
      expect(await bench.outbox.push("archive")).toBe(false);
    }
    expect(mirror.facts).toEqual([]);
    sql.exec("UPDATE outbox_fence SET lost = 0");
    bench.restart();
    expect(bench.outbox.hardRefusal()).toBeUndefined();
    expect(await bench.outbox.push("archive")).toBe(true);
    expect(mirror.facts).toHaveLength(1);
  });

  test("a fenced actor says so, pushes no more and sets no further alarm", async () => {
    const walk = new Walk();
    const live = walk.activations[0]!;
    walk.copy(live);
    walk.commit(live, 1);
    await walk.push(live, "none");
    const stale = walk.activations[1]!;
    walk.commit(stale, 1);
    await walk.push(stale, "none");
    expect(stale.bench.outbox.hardRefusal()).toMatchObject({ code: "actor-fenced" });
    expect(stale.bench.outbox.growthRefusal()).toMatchObject({ code: "actor-fenced" });
    stale.bench.clock.pass(60_000);
    expect(await stale.bench.outbox.push("archive")).toBe(false);
    expect(stale.bench.outbox.depth).toBe(1);
  });

  test(`a mirror that falls back by ${KNOWN_TOKENS_MAX} batches is still ours, by one more it is not`, async () => {
    for (const [batches, fenced] of [
      [KNOWN_TOKENS_MAX, false],
      [KNOWN_TOKENS_MAX + 1, true],
    ] as const) {
      const walk = new Walk();
      const only = walk.activations[0]!;
      walk.commit(only, 1);
      await walk.push(only, "none");
      const restore = walk.mirror.backup();
      for (let batch = 1; batch < batches; batch++) {
        walk.commit(only, 1);
        await only.bench.outbox.push("archive");
      }
      restore();
      walk.commit(only, 1);
      await only.bench.outbox.push("archive");
      expect(only.bench.outbox.fenced, `${batches} batches`).toBe(fenced);
      if (!fenced) expect(walk.mirror.gaps).toEqual([[2, batches]]);
    }
  });

  test("a mirror that holds more than was ever sent has heard another copy", async () => {
    const bench = outboxBench(memorySql(), { deliver: async () => ({ watermark: 9 }) });
    bench.commit(2);
    expect(await bench.outbox.push("archive")).toBe(false);
    expect(bench.outbox.fenced).toBe(true);
  });

  test("bound runtime/table:outbox_fence: one row, however many batches leave, with the last tokens in it", async () => {
    const sql = memorySql();
    const mirror = new MirrorModel();
    const bench = outboxBench(sql, { deliver: async (_destination, batch) => mirror.commit(batch) });
    for (let batch = 0; batch < KNOWN_TOKENS_MAX + 2; batch++) {
      bench.commit(1);
      await bench.outbox.push("archive");
    }
    const rows = sql.exec<{ known: string }>("SELECT known FROM outbox_fence");
    expect(rows).toHaveLength(1);
    expect(JSON.parse(rows[0]!.known)).toHaveLength(KNOWN_TOKENS_MAX);
  });
});
