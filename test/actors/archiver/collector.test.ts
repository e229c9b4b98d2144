import { describe, expect, test } from "vitest";
import {
  Collector,
  SUSPECTS_MAX,
  TRANSACTION_FACTS_MAX,
  TRANSACTION_UNITS_MAX,
  WAITING_BATCHES_MAX,
} from "../../../actors/archiver/collector.ts";
import type { Confirmation, Fact, TextBatch } from "../../../actors/runtime/fact.ts";
import { asText } from "../../../actors/runtime/fact-text.ts";
import { type Mirror, MirrorDataError } from "../../../src/ports.ts";

const batchOf = (actor: string, factCount: number, payload = "{}", firstSeq = 1): TextBatch =>
  asText({
    actor,
    facts: Array.from({ length: factCount }, (_, index): Fact => [firstSeq + index, 0, "probe", payload]),
    incarnation: "one",
    knownIncarnations: [],
  });

/** A mirror whose transactions end when the test says so. */
function heldMirror() {
  const transactions: {
    batches: readonly TextBatch[];
    commit: () => void;
    fail: (error: Error) => void;
  }[] = [];
  const commit = (batches: readonly TextBatch[]): Promise<readonly Confirmation[]> =>
    new Promise((resolve, reject) => {
      const outcomes = batches.map((batch) => ({ watermark: batch.lastSeq }));
      transactions.push({ batches, commit: () => resolve(outcomes), fail: reject });
    });
  const park: Mirror["park"] = async (batch) => ({ watermark: batch.lastSeq });
  return { transactions, mirror: { commit, park } };
}

