/** The outbox on disk: facts, who still waits for which of them, and how far the mirror is. Memory holds counts, never payloads. */
import { assert } from "../../src/domain/assert.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Fact, FactText } from "./fact.ts";
import { BETWEEN_LINES, factOfLine, factsIn, joined, lineOf, partOf } from "./fact-text.ts";
import { type ChunkRow, chunksOf, type NewFact, textOfRow } from "./outbox-chunks.ts";
import { insertRows, rowInsert, type Sql } from "./sql.ts";

/** Facts a batch may hold: the archiver's transaction takes a few such batches. */
export const BATCH_FACTS_MAX = 1_000;
/** Text a batch may hold, far below the platform's 32 MiB for one message. */
const BATCH_UNITS_MAX = 1_000_000;
/** What was just written leaves at once, and is not read back for it: as much as one batch. While nobody takes it none of it stays. */
export const FRESH_UNITS_MAX = BATCH_UNITS_MAX;

export class OutboxRows {
  readonly #sql: Sql;
  #lastSeq: number;
  #archivedSeq: number;
  /** Facts that the mirror has and somebody else still waits for. */
  #archivedOwed = 0;
  /** Facts that wait for each destination beside the archiver, the longest unasked first. */
  readonly #waiting = new Map<string, number>();
  /** Destinations that each fact still waits for, beside the archiver. */
  readonly #owed = new Map<number, number>();
  #owedRows = 0;
  /** The newest facts that the mirror lacks, without a gap. */
  #fresh: FactText[] = [];
  #freshUnits = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
    const mark = sql.exec<{ last_seq: number; archived_seq: number }>(
      "SELECT last_seq, archived_seq FROM outbox_mark",
    )[0];
    this.#lastSeq = mark?.last_seq ?? 0;
    this.#archivedSeq = mark?.archived_seq ?? 0;
    type Extra = { destination: string; seq: number };
    for (const { destination, seq } of sql.exec<Extra>(
      "SELECT destination, seq FROM outbox_extra ORDER BY seq",
    ))
      this.#owe(seq, destination);
    for (const seq of this.#owed.keys()) if (seq <= this.#archivedSeq) this.#archivedOwed += 1;
  }

