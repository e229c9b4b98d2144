/**
 * One key, one effect, one reply: the reply is stored with its effect, in the same transaction, and a repeat gets it back.
 * The last `max` keys are kept on disk; pinned ones (ids of working orders) never leave.
 */
import type { Bound } from "./bounds.ts";
import type { LocalMigration } from "./local-migrations.ts";
import { type Sql, writeRows } from "./sql.ts";

export const IDEMPOTENCY_KEYS_MAX = 100_000; // The window that the public contract promises.

export type Remembered = { readonly bodyHash: string; readonly reply: string };
type Entry = Remembered & { readonly key: string };

export const idempotencyBounds = (max: number): readonly Bound[] => [
  { collection: "table:idempotency", max, unit: "rows", atBound: "The oldest keys leave; pinned keys stay." },
  { collection: "table:idempotency_batch", max, unit: "rows", atBound: "A batch leaves with its last key." },
];

/** Two statements for an actor's local migrations. The batch rows keep arrival order without an index on every key. */
export const IDEMPOTENCY_TABLES: LocalMigration["statements"] = [
  `CREATE TABLE idempotency (key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, reply TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE idempotency_batch (batch INTEGER PRIMARY KEY, size INTEGER NOT NULL, keys TEXT NOT NULL) STRICT`,
];

export class Idempotency {
  readonly #sql: Sql;
  readonly #max: number;
  readonly #isPinned: (key: string) => boolean;
  #pending = new Map<string, Entry>();
  #count: number;

  constructor(sql: Sql, options: { max?: number; isPinned?: (key: string) => boolean } = {}) {
    this.#sql = sql;
    this.#max = options.max ?? IDEMPOTENCY_KEYS_MAX;
    this.#isPinned = options.isPinned ?? (() => false);
    this.#count =
      sql.exec<{ n: number }>("SELECT COALESCE(SUM(size), 0) AS n FROM idempotency_batch")[0]?.n ?? 0;
  }

  /** Keys remembered now: the covered window. */
  get size(): number {
    return this.#count + this.#pending.size;
  }

  find(key: string): Remembered | undefined {
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending;
    const row = this.#sql.exec<{ body_hash: string; reply: string }>(
      "SELECT body_hash, reply FROM idempotency WHERE key = ?1",
      key,
    )[0];
    return row === undefined ? undefined : { bodyHash: row.body_hash, reply: row.reply };
  }

  /** One query for a whole batch of keys. */
  findAll(keys: readonly string[]): Map<string, Remembered> {
    const found = new Map<string, Remembered>();
    const rows = this.#sql.exec<{ key: string; body_hash: string; reply: string }>(
      "SELECT key, body_hash, reply FROM idempotency WHERE key IN (SELECT value FROM json_each(?1))",
      JSON.stringify(keys),
    );
    for (const row of rows) found.set(row.key, { bodyHash: row.body_hash, reply: row.reply });
    for (const key of keys) {
      const pending = this.#pending.get(key);
      if (pending !== undefined) found.set(key, pending);
    }
    return found;
  }

  /** Remembers the reply together with the effect of this turn. */
  remember(key: string, bodyHash: string, reply: string): void {
    this.#pending.set(key, { key, bodyHash, reply });
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#pending.size === 0) return;
    const entries = [...this.#pending.values()];
    this.#pending = new Map();
    writeRows(
      this.#sql,
      `INSERT OR REPLACE INTO idempotency (key, body_hash, reply)
       SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)`,
      entries.map((entry) => [entry.key, entry.bodyHash, entry.reply]),
    );
    this.#appendBatch(entries.map((entry) => entry.key));
    while (this.#count > this.#max && this.#dropOldestBatch()) {
      // Each pass drops one batch; pinned keys move to the newest one, so the loop ends when only they are left.
    }
  }

  #appendBatch(keys: readonly string[]): void {
    this.#sql.exec(
      "INSERT INTO idempotency_batch (size, keys) VALUES (?1, ?2)",
      keys.length,
      JSON.stringify(keys),
    );
    this.#count += keys.length;
  }

  /** False when nothing could leave. */
  #dropOldestBatch(): boolean {
    const oldest = this.#sql.exec<{ batch: number; size: number; keys: string }>(
      "SELECT batch, size, keys FROM idempotency_batch ORDER BY batch LIMIT 1",
    )[0];
    if (oldest === undefined) return false;
    const keys = JSON.parse(oldest.keys) as string[]; // SAFETY: only #appendBatch writes this column.
    const pinned = keys.filter(this.#isPinned);
    const leaving = keys.filter((key) => !this.#isPinned(key));
    this.#sql.exec(
      "DELETE FROM idempotency WHERE key IN (SELECT value FROM json_each(?1))",
      JSON.stringify(leaving),
    );
    this.#sql.exec("DELETE FROM idempotency_batch WHERE batch = ?1", oldest.batch);
    this.#count -= oldest.size;
    if (pinned.length > 0) this.#appendBatch(pinned);
    return leaving.length > 0;
  }
}
