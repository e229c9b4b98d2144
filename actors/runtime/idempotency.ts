/**
 * One key, one effect, one reply: the reply is stored with its effect, in the same transaction, and a repeat gets it back.
 * The last `max` keys are kept on disk; pinned ones (ids of working orders) never leave.
 */
import type { Bound } from "./bounds.ts";
import { KeyFilter } from "./key-filter.ts";
import type { LocalMigration } from "./local-migrations.ts";
import { insertRows, rowInsert, type Sql } from "./sql.ts";

export const IDEMPOTENCY_KEYS_MAX = 100_000; // The window that the public contract promises.

export type Remembered = { readonly bodyHash: string; readonly reply: string };
type Entry = Remembered & { readonly key: string };

export const idempotencyBounds = (max: number): readonly Bound[] => [
  { collection: "table:idempotency", max, unit: "rows", atBound: "The oldest keys leave; pinned keys stay." },
  {
    collection: "table:idempotency_batch",
    max,
    unit: "rows",
    atBound: "A batch leaves with its last key; pinned keys of old batches are packed into one.",
  },
];

/** Keys of one batch row: at most 128 characters each, far below what a value may hold. */
const BATCH_KEYS_MAX = 1_000;

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
  /** Of the keys on disk and those that are about to be there. Made when the first key is asked for. */
  #filter: KeyFilter | undefined;

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
    if (!this.#mayKnow(key)) return undefined;
    const row = this.#sql.exec<{ body_hash: string; reply: string }>(
      "SELECT body_hash, reply FROM idempotency WHERE key = ?1",
      key,
    )[0];
    return row === undefined ? undefined : { bodyHash: row.body_hash, reply: row.reply };
  }

  /** One query for a whole batch of keys. */
  findAll(keys: readonly string[]): Map<string, Remembered> {
    const found = new Map<string, Remembered>();
    const asked = keys.filter((key) => this.#mayKnow(key));
    if (asked.length > 0) this.#look(asked, found);
    for (const key of keys) {
      const pending = this.#pending.get(key);
      if (pending !== undefined) found.set(key, pending);
    }
    return found;
  }

  /** Nearly every key is new: memory says so, and the disk is not asked. */
  #mayKnow(key: string): boolean {
    this.#filter ??= this.#filtered();
    return this.#filter.mayHold(key);
  }

  #filtered(): KeyFilter {
    const batches = this.#sql.exec<{ keys: string }>("SELECT keys FROM idempotency_batch");
    // SAFETY: only #appendBatch and #trimBatch write this column.
    const keys = batches.flatMap((batch) => JSON.parse(batch.keys) as string[]);
    return new KeyFilter([...keys, ...this.#pending.keys()]);
  }

  #look(keys: readonly string[], found: Map<string, Remembered>): void {
    const rows = this.#sql.exec<{ key: string; body_hash: string; reply: string }>(
      "SELECT key, body_hash, reply FROM idempotency WHERE key IN (SELECT value FROM json_each(?1))",
      JSON.stringify(keys),
    );
    for (const row of rows) found.set(row.key, { bodyHash: row.body_hash, reply: row.reply });
  }

  /** Remembers the reply together with the effect of this turn. Only for a key that `find` does not know. */
  remember(key: string, bodyHash: string, reply: string): void {
    this.#pending.set(key, { key, bodyHash, reply });
    this.#filter?.add(key);
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#pending.size === 0) return;
    const entries = [...this.#pending.values()];
    this.#pending = new Map();
    insertRows(
      this.#sql,
      INSERT_KEYS,
      entries.map((entry) => [entry.key, entry.bodyHash, entry.reply]),
    );
    this.#appendBatch(entries.map((entry) => entry.key));
    if (this.#count > this.#max) this.#trim(this.#count - this.#max);
    // Keys that have left are still in it: it is made anew, from what is there, when it is next asked.
    if (this.#filter?.isFull === true) this.#filter = undefined;
  }

  #appendBatch(keys: readonly string[]): void {
    for (let from = 0; from < keys.length; from += BATCH_KEYS_MAX) {
      const chunk = keys.slice(from, from + BATCH_KEYS_MAX);
      this.#sql.exec(INSERT_BATCH, chunk.length, JSON.stringify(chunk));
    }
    this.#count += keys.length;
  }

  /** Walks the batches once, from the oldest, until `excess` keys have left. Pinned ones it passes are packed into new batches. */
  #trim(excess: number): void {
    const newest =
      this.#sql.exec<{ batch: number }>("SELECT MAX(batch) AS batch FROM idempotency_batch")[0]?.batch ?? 0;
    const pinned: string[] = [];
    let left = excess;
    for (let batch = this.#oldest(newest); left > 0 && batch !== undefined; batch = this.#oldest(newest))
      left -= this.#trimBatch(batch, left, pinned);
    this.#appendBatch(pinned);
  }

  #oldest(newest: number): Batch | undefined {
    const row = this.#sql.exec<{ batch: number; keys: string }>(OLDEST_BATCH, newest)[0];
    // SAFETY: only #appendBatch and #trimBatch write this column.
    return row === undefined ? undefined : { batch: row.batch, keys: JSON.parse(row.keys) as string[] };
  }

  /** Forgets up to `most` keys of this batch and answers how many; what stays keeps its place unless only pinned keys do. */
  #trimBatch({ batch, keys }: Batch, most: number, pinned: string[]): number {
    const held: string[] = [];
    const free: string[] = [];
    for (const key of keys) (this.#isPinned(key) ? held : free).push(key);
    const leaving = free.slice(0, most);
    this.#sql.exec(
      "DELETE FROM idempotency WHERE key IN (SELECT value FROM json_each(?1))",
      JSON.stringify(leaving),
    );
    if (leaving.length === free.length) {
      this.#sql.exec("DELETE FROM idempotency_batch WHERE batch = ?1", batch);
      pinned.push(...held);
      this.#count -= keys.length;
    } else {
      const gone = new Set(leaving);
      const rest = keys.filter((key) => !gone.has(key));
      this.#sql.exec(UPDATE_BATCH, batch, rest.length, JSON.stringify(rest));
      this.#count -= leaving.length;
    }
    return leaving.length;
  }
}

type Batch = { readonly batch: number; readonly keys: readonly string[] };

const INSERT_KEYS = rowInsert("INSERT OR REPLACE INTO idempotency (key, body_hash, reply)");
const INSERT_BATCH = "INSERT INTO idempotency_batch (size, keys) VALUES (?1, ?2)";
const UPDATE_BATCH = "UPDATE idempotency_batch SET size = ?2, keys = ?3 WHERE batch = ?1";
const OLDEST_BATCH = "SELECT batch, keys FROM idempotency_batch WHERE batch <= ?1 ORDER BY batch LIMIT 1";