  /** Facts that somebody waits for, or destinations of facts, whichever are more. */
  get depth(): number {
    return Math.max(this.#lastSeq - this.#archivedSeq + this.#archivedOwed, this.#owedRows);
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get archivedSeq(): number {
    return this.#archivedSeq;
  }

  /** When the oldest fact was committed that the archiver has not confirmed. */
  oldestUnarchived(): EpochMs | undefined {
    const row = this.#sql.exec<{ last_seq: number }>(FIRST_CHUNK, this.#archivedSeq)[0];
    if (row === undefined) return undefined;
    const [text = ""] = this.#chunks(row.last_seq).text.split(BETWEEN_LINES, 1);
    return factsIn({ text })[0]?.[1] as EpochMs;
  }

  /** Destinations beside the archiver that have something waiting. */
  get waiting(): IterableIterator<string> {
    return this.#waiting.keys();
  }

  waitsFor(destination: string): boolean {
    return this.#waiting.has(destination);
  }

  /** Called inside the group's transaction. */
  insert(added: readonly NewFact[]): void {
    const chunks = chunksOf(added);
    insertRows(
      this.#sql,
      INSERT_CHUNKS,
      chunks.map(({ lastSeq, firstSeq, earliest, latest, kinds, text }) => {
        return [lastSeq, firstSeq, earliest, latest, text.length, JSON.stringify(kinds), text];
      }),
    );
    this.#keep(chunks);
    this.#lastSeq = added.at(-1)?.fact[0] ?? this.#lastSeq;
    this.#sql.exec("UPDATE outbox_mark SET last_seq = ?1", this.#lastSeq);
    const owed = added.filter(({ extras }) => extras.length > 0);
    if (owed.length > 0) this.#insertOwed(owed);
  }

  #keep(chunks: readonly FactText[]): void {
    this.#fresh.push(...chunks);
    for (const { text } of chunks) this.#freshUnits += text.length;
    while (this.#freshUnits > FRESH_UNITS_MAX) this.#freshUnits -= this.#fresh.shift()?.text.length ?? 0;
  }

  /** Nobody takes them now: from here on they stand on disk alone. */
  forgetFresh(): void {
    this.#fresh = [];
    this.#freshUnits = 0;
  }

  get freshUnits(): number {
    return this.#freshUnits;
  }

  #insertOwed(owed: readonly NewFact[]): void {
    insertRows(
      this.#sql,
      INSERT_OWED,
      owed.map(({ fact }) => [fact[0], lineOf(fact)]),
    );
    const extras = owed.flatMap(({ fact: [seq], extras }) =>
      extras.map((destination) => [destination, seq] as const),
    );
    insertRows(this.#sql, INSERT_EXTRAS, extras);
    for (const [destination, seq] of extras) this.#owe(seq, destination);
  }

  /** What the archiver has not confirmed, oldest first, up to `upTo`: as much as one batch may hold. */
  unarchived(upTo: number): FactText | undefined {
    const end = this.#endOfBatch(upTo);
    return end === undefined ? undefined : this.#chunks(end);
  }

  /** The batch that has left before, as it was then. */
  unarchivedExactly(to: number): FactText {
    return this.#chunks(to);
  }

  /** Whole chunks, but where the mirror has confirmed a part of the first. */
  #endOfBatch(upTo: number): number | undefined {
    let end: number | undefined;
    let units = 0;
    type Size = { last_seq: number; units: number };
    for (const chunk of this.#sql.exec<Size>(SIZES, this.#archivedSeq, upTo, BATCH_FACTS_MAX)) {
      units += chunk.units;
      const fits = chunk.last_seq - this.#archivedSeq <= BATCH_FACTS_MAX && units <= BATCH_UNITS_MAX;
      if (end !== undefined && !fits) break;
      end = chunk.last_seq;
    }
    return end;
  }

  #chunks(to: number): FactText {
    return partOf(joined(this.#freshTo(to) ?? this.#storedTo(to)), this.#archivedSeq, to);
  }

  #freshTo(to: number): readonly FactText[] | undefined {
    const oldest = this.#fresh[0];
    if (oldest === undefined || oldest.firstSeq > this.#archivedSeq + 1) return undefined;
    return this.#fresh.filter(({ firstSeq }) => firstSeq <= to);
  }

  #storedTo(to: number): readonly FactText[] {
    return this.#sql.exec<ChunkRow>(CHUNKS, this.#archivedSeq, to).map(textOfRow);
  }

  /** One fact that the archiver has not confirmed: of at most one row. */
  unarchivedFact(seq: number): Fact | undefined {
    if (!(seq > this.#archivedSeq && seq <= this.#lastSeq)) return undefined;
    const fresh = this.#fresh.find(({ firstSeq, lastSeq }) => firstSeq <= seq && seq <= lastSeq);
    const [chunk] = fresh === undefined ? this.#sql.exec<ChunkRow>(CHUNK_OF, seq).map(textOfRow) : [fresh];
    return chunk === undefined ? undefined : factsIn(partOf(chunk, seq - 1, seq))[0];
  }

  /** What this destination has not confirmed, oldest first, up to `upTo`. */
  unheard(destination: string, upTo: number): Fact[] {
    const rows = this.#sql.exec<{ line: string }>(UNHEARD, destination, upTo, BATCH_FACTS_MAX);
    return withinUnits(rows.map(({ line }) => line)).map(factOfLine);
  }

  /** Memory follows the disk: it changes when the transaction is through. */
  confirmArchived(seq: number): void {
    assert(
      seq > this.#archivedSeq && seq <= this.#lastSeq,
      "the archive only moves on, within what it was told",
    );
    this.#sql.transaction(() => {
      this.#sql.exec("UPDATE outbox_mark SET archived_seq = ?1", seq);
      this.#sql.exec("DELETE FROM outbox WHERE last_seq <= ?1", seq);
    });
    for (let each = this.#archivedSeq + 1; each <= seq; each++)
      if (this.#owed.has(each)) this.#archivedOwed += 1;
    this.#archivedSeq = seq;
    for (let [oldest] = this.#fresh; oldest !== undefined && oldest.lastSeq <= seq; [oldest] = this.#fresh) {
      this.#freshUnits -= oldest.text.length;
      this.#fresh.shift();
    }
  }

  confirmHeard(destination: string, seq: number): void {
    const heard = this.#sql.transaction(() => {
      const rows = this.#sql.exec<{ seq: number }>(DELETE_HEARD, destination, seq);
      const free = rows.filter((row) => this.#owed.get(row.seq) === 1);
      this.#sql.exec(DELETE_OWED, JSON.stringify(free.map((row) => row.seq)));
      return rows;
    });
    for (const row of heard) this.#settleOne(row.seq);
    this.#waitsLess(destination, heard.length);
  }

  #owe(seq: number, destination: string): void {
    this.#waiting.set(destination, (this.#waiting.get(destination) ?? 0) + 1);
    this.#owed.set(seq, (this.#owed.get(seq) ?? 0) + 1);
    this.#owedRows += 1;
  }

  #settleOne(seq: number): void {
    const left = (this.#owed.get(seq) ?? 0) - 1;
    if (left > 0) this.#owed.set(seq, left);
    else {
      this.#owed.delete(seq);
      if (seq <= this.#archivedSeq) this.#archivedOwed -= 1;
    }
    this.#owedRows -= 1;
  }

  /** Whoever was just served goes to the end of the line. */
  #waitsLess(destination: string, facts: number): void {
    const left = (this.#waiting.get(destination) ?? 0) - facts;
    this.#waiting.delete(destination);
    if (left > 0) this.#waiting.set(destination, left);
  }
}

function withinUnits(lines: readonly string[]): readonly string[] {
  let units = 0;
  const end = lines.findIndex((line, index) => {
    units += line.length;
    return index > 0 && units > BATCH_UNITS_MAX;
  });
  return end === -1 ? lines : lines.slice(0, end);
}

const INSERT_CHUNKS = rowInsert(
  "INSERT INTO outbox (last_seq, first_seq, earliest, latest, units, kinds, text)",
);
const INSERT_OWED = rowInsert("INSERT INTO outbox_owed (seq, line)");
const INSERT_EXTRAS = rowInsert("INSERT INTO outbox_extra (destination, seq)");
const FIRST_CHUNK = "SELECT last_seq FROM outbox WHERE last_seq > ?1 ORDER BY last_seq LIMIT 1";
const SIZES = `SELECT last_seq, units FROM outbox
WHERE last_seq > ?1 AND last_seq <= ?2 ORDER BY last_seq LIMIT ?3`;
const CHUNKS = `SELECT last_seq, first_seq, earliest, latest, kinds, text FROM outbox
WHERE last_seq > ?1 AND first_seq <= ?2 ORDER BY last_seq`;
const CHUNK_OF = `SELECT last_seq, first_seq, earliest, latest, kinds, text FROM outbox
WHERE last_seq >= ?1 ORDER BY last_seq LIMIT 1`;
const UNHEARD = `SELECT line FROM outbox_extra JOIN outbox_owed USING (seq)
WHERE destination = ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3`;
const DELETE_HEARD = "DELETE FROM outbox_extra WHERE destination = ?1 AND seq <= ?2 RETURNING seq";
const DELETE_OWED = "DELETE FROM outbox_owed WHERE seq IN (SELECT value FROM json_each(?1))";
