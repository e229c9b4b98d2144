/** The outbox on disk: facts, who still waits for which of them, and how far the mirror is. Memory holds counts, never payloads. */
import { assert } from "../../src/domain/assert.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Fact } from "./fact.ts";
import { insertRows, rowInsert, type Sql } from "./sql.ts";

/** Facts a batch may hold: the archiver's transaction takes a few such batches. */
export const BATCH_FACTS_MAX = 1_000;
/** Text a batch may hold, far below the platform's 32 MiB for one message. */
const BATCH_UNITS_MAX = 1_000_000;

export type NewFact = { readonly fact: Fact; readonly extras: readonly string[] };
type FactRow = {
  seq: number;
  committed_at: number;
  kind: string;
  payload: string;
  request_id: string | null;
  traceparent: string | null;
};

export class OutboxRows {
  readonly #sql: Sql;
  #lastSeq: number;
  #archivedSeq: number;
  #depth: number;
  /** Facts that wait for each destination beside the archiver, the longest unasked first. */
  readonly #waiting = new Map<string, number>();
  /** Destinations that each fact still waits for, beside the archiver. */
  readonly #owed = new Map<number, number>();
  #owedRows = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
    const mark = sql.exec<{ last_seq: number; archived_seq: number }>(
      "SELECT last_seq, archived_seq FROM outbox_mark",
    )[0];
    this.#lastSeq = mark?.last_seq ?? 0;
    this.#archivedSeq = mark?.archived_seq ?? 0;
    this.#depth = sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM outbox")[0]?.n ?? 0;
    type Extra = { destination: string; seq: number };
    for (const { destination, seq } of sql.exec<Extra>(
      "SELECT destination, seq FROM outbox_extra ORDER BY seq",
    ))
      this.#owe(seq, destination);
  }

  /** Rows of the fuller of the two tables. */
  get depth(): number {
    return Math.max(this.#depth, this.#owedRows);
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get archivedSeq(): number {
    return this.#archivedSeq;
  }

  /** When the oldest fact was committed that the archiver has not confirmed. */
  oldestUnarchived(): EpochMs | undefined {
    const row = this.#sql.exec<{ committed_at: number }>(OLDEST_UNARCHIVED, this.#archivedSeq)[0];
    return row?.committed_at as EpochMs | undefined;
  }

  /** Destinations beside the archiver that have something waiting. */
  get waiting(): IterableIterator<string> {
    return this.#waiting.keys();
  }

  waitsFor(destination: string): boolean {
    return this.#waiting.has(destination);
  }

  /** Called inside the group's transaction. */
  insert(facts: readonly NewFact[]): void {
    insertRows(
      this.#sql,
      INSERT_FACTS,
      facts.map(({ fact: [seq, at, kind, payload, requestId = null, traceparent = null] }) => {
        return [seq, at, kind, payload, requestId, traceparent];
      }),
    );
    const extras = facts.flatMap(({ fact: [seq], extras }) =>
      extras.map((destination) => [destination, seq] as const),
    );
    insertRows(this.#sql, INSERT_EXTRAS, extras);
    this.#lastSeq = facts.at(-1)?.fact[0] ?? this.#lastSeq;
    this.#sql.exec("UPDATE outbox_mark SET last_seq = ?1", this.#lastSeq);
    this.#depth += facts.length;
    for (const [destination, seq] of extras) this.#owe(seq, destination);
  }

  /** What the archiver has not confirmed, oldest first, up to `upTo`: as much as one batch may hold. */
  unarchived(upTo: number): Fact[] {
    return withinUnits(this.#facts(UNARCHIVED, this.#archivedSeq, upTo, BATCH_FACTS_MAX));
  }

  /** The batch that has left before, as it was then. */
  unarchivedExactly(to: number): Fact[] {
    return this.#facts(UNARCHIVED, this.#archivedSeq, to, -1);
  }

  /** What this destination has not confirmed, oldest first, up to `upTo`. */
  unheard(destination: string, upTo: number): Fact[] {
    return withinUnits(this.#facts(UNHEARD, destination, upTo, BATCH_FACTS_MAX));
  }

  /** Memory follows the disk: it changes when the transaction is through. */
  confirmArchived(seq: number): void {
    assert(
      seq > this.#archivedSeq && seq <= this.#lastSeq,
      "the archive only moves on, within what it was told",
    );
    const kept: number[] = [];
    for (let each = this.#archivedSeq + 1; each <= seq; each++) if (this.#owed.has(each)) kept.push(each);
    this.#sql.transaction(() => {
      this.#sql.exec("UPDATE outbox_mark SET archived_seq = ?1", seq);
      if (kept.length === 0) this.#sql.exec(DELETE_ARCHIVED, this.#archivedSeq, seq);
      else this.#sql.exec(DELETE_ARCHIVED_BUT, this.#archivedSeq, seq, JSON.stringify(kept));
    });
    // Every fact above the mark is on disk: how many have left is known without a look.
    this.#depth -= seq - this.#archivedSeq - kept.length;
    this.#archivedSeq = seq;
  }

  confirmHeard(destination: string, seq: number): void {
    const { heard, gone } = this.#sql.transaction(() => {
      const rows = this.#sql.exec<{ seq: number }>(DELETE_HEARD, destination, seq);
      const free = rows.filter((row) => row.seq <= this.#archivedSeq && this.#owed.get(row.seq) === 1);
      const deleted = this.#sql.exec(DELETE_FACTS, JSON.stringify(free.map((row) => row.seq)));
      return { heard: rows, gone: deleted.length };
    });
    this.#depth -= gone;
    for (const row of heard) this.#settleOne(row.seq);
    this.#waitsLess(destination, heard.length);
  }

  #facts(statement: string, from: number | string, upTo: number, limit: number): Fact[] {
    return this.#sql.exec<FactRow>(statement, from, upTo, limit).map(factOf);
  }

  #owe(seq: number, destination: string): void {
    this.#waiting.set(destination, (this.#waiting.get(destination) ?? 0) + 1);
    this.#owed.set(seq, (this.#owed.get(seq) ?? 0) + 1);
    this.#owedRows += 1;
  }

  #settleOne(seq: number): void {
    const left = (this.#owed.get(seq) ?? 0) - 1;
    if (left > 0) this.#owed.set(seq, left);
    else this.#owed.delete(seq);
    this.#owedRows -= 1;
  }

  /** Whoever was just served goes to the end of the line. */
  #waitsLess(destination: string, facts: number): void {
    const left = (this.#waiting.get(destination) ?? 0) - facts;
    this.#waiting.delete(destination);
    if (left > 0) this.#waiting.set(destination, left);
  }
}

