/** The receiving end of another actor's outbox: a batch may come twice or overlap, each of its facts counts once. */
import { assert } from "../../src/domain/assert.ts";
import type { Bound } from "./bounds.ts";
import type { Fact, OutboxBatch } from "./fact.ts";
import { type Sql, writeRows } from "./sql.ts";

/** Senders that one actor hears: a symbol hears one directory, a strategy its risk shard. */
export const SENDERS_MAX = 1_000;

export const INBOX_TABLE =
  "CREATE TABLE inbox (sender TEXT PRIMARY KEY, watermark INTEGER NOT NULL) STRICT, WITHOUT ROWID";
export const inboxBound: Bound = {
  collection: "table:inbox",
  max: SENDERS_MAX,
  unit: "rows",
  atBound: "A further sender is refused `overloaded`.",
};

export class Inbox {
  readonly #sql: Sql;
  readonly #sendersMax: number;
  readonly #watermarks = new Map<string, number>();
  readonly #changed = new Set<string>();

  constructor(sql: Sql, sendersMax: number = SENDERS_MAX) {
    this.#sql = sql;
    this.#sendersMax = sendersMax;
    for (const row of sql.exec<{ sender: string; watermark: number }>(
      "SELECT sender, watermark FROM inbox",
    )) {
      this.#watermarks.set(row.sender, row.watermark);
    }
  }

  get size(): number {
    return this.#watermarks.size;
  }

  /** Up to which seq everything of this sender has been taken. */
  watermarkOf(sender: string): number {
    return this.#watermarks.get(sender) ?? 0;
  }

  /** False where this sender would be one too many. */
  admits(sender: string): boolean {
    return this.#watermarks.has(sender) || this.#watermarks.size < this.#sendersMax;
  }

  /** The facts of this batch that have not been taken before, in order. Seqs have holes here: a sender's other facts went elsewhere. */
  fresh(batch: OutboxBatch): Fact[] {
    const before = this.watermarkOf(batch.actor);
    return batch.facts.filter(([seq]) => seq > before);
  }

  /** What is fresh; it counts as taken with this group's commit. */
  take(batch: OutboxBatch): Fact[] {
    assert(this.admits(batch.actor), "a sender too many is refused before its batch is taken");
    const fresh = this.fresh(batch);
    const last = fresh.at(-1);
    if (last !== undefined) {
      this.#watermarks.set(batch.actor, last[0]);
      this.#changed.add(batch.actor);
    }
    return fresh;
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#changed.size === 0) return;
    const rows = [...this.#changed].map((sender) => [sender, this.watermarkOf(sender)] as const);
    this.#changed.clear();
    writeRows(
      this.#sql,
      "INSERT OR REPLACE INTO inbox (sender, watermark) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
      rows,
    );
  }
}