const arrival = async (list: readonly unknown[], count: number): Promise<void> => {
  while (list.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
};

describe("the collector", () => {
  test("puts what arrives together into one transaction and answers each batch its own watermark", async () => {
    const { transactions, mirror } = heldMirror();
    const collector = new Collector(mirror);
    const replies = [collector.add(batchOf("a", 3)), collector.add(batchOf("b", 1))];
    await arrival(transactions, 1);
    expect(transactions[0]?.batches.map((batch) => batch.actor)).toEqual(["a", "b"]);
    transactions[0]?.commit();
    expect(await Promise.all(replies)).toEqual([
      { ok: true, value: { watermark: 3 } },
      { ok: true, value: { watermark: 1 } },
    ]);
  });

  test("lets what arrives during a transaction share the next one", async () => {
    const { transactions, mirror } = heldMirror();
    const collector = new Collector(mirror);
    const first = collector.add(batchOf("a", 1));
    await arrival(transactions, 1);
    const later = [collector.add(batchOf("b", 1)), collector.add(batchOf("c", 1))];
    expect(transactions).toHaveLength(1);
    transactions[0]?.commit();
    await first;
    await arrival(transactions, 2);
    expect(transactions[1]?.batches.map((batch) => batch.actor)).toEqual(["b", "c"]);
    transactions[1]?.commit();
    await Promise.all(later);
  });

  test("keeps a second batch of the same actor for the next transaction", async () => {
    const { transactions, mirror } = heldMirror();
    const collector = new Collector(mirror);
    const replies = [
      collector.add(batchOf("a", 2)),
      collector.add(batchOf("a", 2)),
      collector.add(batchOf("b", 1)),
    ];
    await arrival(transactions, 1);
    expect(transactions[0]?.batches.map((batch) => batch.actor)).toEqual(["a", "b"]);
    transactions[0]?.commit();
    await arrival(transactions, 2);
    expect(transactions[1]?.batches.map((batch) => batch.actor)).toEqual(["a"]);
    transactions[1]?.commit();
    await Promise.all(replies);
  });

  test.each([
    ["facts", batchOf("a", TRANSACTION_FACTS_MAX), batchOf("b", 1)],
    ["text", batchOf("a", 1, "x".repeat(TRANSACTION_UNITS_MAX)), batchOf("b", 1)],
  ])("opens another transaction where one would hold too many %s", async (_, full, next) => {
    const { transactions, mirror } = heldMirror();
    const collector = new Collector(mirror);
    const replies = [collector.add(full), collector.add(next)];
    await arrival(transactions, 1);
    expect(transactions[0]?.batches).toEqual([full]);
    transactions[0]?.commit();
    await arrival(transactions, 2);
    transactions[1]?.commit();
    await Promise.all(replies);
  });

  test("rejects every caller of a transaction that failed, and goes on with the next", async () => {
    const { transactions, mirror } = heldMirror();
    const collector = new Collector(mirror);
    const replies = Promise.allSettled([collector.add(batchOf("a", 1)), collector.add(batchOf("b", 1))]);
    await arrival(transactions, 1);
    transactions[0]?.fail(new Error("Postgres is away"));
    expect((await replies).map((reply) => reply.status)).toEqual(["rejected", "rejected"]);
    const again = collector.add(batchOf("a", 1));
    await arrival(transactions, 2);
    transactions[1]?.commit();
    expect(await again).toEqual({ ok: true, value: { watermark: 1 } });
  });

  test("answers others while a batch with a row that Postgres refuses is searched, and that one in the end", async () => {
    const { transactions, mirror } = heldMirror();
    const collector = new Collector(mirror);
    const refuse = (index: number) => transactions[index]?.fail(new MirrorDataError("does not fit"));
    const bad = collector.add(batchOf("bad", 1));
    const good = collector.add(batchOf("good", 1));
    await arrival(transactions, 1);
    refuse(0);
    await arrival(transactions, 2);
    expect(transactions[1]?.batches.map(({ actor }) => actor)).toEqual(["bad"]);
    refuse(1);
    // The search is under way and not over: its first transaction is held.
    await arrival(transactions, 4);
    const [held] = transactions.slice(2).filter(({ batches }) => batches[0]?.actor === "bad");
    const [other] = transactions.slice(2).filter(({ batches }) => batches[0]?.actor === "good");
    other?.commit();
    expect(await good).toEqual({ ok: true, value: { watermark: 1 } });
    const next = collector.add(batchOf("next", 2));
    await arrival(transactions, 5);
    transactions[4]?.commit();
    expect(await next).toEqual({ ok: true, value: { watermark: 2 } });
    held?.fail(new MirrorDataError("does not fit"));
    expect(await bad).toEqual({ ok: true, value: { watermark: 1 } });
    expect(collector.waiting).toBe(0);
  });

  test("searches one batch of an actor: its repeats are told to come again, and are confirmed after the search", async () => {
    const { transactions, mirror } = heldMirror();
    const collector = new Collector(mirror);
    const first = collector.add(batchOf("bad", 2));
    await arrival(transactions, 1);
    const early = collector.add(batchOf("bad", 2));
    transactions[0]?.fail(new MirrorDataError("does not fit"));
    // The search is under way; the repeat that had come before it is found bad as well.
    await arrival(transactions, 3);
    const [held, repeat] = transactions.slice(1);
    repeat?.fail(new MirrorDataError("does not fit"));
    const told = { ok: false, code: "overloaded", retryAfterMs: expect.any(Number) };
    expect(await early).toMatchObject(told);
    for (let times = 0; times < 3; times++)
      expect(await collector.add(batchOf("bad", 2))).toMatchObject(told);
    expect([collector.waiting, collector.suspects]).toEqual([0, 1]);
    held?.commit();
    expect(await first).toEqual({ ok: true, value: { watermark: 2 } });
    const again = collector.add(batchOf("bad", 2));
    await arrival(transactions, 4);
    transactions[3]?.commit();
    expect(await again).toEqual({ ok: true, value: { watermark: 2 } });
    expect(transactions).toHaveLength(4);
  });

  test("a search that Postgres ends unanswered sends its caller away, and the next one is searched", async () => {
    const { transactions, mirror } = heldMirror();
    const collector = new Collector(mirror);
    const first = collector.add(batchOf("bad", 1)).catch((error: Error) => error.message);
    await arrival(transactions, 1);
    transactions[0]?.fail(new MirrorDataError("does not fit"));
    await arrival(transactions, 2);
    transactions[1]?.fail(new Error("away"));
    expect(await first).toBe("away");
    const again = collector.add(batchOf("bad", 1));
    await arrival(transactions, 3);
    transactions[2]?.fail(new MirrorDataError("does not fit"));
    await arrival(transactions, 4);
    transactions[3]?.fail(new MirrorDataError("does not fit"));
    expect(await again).toEqual({ ok: true, value: { watermark: 1 } });
  });

  test("bound archiver/memory:waiting: the caller is refused `overloaded` and told when to come back", async () => {
    const { transactions, mirror } = heldMirror();
    const collector = new Collector(mirror);
    const first = collector.add(batchOf("first", 1));
    await arrival(transactions, 1);
    const waiting = Array.from({ length: WAITING_BATCHES_MAX }, (_, index) =>
      collector.add(batchOf(`a${index}`, 1)),
    );
    expect(collector.waiting).toBe(WAITING_BATCHES_MAX);
    expect(await collector.add(batchOf("one too many", 1))).toMatchObject({
      ok: false,
      code: "overloaded",
      retryAfterMs: expect.any(Number),
    });
    transactions[0]?.commit();
    await first;
    await arrival(transactions, 2);
    transactions[1]?.commit();
    await Promise.all(waiting);
    expect(collector.waiting).toBe(0);
  });

  test("bound archiver/memory:suspects: a further one is not searched yet, and its caller is told when to come back", async () => {
    let searched = 0;
    const never = new Promise<never>(() => {});
    const tried = new Set<string>();
    // A first try of each is refused, and no search ends.
    const commit = (batches: readonly TextBatch[]): Promise<never> => {
      const [batch] = batches;
      if (batches.length > 1 || (batch !== undefined && !tried.has(batch.actor))) {
        if (batches.length === 1 && batch !== undefined) tried.add(batch.actor);
        return Promise.reject(new MirrorDataError("does not fit"));
      }
      searched += 1;
      return never;
    };
    const collector = new Collector({ commit, park: () => never });
    const replies = Array.from({ length: SUSPECTS_MAX + 1 }, (_, index) =>
      collector.add(batchOf(`a${index}`, 2)),
    );
    expect(await replies.at(-1)).toMatchObject({
      ok: false,
      code: "overloaded",
      retryAfterMs: expect.any(Number),
    });
    expect([collector.suspects, searched]).toEqual([SUSPECTS_MAX, 1]);
  });
});
