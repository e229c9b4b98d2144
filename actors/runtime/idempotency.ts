/**
 * One key, one effect, one reply: the reply is stored with its effect, in the same transaction, and a repeat gets it back.
 * The last `max` keys are kept on disk, those of a group in one row; pinned ones (ids of working orders) never leave.
 */
import { assert } from "../../src/domain/assert.ts";
import type { Bound } from "./bounds.ts";
import { KeyIndex } from "./key-index.ts";
import type { LocalMigration } from "./local-migrations.ts";
import type { Sql } from "./sql.ts";

export const IDEMPOTENCY_KEYS_MAX = 100_000; // The window that the public contract promises.

export type Remembered = { readonly bodyHash: string; readonly reply: string };
/** Where the reply is a text that a journal keeps, its seq. */
export type Kept = { readonly bodyHash: string; readonly reply: string | number };
/** Keeps texts for as long as a reply refers to them. */
export type Texts = { find(seqs: readonly number[]): ReadonlyMap<number, string> };

export const idempotencyBounds = (max: number): readonly Bound[] => [
  { collection: "table:idempotency", max, unit: "rows", atBound: "The oldest keys leave; pinned keys stay." },
];

/** Keys of one row, at most 128 characters each with a body of as many: it is read as a whole for each of them. */
const BATCH_KEYS_MAX = 250;
/** In UTF-16 units of replies: far below what a value may hold. */
const BATCH_UNITS_MAX = 300_000;

/** As an actor's first step made them: a row for each key, and the order of their arrival. `IDEMPOTENCY_BY_BATCH` belongs to them. */
export const IDEMPOTENCY_TABLES: LocalMigration["statements"] = [
  `CREATE TABLE idempotency (key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, reply TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE idempotency_batch (batch INTEGER PRIMARY KEY, size INTEGER NOT NULL, keys TEXT NOT NULL) STRICT`,
];

/** A row for each group; each old key becomes one of its own. `oldest_seq` is the lowest seq among the replies. */
export const IDEMPOTENCY_BY_BATCH: LocalMigration["statements"] = [
  `ALTER TABLE idempotency RENAME TO idempotency_key`,
  `CREATE TABLE idempotency (batch INTEGER PRIMARY KEY, size INTEGER NOT NULL, oldest_seq INTEGER, keys TEXT NOT NULL,
     hashes TEXT NOT NULL, replies TEXT NOT NULL) STRICT`,
  `CREATE INDEX idempotency_by_seq ON idempotency (oldest_seq) WHERE oldest_seq IS NOT NULL`,
  `INSERT INTO idempotency
     SELECT ROW_NUMBER() OVER (ORDER BY old.batch, place.key), 1, NULL, json_array(kept.key), json_array(kept.body_hash), json_array(kept.reply)
     FROM idempotency_batch AS old, json_each(old.keys) AS place JOIN idempotency_key AS kept ON kept.key = place.value`,
  `DROP TABLE idempotency_key`,
  `DROP TABLE idempotency_batch`,
];

export type IdempotencyOptions = {
  readonly max?: number;
  readonly isPinned?: (key: string) => boolean;
  /** Of replies that are remembered by their seq. */
  readonly texts?: Texts;
};

export class Idempotency {
  readonly #sql: Sql;
  readonly #max: number;
  readonly #isPinned: (key: string) => boolean;
  readonly #texts: Texts;
  #pending = new Map<string, Kept>();
  #leaving: ReadonlySet<string> | undefined;
  #count: number;
  #lastBatch: number;
  /** The batches of the keys on disk. Made when the first key is asked for. */
  #index: KeyIndex | undefined;

  constructor(sql: Sql, { max, isPinned, texts }: IdempotencyOptions = {}) {
    this.#sql = sql;
    this.#max = max ?? IDEMPOTENCY_KEYS_MAX;
    this.#isPinned = isPinned ?? (() => false);
    this.#texts = texts ?? NO_TEXTS;
    const found = sql.exec<{ keys: number | null; last: number | null }>(
      "SELECT SUM(size) AS keys, MAX(batch) AS last FROM idempotency",
    )[0];
    this.#count = found?.keys ?? 0;
    this.#lastBatch = found?.last ?? 0;
  }

  /** Keys remembered now: the covered window. */
  get size(): number {
    return this.#count + this.#pending.size;
  }

  /** The lowest seq that a stored reply refers to. */
  get oldestSeq(): number {
    return this.#sql.exec<{ seq: number | null }>(OLDEST_SEQ)[0]?.seq ?? Number.MAX_SAFE_INTEGER;
  }