function factOf({ seq, committed_at, kind, payload, request_id, traceparent }: FactRow): Fact {
  if (request_id === null || traceparent === null) return [seq, committed_at, kind, payload];
  return [seq, committed_at, kind, payload, request_id, traceparent];
}

function withinUnits(facts: readonly Fact[]): Fact[] {
  let units = 0;
  const end = facts.findIndex(([, , , payload], index) => {
    units += payload.length;
    return index > 0 && units > BATCH_UNITS_MAX;
  });
  return end === -1 ? [...facts] : facts.slice(0, end);
}

const COLUMNS = "seq, committed_at, kind, payload, request_id, traceparent";
const INSERT_FACTS = rowInsert(`INSERT INTO outbox (${COLUMNS})`);
const INSERT_EXTRAS = rowInsert("INSERT INTO outbox_extra (destination, seq)");
const UNARCHIVED = `SELECT ${COLUMNS} FROM outbox
WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3`;
const OLDEST_UNARCHIVED = "SELECT committed_at FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT 1";
const UNHEARD = `SELECT ${COLUMNS} FROM outbox_extra JOIN outbox USING (seq)
WHERE destination = ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3`;
const DELETE_ARCHIVED = "DELETE FROM outbox WHERE seq > ?1 AND seq <= ?2";
const DELETE_ARCHIVED_BUT = `${DELETE_ARCHIVED} AND seq NOT IN (SELECT value FROM json_each(?3))`;
const DELETE_HEARD = "DELETE FROM outbox_extra WHERE destination = ?1 AND seq <= ?2 RETURNING seq";
const DELETE_FACTS = "DELETE FROM outbox WHERE seq IN (SELECT value FROM json_each(?1)) RETURNING seq";
