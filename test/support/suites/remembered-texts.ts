/** Keys whose replies a journal keeps, together with it: over any run of groups, ends of pins, confirmations and restarts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  IDEMPOTENCY_BY_BATCH,
  IDEMPOTENCY_TABLES,
  Idempotency,
} from "../../../actors/runtime/idempotency.ts";
import { Journal, journalCounts, journalTable } from "../../../actors/runtime/journal.ts";
import type { Sql } from "../../../actors/runtime/sql.ts";
import { makeTables } from "../runtime-fakes.ts";
import type { World } from "./world.ts";

const KEYS_MAX = 60;
const TEXTS_MAX = 30;
const KEPT_MAX = KEYS_MAX + TEXTS_MAX + 1_000;

/** `size` texts in a group; every `pinEvery`th key is pinned, and the oldest pin may end. */
const step = fc.record({
  size: fc.integer({ min: 1, max: 400 }),
  pinEvery: fc.integer({ min: 3, max: 90 }),
  unpins: fc.nat(3),
  confirms: fc.boolean(),
  restarts: fc.boolean(),
});
type Step = { size: number; pinEvery: number; unpins: number; confirms: boolean; restarts: boolean };

class Remembering {
  readonly #sql: Sql;
  readonly pinned = new Set<string>();
  #confirmed = 0;
  /** What was pinned once stands where it was packed, which is newer than it is. */
  #unpinned = 0;
  #seq = 0;
  keys!: Idempotency;
  journal!: Journal;

  constructor(sql: Sql) {
    this.#sql = sql;
    makeTables(
      sql,
      ...IDEMPOTENCY_TABLES,
      ...IDEMPOTENCY_BY_BATCH,
      journalTable("text"),
      ...journalCounts("text"),
    );
    this.restart();
  }

  restart(): void {
    this.journal = new Journal(this.#sql, "text", {
      max: TEXTS_MAX,
      confirmed: () => this.#confirmed,
      neededFrom: () => this.keys.oldestSeq,
    });
    const isPinned = (key: string) => this.pinned.has(key);
    this.keys = new Idempotency(this.#sql, { max: KEYS_MAX, isPinned, texts: this.journal });
  }

  take({ size, pinEvery, unpins, confirms, restarts }: Step): void {
    const [...oldest] = this.pinned;
    for (const key of oldest.slice(0, unpins)) this.pinned.delete(key);
    this.#unpinned += Math.min(unpins, oldest.length);
    for (let taken = 0; taken < size; taken++) {
      this.#seq += 1;
      const key = `k${this.#seq}`;
      if (this.#seq % pinEvery === 0 && this.pinned.size < KEYS_MAX / 3) this.pinned.add(key);
      this.journal.append(this.#seq, textOf(this.#seq));
      this.keys.remember(key, "h", this.#seq);
    }
    this.#sql.transaction(() => {
      this.journal.write();
      this.keys.write();
    });
    if (confirms) this.#confirmed = this.#seq;
    if (restarts) this.restart();
  }

  /** Pinned keys, and of the others as many of the newest as the window surely has room for beside them. */
  get known(): string[] {
    const room = Math.max(0, KEYS_MAX - this.pinned.size - this.#unpinned);
    return [...this.pinned, ...this.#newest(room).map((seq) => `k${seq}`)];
  }

  get newestSeqs(): number[] {
    return this.#newest(TEXTS_MAX);
  }

  #newest(most: number): number[] {
    return Array.from({ length: Math.min(most, this.#seq) }, (_none, back) => this.#seq - back);
  }
}

const textOf = (seq: number): string => `["text",${seq}]`;

function expectAllThere({ keys, journal, known, newestSeqs }: Remembering): void {
  const found = keys.findAll(known);
  expect(known.filter((key) => found.get(key)?.reply !== textOf(Number(key.slice(1))))).toEqual([]);
  expect(journal.page(Number.MAX_SAFE_INTEGER, newestSeqs.length).map(({ seq }) => seq)).toEqual(newestSeqs);
  expect(keys.size).toBeLessThanOrEqual(KEYS_MAX);
}

export function rememberedTextsSuite(world: World): void {
  describe("keys and the texts that they refer to", () => {
    test("are forgotten together: what is remembered has its text, and texts stay bounded", () =>
      world((sql) => {
        fc.assert(
          fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
            for (const table of ["text", "idempotency"]) sql.exec(`DROP TABLE IF EXISTS ${table}`);
            const remembering = new Remembering(sql);
            for (const one of steps) {
              remembering.take(one);
              expectAllThere(remembering);
            }
            for (const restarts of [true, false])
              remembering.take({ size: 300, pinEvery: 90, unpins: 0, confirms: true, restarts });
            expect(remembering.journal.size).toBeLessThanOrEqual(KEPT_MAX);
          }),
          { numRuns: 40, seed: 11 },
        );
      }));
  });
}