  find(key: string): Remembered | undefined {
    return this.findAll([key]).get(key);
  }

  /** Nearly every key is new: memory says so, and the disk is not asked. */
  findAll(keys: readonly string[]): Map<string, Remembered> {
    const found = new Map<string, Kept>();
    const asked = new Set<number>();
    this.#index ??= this.#indexed();
    const index = this.#index;
    for (const key of keys) {
      const pending = this.#pending.get(key);
      if (pending !== undefined) found.set(key, pending);
      else for (const batch of index.placesOf(key)) asked.add(batch);
    }
    if (asked.size > 0) this.#look(asked, new Set(keys), found);
    return this.#told(found);
  }

  #indexed(): KeyIndex {
    const index = new KeyIndex();
    for (const { batch, keys } of this.#sql.exec<BatchKeys>("SELECT batch, keys FROM idempotency"))
      for (const key of listIn<string>(keys)) index.add(key, batch);
    return index;
  }

  #look(batches: ReadonlySet<number>, wanted: ReadonlySet<string>, found: Map<string, Kept>): void {
    for (const batch of batches) {
      const row = this.#sql.exec<BatchRow>(ONE_BATCH, batch)[0];
      if (row === undefined) continue;
      for (const [key, kept] of entriesOf(row)) if (wanted.has(key)) found.set(key, kept);
    }
  }

  /** With the texts of those that are remembered by seq. */
  #told(found: ReadonlyMap<string, Kept>): Map<string, Remembered> {
    const told = new Map<string, Remembered>();
    if (found.size === 0) return told;
    const seqs = [...found.values()].map(({ reply }) => reply).filter((reply) => typeof reply === "number");
    const texts = this.#texts.find(seqs);
    for (const [key, { bodyHash, reply }] of found)
      told.set(key, { bodyHash, reply: typeof reply === "string" ? reply : textIn(texts, reply) });
    return told;
  }

  /** The oldest batch behind one of this number, as it is on disk: nothing of a group that is not written. */
  batchAfter(batch: number): RememberedBatch | undefined {
    const row = this.#sql.exec<BatchRow>(BATCH_AFTER, batch)[0];
    return row === undefined ? undefined : { batch: row.batch, entries: entriesOf(row) };
  }

  /** Those of a batch with the texts that their replies refer to. */
  told(entries: ReadonlyMap<string, Kept>): Map<string, Remembered> {
    return this.#told(entries);
  }

  /** They are remembered elsewhere from now on: on disk with the next write. */
  forget(keys: ReadonlySet<string>): void {
    for (const key of keys) this.#pending.delete(key);
    this.#leaving = keys;
  }

  #letGo(keys: ReadonlySet<string>): void {
    this.#leaving = undefined;
    this.#index ??= this.#indexed();
    const batches = new Set<number>();
    for (const key of keys) for (const batch of this.#index.placesOf(key)) batches.add(batch);
    for (const batch of batches) {
      const row = this.#sql.exec<BatchRow>(ONE_BATCH, batch)[0];
      if (row !== undefined) this.#forgetIn(batch, entriesOf(row), keys);
    }
  }

  #forgetIn(batch: number, entries: Map<string, Kept>, keys: ReadonlySet<string>): void {
    const before = entries.size;
    for (const key of [...entries.keys()]) if (keys.has(key)) entries.delete(key);
    this.#count -= before - entries.size;
    if (entries.size === 0) this.#sql.exec("DELETE FROM idempotency WHERE batch = ?1", batch);
    else if (entries.size < before) this.#put(batch, entries);
  }

  /** Remembers the reply together with the effect of this turn, or the seq of its text. Only for a key that `find` does not know. */
  remember(key: string, bodyHash: string, reply: string | number): void {
    this.#pending.set(key, { bodyHash, reply });
  }

  /** Called inside the group's transaction, after the texts were written. */
  write(): void {
    if (this.#leaving !== undefined) this.#letGo(this.#leaving);
    if (this.#pending.size === 0) return;
    const pending = this.#pending;
    this.#pending = new Map();
    this.#append(pending);
    if (this.#count > this.#max) this.#trim(this.#count - this.#max);
    // Keys that have left are still in it: it is made anew, from what is there, when it is next asked.
    if (this.#index?.isStale(this.#count) === true) this.#index = undefined;
  }

  #append(entries: Iterable<[string, Kept]>): void {
    let batch = new Map<string, Kept>();
    let units = 0;
    for (const [key, kept] of entries) {
      units += unitsOf(kept);
      if (batch.size === BATCH_KEYS_MAX || (batch.size > 0 && units > BATCH_UNITS_MAX)) {
        this.#insert(batch);
        batch = new Map();
        units = unitsOf(kept);
      }
      batch.set(key, kept);
    }
    if (batch.size > 0) this.#insert(batch);
  }

  #insert(entries: ReadonlyMap<string, Kept>): void {
    this.#lastBatch += 1;
    this.#put(this.#lastBatch, entries);
    this.#count += entries.size;
    if (this.#index === undefined) return;
    for (const key of entries.keys()) this.#index.add(key, this.#lastBatch);
  }

  #put(batch: number, entries: ReadonlyMap<string, Kept>): void {
    const hashes: string[] = [];
    const replies: (string | number)[] = [];
    let oldest: number | null = null;
    for (const { bodyHash, reply } of entries.values()) {
      hashes.push(bodyHash);
      replies.push(reply);
      if (typeof reply === "number" && (oldest === null || reply < oldest)) oldest = reply;
    }
    const texts = [[...entries.keys()], hashes, replies].map((list) => JSON.stringify(list));
    this.#sql.exec(PUT_BATCH, batch, entries.size, oldest, ...texts);
  }

  /** Walks the batches once, from the oldest, until `excess` keys have left. Pinned ones it passes are packed into new batches. */
  #trim(excess: number): void {
    const newest = this.#lastBatch;
    const pinned = new Map<string, Kept>();
    let left = excess;
    while (left > 0) {
      const row = this.#sql.exec<BatchRow>(OLDEST_BATCH, newest)[0];
      if (row === undefined) break;
      left -= this.#trimBatch(row.batch, entriesOf(row), left, pinned);
    }
    this.#append(pinned);
  }

  /** Forgets up to `most` keys of this batch and answers how many; what stays keeps its place unless only pinned keys do. */
  #trimBatch(batch: number, entries: Map<string, Kept>, most: number, pinned: Map<string, Kept>): number {
    const free = [...entries.keys()].filter((key) => !this.#isPinned(key));
    const leaving = free.slice(0, most);
    const before = entries.size;
    for (const key of leaving) entries.delete(key);
    if (leaving.length < free.length) {
      this.#put(batch, entries);
      this.#count -= leaving.length;
      return leaving.length;
    }
    this.#sql.exec("DELETE FROM idempotency WHERE batch = ?1", batch);
    this.#count -= before;
    // Pinned for as long as it takes, their replies must not keep the texts of all others.
    for (const [key, kept] of this.#told(entries)) pinned.set(key, kept);
    return leaving.length;
  }
}

export type RememberedBatch = { readonly batch: number; readonly entries: ReadonlyMap<string, Kept> };
type BatchKeys = { batch: number; keys: string };
type BatchRow = BatchKeys & { hashes: string; replies: string };

// SAFETY: only #put and a migration write these columns.
const listIn = <Item>(text: string): Item[] => JSON.parse(text) as Item[];

function entriesOf({ keys, hashes, replies }: BatchRow): Map<string, Kept> {
  const [bodies, kept] = [listIn<string>(hashes), listIn<string | number>(replies)];
  return new Map(
    listIn<string>(keys).map((key, index) => [
      key,
      { bodyHash: bodies[index] ?? "", reply: kept[index] ?? "" },
    ]),
  );
}

function textIn(texts: ReadonlyMap<number, string>, seq: number): string {
  const text = texts.get(seq);
  assert(text !== undefined, "a text stays while a remembered reply refers to it");
  return text;
}

const unitsOf = ({ reply }: Kept): number => (typeof reply === "string" ? reply.length : 0);
const NO_TEXTS: Texts = { find: () => new Map() };

const COLUMNS = "batch, keys, hashes, replies";
const PUT_BATCH =
  "INSERT OR REPLACE INTO idempotency (batch, size, oldest_seq, keys, hashes, replies) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const ONE_BATCH = `SELECT ${COLUMNS} FROM idempotency WHERE batch = ?1`;
const BATCH_AFTER = `SELECT ${COLUMNS} FROM idempotency WHERE batch > ?1 ORDER BY batch LIMIT 1`;
const OLDEST_BATCH = `SELECT ${COLUMNS} FROM idempotency WHERE batch <= ?1 ORDER BY batch LIMIT 1`;
const OLDEST_SEQ = "SELECT MIN(oldest_seq) AS seq FROM idempotency WHERE oldest_seq IS NOT NULL";
