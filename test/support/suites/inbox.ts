import { describe, expect, test } from "vitest";
import type { OutboxBatch } from "../../../actors/runtime/fact.ts";
import { INBOX_TABLE, Inbox, SENDERS_MAX } from "../../../actors/runtime/inbox.ts";
import type { Sql } from "../../../actors/runtime/sql.ts";
import type { World } from "./world.ts";

const batch = (actor: string, ...seqs: readonly number[]): OutboxBatch => ({
  actor,
  facts: seqs.map((seq) => [seq, 0, "noted", "{}"]),
  incarnation: "",
  knownIncarnations: [],
});

const opened = (sql: Sql): Inbox => {
  sql.exec(INBOX_TABLE);
  return new Inbox(sql);
};

const taken = (inbox: Inbox, sql: Sql, ...of: Parameters<typeof batch>): number[] => {
  const seqs = inbox.take(batch(...of)).map(([seq]) => seq);
  sql.transaction(() => inbox.write());
  return seqs;
};

export function inboxSuite(world: World): void {
  describe("an inbox", () => {
    test("takes each fact once, though batches repeat and overlap, over restarts too", () =>
      world((sql) => {
        const inbox = opened(sql);
        expect(taken(inbox, sql, "a", 2, 5)).toEqual([2, 5]);
        expect(taken(inbox, sql, "a", 2, 5)).toEqual([]);
        expect(taken(inbox, sql, "a", 2, 5, 6)).toEqual([6]);
        const reloaded = new Inbox(sql);
        expect(taken(reloaded, sql, "a", 5, 6, 9)).toEqual([9]);
        expect(reloaded.watermarkOf("a")).toBe(9);
      }));

    test("says what is fresh in a batch and takes nothing by that", () =>
      world((sql) => {
        const inbox = opened(sql);
        const fresh = (...seqs: number[]) => inbox.fresh(batch("a", ...seqs)).map(([seq]) => seq);
        expect([fresh(2, 5), fresh(2, 5), inbox.watermarkOf("a"), inbox.size]).toEqual([
          [2, 5],
          [2, 5],
          0,
          0,
        ]);
        taken(inbox, sql, "a", 2, 5);
        expect([fresh(2, 5), fresh(5, 6)]).toEqual([[], [6]]);
      }));

    test("keeps its senders apart", () =>
      world((sql) => {
        const inbox = opened(sql);
        taken(inbox, sql, "a", 7);
        expect(taken(inbox, sql, "b", 1)).toEqual([1]);
        expect([inbox.watermarkOf("a"), inbox.watermarkOf("b"), inbox.watermarkOf("c")]).toEqual([7, 1, 0]);
      }));

    test("forgets with a group that fails", () =>
      world((sql) => {
        const inbox = opened(sql);
        inbox.take(batch("a", 1));
        const failing = () =>
          sql.transaction(() => {
            inbox.write();
            throw new Error("the commit failed");
          });
        expect(failing).toThrow();
        expect(new Inbox(sql).watermarkOf("a")).toBe(0);
      }));

    test("bound runtime/table:inbox: a sender too many is not admitted, those that are known are still heard", () =>
      world((sql) => {
        const inbox = opened(sql);
        for (let sender = 0; sender < SENDERS_MAX; sender++) inbox.take(batch(`s${sender}`, 1));
        sql.transaction(() => inbox.write());
        expect(inbox.admits("one more")).toBe(false);
        expect(() => inbox.take(batch("one more", 1))).toThrow();
        expect(inbox.admits("s0")).toBe(true);
        expect(taken(inbox, sql, "s0", 2)).toEqual([2]);
        expect(new Inbox(sql).size).toBe(SENDERS_MAX);
      }));
  });
}
