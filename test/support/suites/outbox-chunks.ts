import { describe, expect, test } from "vitest";
import { asFacts } from "../../../actors/runtime/fact-text.ts";
import { ARCHIVE } from "../../../actors/runtime/outbox.ts";
import { FRESH_UNITS_MAX } from "../../../actors/runtime/outbox-rows.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../../../actors/runtime/outbox-tables.ts";
import { RETRY_MS_MAX } from "../../../actors/runtime/pushes.ts";
import { TIMERS_TABLE } from "../../../actors/runtime/timers.ts";
import { at, makeTables, outboxBench, outboxOver, rowsIn as rows, START } from "../runtime-fakes.ts";
import type { World } from "./world.ts";

/** Payloads of all sorts, as rows of a former outbox held them. */
const OLD_PAYLOADS = [
  ...['{"n":1}', '{ "a" : 1.0 ,"a":2}', "[1,2]", '{"a":\n1}', '"text"', "12.50", '{"n":"\\u0000"}'],
  ...['{"payload":",\\"payload\\":"}', "x", 'é𝔸"\\'],
];

export function outboxChunksSuite(world: World): void {
  describe("an outbox in chunks", () => {
    test("the facts of a group stand in one row, and leave in one text", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.commit(300);
        bench.commit(2);
        expect(rows(sql, "outbox")).toBe(2);
        await bench.outbox.drain();
        expect(bench.destinations.calls).toHaveLength(1);
        expect(bench.destinations.seqs(ARCHIVE)).toHaveLength(302);
        expect(rows(sql, "outbox")).toBe(0);
      }));

    test("what was just written leaves without being read back", () =>
      world(async (sql) => {
        let reads = 0;
        const counted: typeof sql = {
          ...sql,
          exec: (statement, ...bindings) => {
            if (/^SELECT .*\btext\b/.test(statement)) reads += 1;
            return sql.exec(statement, ...bindings);
          },
        };
        const bench = outboxBench(counted);
        bench.commit(300);
        bench.commit(2);
        await bench.outbox.drain();
        expect([reads, bench.outbox.freshUnits]).toEqual([0, 0]);
        bench.commit(2);
        bench.restart();
        await bench.outbox.drain();
        expect(reads).toBe(1);
        expect(bench.destinations.seqs(ARCHIVE)).toHaveLength(304);
      }));

    test("bound runtime/memory:outboxFresh: the oldest leave memory, and after a failure all; they are sent from the disk", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        const payload = JSON.stringify({ text: "x".repeat(FRESH_UNITS_MAX / 4) });
        for (let facts = 0; facts < 6; facts++) {
          bench.outbox.add("noted", payload, START);
          bench.commit(0);
          expect(bench.outbox.freshUnits).toBeLessThanOrEqual(FRESH_UNITS_MAX);
        }
        expect(bench.outbox.freshUnits).toBeGreaterThan(FRESH_UNITS_MAX / 2);
        bench.destinations.before = () => {
          throw new Error("away");
        };
        await bench.outbox.drain();
        expect(bench.outbox.freshUnits).toBe(0);
        bench.destinations.before = () => {};
        bench.clock.pass(RETRY_MS_MAX);
        await bench.outbox.drain();
        expect(bench.destinations.seqs(ARCHIVE)).toEqual([1, 2, 3, 4, 5, 6]);
      }));

    test("what waits is told by its seq, from memory and from the disk, by one read; what has left, or is of another kind, is not", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        const told = (): number[] =>
          [0, 1, 2, 3, 4, 5, 6, 7].filter(
            (seq) => bench.outbox.waitingPayload(seq, "noted") === `{"n":${seq}}`,
          );
        bench.commit(2);
        await bench.outbox.drain();
        bench.commit(3);
        bench.outbox.add("other", '{"n":6}', START);
        expect(told(), "of those that are committed").toEqual([3, 4, 5]);
        bench.commit(0);
        expect(told()).toEqual([3, 4, 5]);
        expect(bench.outbox.waitingPayload(6, "other")).toBe('{"n":6}');
        bench.restart();
        expect(told()).toEqual([3, 4, 5]);
        await bench.outbox.drain();
        expect(told()).toEqual([]);
      }));

    test("confirmed to its middle, a chunk leaves from there, after a restart too", () =>
      world(async (sql) => {
        let upTo = 3;
        const asked: number[][] = [];
        const bench = outboxBench(sql, {
          deliver: async (_destination, batch) => {
            asked.push(asFacts(batch).facts.map(([seq]) => seq));
            if (asked.length % 2 === 0) throw new Error("away");
            return { watermark: upTo };
          },
        });
        bench.commit(5);
        await bench.outbox.push(ARCHIVE);
        expect([bench.outbox.depth, bench.outbox.archivedSeq, rows(sql, "outbox")]).toEqual([2, 3, 1]);
        bench.restart();
        upTo = 5;
        bench.clock.pass(RETRY_MS_MAX);
        await bench.outbox.push(ARCHIVE);
        expect(asked).toEqual([
          [1, 2, 3, 4, 5],
          [4, 5],
          [4, 5],
        ]);
        expect([bench.outbox.depth, rows(sql, "outbox")]).toEqual([0, 0]);
      }));

    test("says when the oldest fact was committed that waits, in the middle of a chunk too", () =>
      world(async (sql) => {
        const bench = outboxBench(sql, { deliver: async () => ({ watermark: 1 }) });
        expect(bench.outbox.oldestUnarchived).toBeUndefined();
        for (const offset of [0, 10, 20]) bench.outbox.add("noted", "{}", at(offset));
        bench.commit(0);
        expect(bench.outbox.oldestUnarchived).toBe(START);
        await bench.outbox.push(ARCHIVE);
        expect(bench.outbox.oldestUnarchived).toBe(at(10));
      }));

    test("a fact that a group shares with others waits by itself for who has not heard of it", () =>
      world(async (sql) => {
        const bench = outboxBench(sql);
        bench.destinations.before = (destination) => {
          if (destination !== ARCHIVE) throw new Error("away");
        };
        for (const extras of [[], ["strategy/a"], []]) bench.outbox.add("noted", "{}", START, extras);
        bench.commit(0);
        await bench.outbox.drain();
        expect([rows(sql, "outbox"), rows(sql, "outbox_owed"), bench.outbox.depth]).toEqual([0, 1, 1]);
        bench.restart();
        expect(bench.outbox.depth).toBe(1);
        bench.destinations.before = () => {};
        bench.clock.pass(RETRY_MS_MAX);
        await bench.outbox.drain();
        expect(bench.destinations.seqs("strategy/a")).toEqual([2]);
        expect([rows(sql, "outbox_owed"), bench.outbox.depth]).toEqual([0, 0]);
      }));
  });

  describe("rows of an outbox that knew no chunks", () => {
    test("arrive, word for word, with what other destinations wait for", () =>
      world(async (sql) => {
        makeTables(sql, ...OUTBOX_TABLES, TIMERS_TABLE);
        const insert =
          "INSERT INTO outbox (seq, committed_at, kind, payload, request_id, traceparent) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        // The mirror has the first two, of which one is still owed to a strategy.
        sql.exec("UPDATE outbox_mark SET last_seq = ?1, archived_seq = 2", OLD_PAYLOADS.length);
        OLD_PAYLOADS.forEach((payload, index) => {
          const cause = index % 2 === 0 ? [null, null] : ["r-1", 'odd"'];
          if (index !== 1) sql.exec(insert, index + 1, START + index, "noted", payload, ...cause);
        });
        for (const seq of [1, 5]) sql.exec("INSERT INTO outbox_extra VALUES ('strategy/a', ?1)", seq);
        sql.exec("UPDATE outbox_fence SET sending = 'before', sending_to = 4");
        makeTables(sql, ...OUTBOX_CHUNKS);

        const bench = outboxOver(sql);
        expect(bench.outbox.depth).toBe(OLD_PAYLOADS.length - 1);
        expect(bench.outbox.oldestUnarchived).toBe(at(2));
        await bench.outbox.drain();
        const facts = OLD_PAYLOADS.map((payload, index) =>
          index % 2 === 0
            ? [index + 1, START + index, "noted", payload]
            : [index + 1, START + index, "noted", payload, "r-1", 'odd"'],
        );
        expect(bench.destinations.got.get(ARCHIVE)).toEqual(facts.slice(2));
        expect(bench.destinations.got.get("strategy/a")).toEqual([facts[0], facts[4]]);
        const sent = bench.destinations.calls.filter(({ destination }) => destination === ARCHIVE);
        // What had left before leaves as it was, under the same token.
        expect(sent.map(({ batch }) => [batch.incarnation, batch.facts.length])).toEqual([
          ["before", 2],
          ["token-1", OLD_PAYLOADS.length - 4],
        ]);
        expect([bench.outbox.depth, rows(sql, "outbox"), rows(sql, "outbox_owed")]).toEqual([0, 0, 0]);
      }));
  });
}
