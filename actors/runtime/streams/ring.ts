/**
 * The newest messages of each topic on disk, so that a client that was away goes on where it stopped. A group of turns adds one row to each
 * topic that it touched; what stands in a row is counted in UTF-16 units, cumulatively, so that any stretch of it is a subtraction.
 */
import type { Bound } from "../bounds.ts";
import { type Sql, writeRows } from "../sql.ts";

/** A busy market commits some hundred groups a second: several seconds of it, minutes of a calm one. */
export const RING_ROWS_MAX = 2_048;
/** What a client may have unacknowledged: more could not be sent to it again in one go. */
export const RING_UNITS_MAX = 1_048_576;
/** One delete then pays for so many rows. */
export const RING_TRIM_SLACK = 64;
/** A trim for size makes room for several groups. */
const UNITS_AFTER_TRIM = (RING_UNITS_MAX / 8) * 7;
/** Rows looked at in one step of a trim: more than a trim of the usual kind takes. */
const TRIM_STEP_ROWS = 256;

/** `units` count the whole topic through this row, `ordinal` counts its rows. Both only matter by their differences. */
export const STREAM_RING_TABLE = `CREATE TABLE stream_ring (
     topic TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, ordinal INTEGER NOT NULL, units INTEGER NOT NULL,
     messages TEXT NOT NULL, PRIMARY KEY (topic, first)
   ) STRICT, WITHOUT ROWID`;

export const ringBound = (topics: number): Bound => ({
  collection: "table:stream_ring",
  max: topics * (RING_ROWS_MAX + RING_TRIM_SLACK),
  unit: "rows",
  atBound: "Of each topic the oldest messages leave; who resumes from there gets a snapshot that says so.",
});

export type RingRow = {
  readonly topic: string;
  readonly first: number;
  readonly last: number;
  readonly ordinal: number;
  readonly units: number;
  readonly messages: string;
};

/** Where a topic's ring begins and ends. An empty one begins behind its end. */
export type RingMarks = {
  first: number;
  last: number;
  ordinalBefore: number;
  ordinal: number;
  unitsBefore: number;
  units: number;
};

type MarkRow = { first: number; last: number; ordinal: number; units: number; own: number };

/** JSON holds no raw line break. */
const SEPARATOR = "\n";
export const joined = (messages: readonly string[]): string => messages.join(SEPARATOR);

export const emptyMarks = (seq: number): RingMarks => ({
  first: seq + 1,
  last: seq,
  ordinalBefore: 0,
  ordinal: 0,
  unitsBefore: 0,
  units: 0,
});

export class Ring {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** `seq` is the topic's own where its ring is empty. */
  marksOf(topic: string, seq: number): RingMarks {
    const oldest = this.#row(topic, "ASC");
    const newest = this.#row(topic, "DESC");
    if (oldest === undefined || newest === undefined) return emptyMarks(seq);
    return {
      first: oldest.first,
      last: newest.last,
      ordinalBefore: oldest.ordinal - 1,
      ordinal: newest.ordinal,
      unitsBefore: oldest.units - oldest.own,
      units: newest.units,
    };
  }

  /** Inside the group's transaction. */
  append(rows: readonly RingRow[]): void {
    const [only] = rows;
    if (only !== undefined && rows.length === 1) {
      const { topic, first, last, ordinal, units, messages } = only;
      // A text inside a JSON parameter is escaped and read again: for one row that costs more than the row.
      this.#sql.exec(
        "INSERT INTO stream_ring (topic, first, last, ordinal, units, messages) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        topic,
        first,
        last,
        ordinal,
        units,
        messages,
      );
      return;
    }
    writeRows(
      this.#sql,
      `INSERT INTO stream_ring (topic, first, last, ordinal, units, messages)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?1)`,
      rows.map(({ topic, first, last, ordinal, units, messages }) => [
        topic,
        first,
        last,
        ordinal,
        units,
        messages,
      ]),
    );
  }

  /** Messages with a higher sequence, in order. Asked only for what the ring still holds. */
  after(topic: string, seq: number): string[] {
    const rows = this.#sql.exec<{ first: number; messages: string }>(
      `SELECT first, messages FROM stream_ring WHERE topic = ?1 AND last > ?2 AND first >=
         COALESCE((SELECT first FROM stream_ring WHERE topic = ?1 AND first <= ?2 + 1 ORDER BY first DESC LIMIT 1), 0)
       ORDER BY first`,
      topic,
      seq,
    );
    return rows.flatMap(({ first, messages }) =>
      messages.split(SEPARATOR).slice(Math.max(0, seq + 1 - first)),
    );
  }

  /** Units of the topic through this message; where it stands inside a row, through the row before. */
  unitsThrough(topic: string, seq: number, marks: RingMarks): number {
    if (seq >= marks.last) return marks.units;
    if (seq < marks.first) return marks.unitsBefore;
    const row = this.#sql.exec<MarkRow>(
      `SELECT first, last, ordinal, units, length(messages) AS own FROM stream_ring
       WHERE topic = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1`,
      topic,
      seq,
    )[0];
    if (row === undefined) return marks.unitsBefore;
    return row.last <= seq ? row.units : row.units - row.own;
  }

  /** Inside the group's transaction. The newest row always stays. */
  trim(topic: string, marks: RingMarks): void {
    const tooMany = marks.ordinal - marks.ordinalBefore > RING_ROWS_MAX + RING_TRIM_SLACK;
    const tooLong = marks.units - marks.unitsBefore > RING_UNITS_MAX;
    if (!tooMany && !tooLong) return;
    const unitsMax = tooLong ? UNITS_AFTER_TRIM : RING_UNITS_MAX;
    const isOver = () =>
      marks.ordinal - marks.ordinalBefore > RING_ROWS_MAX || marks.units - marks.unitsBefore > unitsMax;
    let from = marks.first;
    while (isOver()) {
      const rows = this.#sql.exec<Omit<MarkRow, "own">>(
        "SELECT first, last, ordinal, units FROM stream_ring WHERE topic = ?1 AND first >= ?2 AND last < ?3 ORDER BY first LIMIT ?4",
        topic,
        from,
        marks.last,
        TRIM_STEP_ROWS,
      );
      if (rows.length === 0) break;
      for (const row of rows) {
        if (!isOver()) break;
        marks.first = from = row.last + 1;
        marks.ordinalBefore = row.ordinal;
        marks.unitsBefore = row.units;
      }
    }
    this.#sql.exec("DELETE FROM stream_ring WHERE topic = ?1 AND first < ?2", topic, marks.first);
  }

  clear(topic: string): void {
    this.#sql.exec("DELETE FROM stream_ring WHERE topic = ?1", topic);
  }

  #row(topic: string, order: "ASC" | "DESC"): MarkRow | undefined {
    return this.#sql.exec<MarkRow>(
      `SELECT first, last, ordinal, units, length(messages) AS own FROM stream_ring WHERE topic = ?1 ORDER BY first ${order} LIMIT 1`,
      topic,
    )[0];
  }
}
