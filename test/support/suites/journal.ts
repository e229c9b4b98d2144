import { describe, expect, test } from "vitest";
import {
  Journal,
  type JournalOptions,
  journalBound,
  journalCounts,
  journalTable,
} from "../../../actors/runtime/journal.ts";
import type { Sql } from "../../../actors/runtime/sql.ts";
import { makeTables } from "../runtime-fakes.ts";
import type { World } from "./world.ts";

const MAX = 100;
/** Trimming waits for so many, and takes whole rows. */
const SLACK = journalBound("ring", 0).max;
const ALL = Number.MAX_SAFE_INTEGER;

function opened(sql: Sql, changes: Partial<JournalOptions> = {}): Journal {
  makeTables(sql, journalTable("ring"), ...journalCounts("ring"));
  return reopened(sql, changes);
}
const reopened = (sql: Sql, changes: Partial<JournalOptions> = {}): Journal =>
  new Journal(sql, "ring", { max: MAX, confirmed: () => ALL, neededFrom: () => ALL, ...changes });

/** Some seqs are those of other facts. */
const seqsIn = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_none, index) => from + index).filter((seq) => seq % 3 !== 0);

function append(journal: Journal, sql: Sql, from: number, to: number): void {
  for (const seq of seqsIn(from, to)) journal.append(seq, `["p",${seq}]`);
  sql.transaction(() => journal.write());
}

const rows = (sql: Sql): number => Number(sql.exec("SELECT COUNT(*) AS n FROM ring")[0]?.n);
const seqs = (journal: Journal): number[] => journal.page(ALL, 1_000_000).map(({ seq }) => seq);

export function journalSuite(world: World): void {
  describe("a journal", () => {
    test("writes the texts of a group in one row, and reads each, newest first, below a seq, at most so many", () =>
      world((sql) => {
        const journal = opened(sql);
        append(journal, sql, 1, 8);
        append(journal, sql, 10, 11);
        expect(rows(sql)).toBe(2);
        expect(reopened(sql).page(11, 3)).toEqual([
          { seq: 10, payload: '["p",10]' },
          { seq: 8, payload: '["p",8]' },
          { seq: 7, payload: '["p",7]' },
        ]);
        expect(journal.page(2, 9)).toEqual([{ seq: 1, payload: '["p",1]' }]);
        expect(journal.page(1, 9)).toEqual([]);
        expect(reopened(sql).size).toBe(8);
      }));

    test("finds texts by their seqs, of this group too, and none of another fact", () =>
      world((sql) => {
        const journal = opened(sql);
        append(journal, sql, 1, 8);
        journal.append(20, "p20");
        expect([...journal.find([20, 7, 2, 6, 19, 0])]).toEqual([
          [20, "p20"],
          [7, '["p",7]'],
          [2, '["p",2]'],
        ]);
        expect(journal.page(ALL, 1).map(({ seq }) => seq)).toEqual([8]);
        expect(journal.size).toBe(7);
      }));

    test("takes several rows for a large group and for long texts", () =>
      world((sql) => {
        const journal = opened(sql, { max: 10_000 });
        append(journal, sql, 1, 1_000);
        const short = rows(sql);
        expect(short).toBeGreaterThan(4);
        expect(seqs(reopened(sql))).toEqual(seqsIn(1, 1_000).reverse());
        for (let seq = 1_001; seq <= 1_010; seq++) journal.append(seq, "x".repeat(100_000));
        sql.transaction(() => journal.write());
        expect(rows(sql)).toBe(short + 10);
        expect(journal.find([1_004]).get(1_004)).toHaveLength(100_000);
      }));

    test("lets the oldest rows go past its bound and keeps the newest", () =>
      world((sql) => {
        const journal = opened(sql);
        for (let seq = 1; seq <= 3_000; seq++) {
          append(journal, sql, seq, seq);
          expect(rows(sql)).toBeLessThanOrEqual(journalBound("ring", MAX).max);
        }
        const kept = seqs(journal);
        expect(kept.slice(0, MAX)).toEqual(seqsIn(1, 3_000).reverse().slice(0, MAX));
        expect(kept.length).toBeLessThanOrEqual(MAX + SLACK);
        expect(reopened(sql).size).toBe(kept.length);
        expect(journal.size).toBe(kept.length);
      }));

    test("lets nothing go that Postgres does not have, or that is referred to", () =>
      world((sql) => {
        let confirmed = 10;
        let needed = ALL;
        const journal = opened(sql, { confirmed: () => confirmed, neededFrom: () => needed });
        const append50 = (from: number, to: number) => {
          for (let seq = from; seq < to; seq += 50) append(journal, sql, seq, Math.min(to, seq + 49));
        };
        append50(1, 2_000);
        expect(seqs(journal).at(-1)).toBe(1);
        confirmed = ALL;
        needed = 601;
        append50(2_001, 4_000);
        expect(seqs(journal).at(-1)).toBe(601);
        needed = 2_500;
        append50(4_001, 6_000);
        expect(seqs(journal).at(-1)).toBeLessThanOrEqual(2_500);
        expect(seqs(journal).at(-1)).toBeGreaterThan(2_400);
        needed = ALL;
        append50(6_001, 8_000);
        expect(journal.size).toBeLessThanOrEqual(MAX + SLACK);
        expect(seqs(journal).slice(0, MAX)).toEqual(seqsIn(1, 8_000).reverse().slice(0, MAX));
      }));

    test("counts what was written before counts ran on", () =>
      world((sql) => {
        makeTables(sql, journalTable("ring"));
        for (const [first, last, size] of [
          [-3, -1, 2],
          [4, 4, 1],
          [5, 9, 3],
        ] as const)
          sql.exec("INSERT INTO ring VALUES (?1, ?2, ?3, '[]', '')", first, last, size);
        makeTables(sql, ...journalCounts("ring"));
        const journal = reopened(sql);
        expect(journal.size).toBe(6);
        append(journal, sql, 10, 11);
        expect([journal.size, reopened(sql).size]).toEqual([8, 8]);
      }));

    test("keeps the very text that is referred to, and the first that Postgres lacks", () =>
      world((sql) => {
        let needed = 500;
        let confirmed = ALL;
        const journal = opened(sql, { confirmed: () => confirmed, neededFrom: () => needed });
        for (let seq = 1; seq <= 2_000; seq++) append(journal, sql, seq, seq);
        expect(seqs(journal).at(-1)).toBe(500);
        needed = ALL;
        confirmed = 799;
        for (let seq = 2_001; seq <= 3_000; seq++) append(journal, sql, seq, seq);
        expect(seqs(journal).at(-1)).toBe(800);
      }));

    test("keeps nothing of a group that fails", () =>
      world((sql) => {
        const journal = opened(sql);
        journal.append(1, "p1");
        const failing = () =>
          sql.transaction(() => {
            journal.write();
            throw new Error("the commit failed");
          });
        expect(failing).toThrow();
        expect(reopened(sql).size).toBe(0);
      }));
  });
}
