import { describe, expect, test } from "vitest";
import { History, historyBound, historyTable } from "../../../actors/runtime/history.ts";
import { OUTBOX_FACTS_MAX } from "../../../actors/runtime/outbox.ts";
import type { Sql } from "../../../actors/runtime/sql.ts";
import type { World } from "./world.ts";

const MAX = 100;
const SLACK = historyBound("ring", OUTBOX_FACTS_MAX).max - OUTBOX_FACTS_MAX;

const opened = (sql: Sql, confirmed: () => number = () => Number.MAX_SAFE_INTEGER): History => {
  sql.exec(historyTable("ring"));
  return new History(sql, "ring", MAX, confirmed);
};

function append(history: History, sql: Sql, from: number, to: number): void {
  for (let seq = from; seq <= to; seq++) history.append(seq, `p${seq}`);
  sql.transaction(() => history.write());
}

const kept = (sql: Sql): unknown[] => sql.exec("SELECT seq FROM ring ORDER BY seq").map((row) => row.seq);

export function historySuite(world: World): void {
  describe("a history", () => {
    test("is read newest first, below a seq, at most so many", () =>
      world((sql) => {
        const history = opened(sql);
        append(history, sql, 1, 5);
        expect(history.page(5, 2)).toEqual([
          { seq: 4, payload: "p4" },
          { seq: 3, payload: "p3" },
        ]);
        expect(new History(sql, "ring", MAX, () => 0).page(2, 9)).toEqual([{ seq: 1, payload: "p1" }]);
      }));

    test("shows nothing of a group that is not committed, and counts it", () =>
      world((sql) => {
        const history = opened(sql);
        append(history, sql, 1, 1);
        history.append(2, "p2");
        expect(history.page(9, 9)).toEqual([{ seq: 1, payload: "p1" }]);
        expect(history.size).toBe(2);
      }));

    test("lets the oldest go past its bound and keeps the newest", () =>
      world((sql) => {
        const history = opened(sql);
        append(history, sql, 1, MAX + SLACK);
        expect(kept(sql)).toHaveLength(MAX + SLACK);
        append(history, sql, MAX + SLACK + 1, MAX + SLACK + 1);
        expect(kept(sql)).toHaveLength(MAX);
        expect(kept(sql)[0]).toBe(SLACK + 2);
        expect(history.size).toBe(MAX);
        expect(new History(sql, "ring", MAX, () => 0).size).toBe(MAX);
      }));

    test("lets nothing go that Postgres does not have", () =>
      world((sql) => {
        let confirmed = 10;
        const history = opened(sql, () => confirmed);
        append(history, sql, 1, 500);
        expect(kept(sql)[0]).toBe(11);
        append(history, sql, 501, 501);
        expect(history.size).toBe(491);
        confirmed = 501;
        append(history, sql, 502, 502);
        expect(kept(sql)).toHaveLength(MAX);
        expect(history.size).toBe(MAX);
      }));

    test("bound runtime/table:history: declared is what the outbox can hold, where the ring is smaller", () => {
      expect(historyBound("ring", MAX).max).toBe(OUTBOX_FACTS_MAX);
      expect(historyBound("ring", OUTBOX_FACTS_MAX).max).toBe(OUTBOX_FACTS_MAX + SLACK);
    });
  });
}
