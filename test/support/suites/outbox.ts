import { describe, expect, test } from "vitest";
import { systemEnvelope } from "../../../actors/runtime/envelope.ts";
import {
  ARCHIVE,
  OUTBOX_FACTS_MAX,
  OUTBOX_GROWTH_MAX,
  TURN_FACTS_MAX,
} from "../../../actors/runtime/outbox.ts";
import { BATCH_FACTS_MAX } from "../../../actors/runtime/outbox-rows.ts";
import { RETRY_MS_MAX } from "../../../actors/runtime/pushes.ts";
import { outboxBench, rowsIn as rows, waitingFacts } from "../runtime-fakes.ts";
import type { World } from "./world.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

export function outboxSuite(world: World): void {
  describe("an outbox", () => {
    test("numbers facts without a gap, over restarts too, and hands them over in order", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.commit(2);
        bench.restart();
        bench.commit(3);
        expect(bench.outbox.lastSeq).toBe(5);
        await bench.outbox.drain();
        expect(bench.destinations.seqs(ARCHIVE)).toEqual(upTo(5));
        expect([bench.outbox.depth, bench.outbox.archivedSeq, rows(sql, "outbox")]).toEqual([0, 5, 0]);
      }));

    test("hands over what was committed, word for word", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.outbox.add("noted", '{"text":"é\\u0000"}', bench.clock.now());
        bench.commit(0);
        await bench.outbox.drain();
        expect(bench.destinations.got.get(ARCHIVE)).toEqual([
          [1, bench.clock.now(), "noted", '{"text":"é\\u0000"}'],
        ]);
        expect(bench.destinations.calls[0]?.batch.actor).toBe("probe:a");
      }));

    test("says of a fact which call it came of, over a restart too, and of a timer's fact nothing", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        const at = bench.clock.now();
        const call = { ...systemEnvelope(at), requestId: "r-1", traceparent: "t-1" };
        bench.outbox.causedBy(call);
        bench.outbox.add("asked", "{}", at);
        bench.commit(0);
        bench.outbox.add("timed", "{}", at);
        bench.commit(0);
        bench.restart();
        await bench.outbox.drain();
        expect(bench.destinations.got.get(ARCHIVE)).toEqual([
          [1, at, "asked", "{}", "r-1", "t-1"],
          [2, at, "timed", "{}"],
        ]);
      }));

    test("hands over nothing of a group that was not committed", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.outbox.add("noted", "{}", bench.clock.now());
        await bench.outbox.drain();
        expect(bench.destinations.calls).toEqual([]);
        expect([bench.outbox.depth, bench.outbox.lastSeq, bench.outbox.archivedSeq]).toEqual([1, 1, 0]);
      }));

    test("keeps a fact until each of its destinations has it", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        const away = new Set(["strategy/a", "strategy/b"]);
        bench.destinations.before = (destination) => {
          if (away.has(destination)) throw new Error("away");
        };
        bench.commit(1, [...away]);
        bench.commit(1);
        const kept: unknown[] = [];
        for (const back of [undefined, "strategy/a", "strategy/b"]) {
          if (back !== undefined) away.delete(back);
          bench.clock.pass(RETRY_MS_MAX);
          await bench.outbox.drain();
          kept.push([rows(sql, "outbox_owed"), rows(sql, "outbox_extra"), bench.outbox.depth]);
        }
        expect(kept).toEqual([
          [1, 2, 2],
          [1, 1, 1],
          [0, 0, 0],
        ]);
        expect(bench.destinations.seqs("strategy/a")).toEqual([1]);
      }));

    test("a destination may hear before the archiver does", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.destinations.before = (destination) => {
          if (destination === ARCHIVE) throw new Error("away");
        };
        bench.commit(2, ["strategy/a"]);
        await bench.outbox.drain();
        expect([waitingFacts(sql).length, rows(sql, "outbox_owed"), rows(sql, "outbox_extra")]).toEqual([
          2, 0, 0,
        ]);
        bench.destinations.before = () => {};
        bench.clock.pass(RETRY_MS_MAX);
        await bench.outbox.drain();
        expect(rows(sql, "outbox")).toBe(0);
      }));

    test("sends each destination its own facts only", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.commit(1, ["strategy/a"]);
        bench.commit(1, ["strategy/b"]);
        bench.commit(1, ["strategy/a"]);
        await bench.outbox.drain();
        expect(bench.destinations.seqs("strategy/a")).toEqual([1, 3]);
        expect(bench.destinations.seqs("strategy/b")).toEqual([2]);
      }));

    test("bound runtime/memory:batch: one fact more than a batch may hold goes in the next", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.commit(BATCH_FACTS_MAX + 1);
        await bench.outbox.drain();
        expect(bench.destinations.calls.map(({ batch }) => batch.facts.length)).toEqual([BATCH_FACTS_MAX, 1]);
      }));

    test("bound runtime/memory:batch-units: a batch of too much text is cut, and one huge fact goes alone", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        for (const length of [400_000, 400_000, 400_000, 1_900_000, 10])
          bench.outbox.add("noted", "x".repeat(length), bench.clock.now());
        bench.commit(0);
        await bench.outbox.drain();
        expect(bench.destinations.calls.map(({ batch }) => batch.facts.map(([seq]) => seq))).toEqual([
          [1, 2],
          [3],
          [4],
          [5],
        ]);
      }));
  });

  describe("an outbox that fills up", () => {
    const fill = (
      bench: ReturnType<typeof outboxBench>,
      count: number,
      extras: readonly string[] = [],
    ): void => {
      for (let left = count; left > 0; left -= TURN_FACTS_MAX)
        bench.commit(Math.min(left, TURN_FACTS_MAX), extras);
    };

    test("bound runtime/table:outbox: refuses growth at 80 %, everything when no command fits, and never passes its bound", () =>
      world((sql) => {
        const bench = outboxBench(sql);
        fill(bench, OUTBOX_GROWTH_MAX - 1);
        expect(bench.outbox.growthRefusal()).toBeUndefined();
        bench.commit(1);
        expect(bench.outbox.growthRefusal()).toMatchObject({
          code: "overloaded",
          retryAfterMs: expect.any(Number),
        });
        expect(bench.outbox.hardRefusal()).toBeUndefined();
        while (bench.outbox.hardRefusal() === undefined) bench.commit(TURN_FACTS_MAX);
        expect(waitingFacts(sql)).toHaveLength(OUTBOX_FACTS_MAX);
        expect(bench.outbox.hardRefusal()).toMatchObject({ code: "overloaded" });
        bench.restart();
        expect(bench.outbox.hardRefusal()).toMatchObject({ code: "overloaded" });
      }));

    test("bound runtime/table:outbox_extra: destinations of facts count like facts", () =>
      world((sql) => {
        const bench = outboxBench(sql);
        const extras = Array.from({ length: 10 }, (_, index) => `strategy/${index}`);
        while (bench.outbox.hardRefusal() === undefined) bench.commit(TURN_FACTS_MAX / 10, extras);
        expect(rows(sql, "outbox_extra")).toBe(OUTBOX_FACTS_MAX);
        expect(rows(sql, "outbox_owed")).toBe(OUTBOX_FACTS_MAX / 10);
        bench.restart();
        expect(bench.outbox.hardRefusal()).toMatchObject({ code: "overloaded" });
      }));

    test("bound runtime/table:outbox_owed: a fact stands there once, however many wait for it", () =>
      world((sql) => {
        const bench = outboxBench(sql);
        while (bench.outbox.hardRefusal() === undefined)
          bench.commit(TURN_FACTS_MAX / 2, ["strategy/a", "strategy/b"]);
        expect(rows(sql, "outbox_owed")).toBe(OUTBOX_FACTS_MAX / 2);
      }));

    test("a command of many facts asks for room first", () =>
      world((sql) => {
        const bench = outboxBench(sql);
        bench.commit(1);
        expect(bench.outbox.roomRefusal(OUTBOX_FACTS_MAX - 1)).toBeUndefined();
        expect(bench.outbox.roomRefusal(OUTBOX_FACTS_MAX)).toMatchObject({ code: "overloaded" });
      }));

    test("bound runtime/table:outbox_mark: one row, however many facts there are", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.commit(5);
        await bench.outbox.drain();
        expect(rows(sql, "outbox_mark")).toBe(1);
      }));
  });
}
