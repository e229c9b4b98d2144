/** A symbol's bars on its own disk: all minutes, and the wider bars once they have closed. A forming wider bar is a fold and has no row. */
import { RESOLUTIONS, type Resolution, type RollUpResolution } from "../../../src/domain/bar.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import type { LocalMigration } from "../../runtime/local-migrations.ts";
import { insertRows, type RowInsert, rowInsert, type Sql } from "../../runtime/sql.ts";
import { barKey } from "../changes.ts";
import { BARS_KEPT, TRIM_SLACK } from "../limits.ts";
import type { Sides } from "../quotes/sides.ts";
import { type Bar, isPriced, type MinuteBar } from "./bars.ts";
import { PACKED_QUOTE_BAR, PACKED_TRADE_BAR, unpackedBars } from "./packed-bars.ts";

/** `first` and `last` are the order keys of a minute's first and last trade; `seq` is the fact that told the bar, 0 before. */
export const BAR_TABLES: LocalMigration["statements"] = [
  `CREATE TABLE bar (
     resolution TEXT NOT NULL, start INTEGER NOT NULL,
     o INTEGER NOT NULL, h INTEGER NOT NULL, l INTEGER NOT NULL, c INTEGER NOT NULL,
     v TEXT NOT NULL, n INTEGER NOT NULL, pv TEXT NOT NULL, rev INTEGER NOT NULL,
     first TEXT, last TEXT, seq INTEGER NOT NULL,
     PRIMARY KEY (resolution, start)
   ) STRICT, WITHOUT ROWID`,
  "CREATE TABLE bar_window (resolution TEXT PRIMARY KEY, oldest INTEGER NOT NULL) STRICT, WITHOUT ROWID",
];

/** The same of quotes, with both sides; its own prices are doubled, and its volume is zero. */
export const QUOTE_BAR_TABLES: LocalMigration["statements"] = [
  `CREATE TABLE quote_bar (
     resolution TEXT NOT NULL, start INTEGER NOT NULL,
     o INTEGER NOT NULL, h INTEGER NOT NULL, l INTEGER NOT NULL, c INTEGER NOT NULL,
     v TEXT NOT NULL, n INTEGER NOT NULL, pv TEXT NOT NULL, rev INTEGER NOT NULL,
     first TEXT, last TEXT, seq INTEGER NOT NULL, sides TEXT NOT NULL,
     PRIMARY KEY (resolution, start)
   ) STRICT, WITHOUT ROWID`,
  "CREATE TABLE quote_bar_window (resolution TEXT PRIMARY KEY, oldest INTEGER NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE quote_track (id INTEGER PRIMARY KEY, listening_since INTEGER) STRICT",
];

type BarTables = {
  readonly bars: string;
  readonly window: string;
  readonly put: RowInsert;
  /** A bar of a page. */
  readonly packed: string;
};
const COLUMNS = "resolution, start, o, h, l, c, v, n, pv, rev, first, last, seq";
const TRADE_BARS: BarTables = {
  bars: "bar",
  window: "bar_window",
  put: rowInsert(`INSERT OR REPLACE INTO bar (${COLUMNS})`),
  packed: PACKED_TRADE_BAR,
};
export const QUOTE_BARS: BarTables = {
  bars: "quote_bar",
  window: "quote_bar_window",
  put: rowInsert(`INSERT OR REPLACE INTO quote_bar (${COLUMNS}, sides)`),
  packed: PACKED_QUOTE_BAR,
};

type BarRow = {
  resolution: Resolution;
  start: number;
  o: number;
  h: number;
  l: number;
  c: number;
  v: string;
  n: number;
  pv: string;
  rev: number;
  first: string | null;
  last: string | null;
  seq: number;
  /** Of quotes alone. */
  sides?: string;
};
type PendingBar = { readonly resolution: Resolution; readonly bar: Bar | MinuteBar; readonly seq: number };
export type BarRange = { readonly from: number; readonly to: number; readonly limit: number };

export class BarRows {
  readonly #sql: Sql;
  readonly #tables: BarTables;
  readonly #archivedSeq: () => number;
  readonly #pending = new Map<string, PendingBar>();
  /** Where older bars of a width have left: the start of the oldest that is still here. */
  readonly #oldest: Map<Resolution, number>;
  /** Closed bars written since the last trim, by width. */
  readonly #untrimmed = new Map<Resolution, number>();

  constructor(sql: Sql, archivedSeq: () => number, tables: BarTables = TRADE_BARS) {
    this.#sql = sql;
    this.#tables = tables;
    this.#archivedSeq = archivedSeq;
    const rows = sql.exec<{ resolution: Resolution; oldest: number }>(
      `SELECT resolution, oldest FROM ${tables.window}`,
    );
    this.#oldest = new Map(rows.map((row) => [row.resolution, row.oldest]));
    // A crash may have come between a group and its trim.
    for (const resolution of RESOLUTIONS) this.#untrimmed.set(resolution, TRIM_SLACK);
  }

  /** `seq` is 0 for a minute that is still forming. */
  put(resolution: Resolution, bar: Bar | MinuteBar, seq: number): void {
    this.#pending.set(barKey(resolution, bar.start), { resolution, bar, seq });
  }

  /** Ascending; of more than `limit` the newest. */
  page(resolution: Resolution, { from, to, limit }: BarRange): Bar[] {
    const { bars, packed } = this.#tables;
    const newest = `SELECT ${packed} AS bar FROM ${bars} WHERE resolution = ?1 AND start >= ?2 AND start < ?3 AND o <> 0 ORDER BY start DESC LIMIT ?4`;
    const rows = this.#sql.exec<{ page: string | null }>(
      `SELECT group_concat(bar) AS page FROM (${newest})`,
      resolution,
      from,
      to,
      limit,
    );
    return unpackedBars(rows[0]?.page ?? null);
  }

  /** Of the bars of that width that a fact has told, those that start between these moments, both included; also what the group has not written yet. */
  toldStarts(resolution: Resolution, from: number, to: number): number[] {
    const rows = this.#sql.exec<{ start: number }>(
      `SELECT start FROM ${this.#tables.bars} WHERE resolution = ?1 AND start >= ?2 AND start <= ?3 AND seq > 0`,
      resolution,
      from,
      to,
    );
    const starts = new Set(rows.map(({ start }) => start));
    for (const { resolution: width, bar, seq } of this.#pending.values())
      if (width === resolution && seq > 0 && from <= bar.start && bar.start <= to) starts.add(bar.start);
    return [...starts];
  }

  /** A bar as it was told last, where it has a price: nothing is kept of what was told in the same group before. */
  told(resolution: Resolution, start: number): Bar | undefined {
    const pending = this.#pending.get(barKey(resolution, start));
    if (pending !== undefined) return pending.seq > 0 && isPriced(pending.bar) ? pending.bar : undefined;
    const row = this.#sql.exec<BarRow>(
      `SELECT * FROM ${this.#tables.bars} WHERE resolution = ?1 AND start = ?2 AND seq > 0 AND o <> 0`,
      resolution,
      start,
    )[0];
    return row === undefined ? undefined : barFrom(row);
  }

  /** Bars of that width that start earlier have left; undefined while none has. */
  oldest(resolution: Resolution): number | undefined {
    return this.#oldest.get(resolution);
  }

  minutesSince(start: number): MinuteBar[] {
    return this.minutes(start, Number.MAX_SAFE_INTEGER);
  }

  /** From the one start up to, not including, the other; also those that have no price. */
  minutes(from: number, to: number): MinuteBar[] {
    const rows = this.#sql.exec<BarRow>(
      `SELECT * FROM ${this.#tables.bars} WHERE resolution = '1' AND start >= ?1 AND start < ?2 ORDER BY start`,
      from,
      to,
    );
    // SAFETY: what waits as a minute was put as one.
    return this.#withPending("1", from, to, rows.map(minuteFrom)) as MinuteBar[];
  }

  /** 0 where it has none, or has not closed. */
  revOf(resolution: Resolution, start: number): number {
    const pending = this.#pending.get(barKey(resolution, start));
    if (pending !== undefined) return pending.bar.rev;
    const row = this.#sql.exec<{ rev: number }>(
      `SELECT rev FROM ${this.#tables.bars} WHERE resolution = ?1 AND start = ?2`,
      resolution,
      start,
    )[0];
    return row?.rev ?? 0;
  }

  closeBefore(start: number): number | undefined {
    const row = this.#sql.exec<BarRow>(
      `SELECT * FROM ${this.#tables.bars} WHERE resolution = '1' AND start < ?1 AND o <> 0 ORDER BY start DESC LIMIT 1`,
      start,
    )[0];
    return this.#withPending("1", 0, start, row === undefined ? [] : [barFrom(row)]).at(-1)?.c;
  }

  /** From the one start up to, not including, the other. */
  days(from: number, to: number): Bar[] {
    return this.closed("1D", from, to);
  }

  /** Of a width wider than minutes: also those that have no price. */
  closed(resolution: RollUpResolution, from: number, to: number): Bar[] {
    const rows = this.#sql.exec<BarRow>(
      `SELECT * FROM ${this.#tables.bars} WHERE resolution = ?1 AND start >= ?2 AND start < ?3 ORDER BY start`,
      resolution,
      from,
      to,
    );
    return this.#withPending(resolution, from, to, rows.map(barFrom));
  }

  /** Of this group, too, what is not written yet. */
  revisedSince(resolution: RollUpResolution, start: number): { start: number; rev: number }[] {
    const rows = this.#sql.exec<{ start: number; rev: number }>(
      `SELECT start, rev FROM ${this.#tables.bars} WHERE resolution = ?1 AND start >= ?2 AND rev > 0`,
      resolution,
      start,
    );
    const revs = new Map(rows.map((row) => [row.start, row.rev]));
    for (const { resolution: width, bar } of this.#pending.values())
      if (width === resolution && bar.start >= start && bar.rev > 0) revs.set(bar.start, bar.rev);
    return [...revs].map(([at, rev]) => ({ start: at, rev }));
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#pending.size === 0) return;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    insertRows(this.#sql, this.#tables.put, pending.map(rowOf));
    for (const { resolution, seq } of pending) {
      if (seq > 0) this.#untrimmed.set(resolution, (this.#untrimmed.get(resolution) ?? 0) + 1);
    }
    for (const resolution of RESOLUTIONS) {
      if ((this.#untrimmed.get(resolution) ?? 0) >= TRIM_SLACK) this.#trim(resolution);
    }
  }

  /** What this group will write counts as written. */
  #withPending(resolution: Resolution, from: number, to: number, rows: readonly Bar[]): Bar[] {
    const byStart = new Map(rows.map((bar) => [bar.start, bar]));
    for (const { resolution: width, bar } of this.#pending.values())
      if (width === resolution && from <= bar.start && bar.start < to) byStart.set(bar.start, bar);
    return [...byStart.values()].sort((one, other) => one.start - other.start);
  }

  /** Only from the old end, and only what Postgres has: a hole in the middle could not be told from a gap in trading. */
  #trim(resolution: Resolution): void {
    this.#untrimmed.set(resolution, 0);
    const newest = this.#sql.exec<{ start: number }>(
      `SELECT start FROM ${this.#tables.bars} WHERE resolution = ?1 ORDER BY start DESC LIMIT 1 OFFSET ?2`,
      resolution,
      BARS_KEPT - 1,
    )[0]?.start;
    if (newest === undefined) return;
    const waiting = this.#sql.exec<{ start: number | null }>(
      `SELECT MIN(start) AS start FROM ${this.#tables.bars} WHERE resolution = ?1 AND start < ?2 AND (seq > ?3 OR (seq = 0 AND o <> 0))`,
      resolution,
      newest,
      this.#archivedSeq(),
    )[0]?.start;
    const oldest = waiting ?? newest;
    const gone = this.#sql.exec(
      `DELETE FROM ${this.#tables.bars} WHERE resolution = ?1 AND start < ?2 RETURNING start`,
      resolution,
      oldest,
    );
    if (gone.length === 0) return;
    this.#oldest.set(resolution, oldest);
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${this.#tables.window} (resolution, oldest) VALUES (?1, ?2)`,
      resolution,
      oldest,
    );
  }
}

function rowOf({ resolution, bar, seq }: PendingBar): (string | number | null)[] {
  const { start, o, h, l, c, v, n, pv, rev, sides } = bar;
  const keys = "first" in bar ? [JSON.stringify(bar.first), JSON.stringify(bar.last)] : [null, null];
  return [
    resolution,
    start,
    o,
    h,
    l,
    c,
    String(v),
    n,
    String(pv),
    rev,
    ...keys,
    seq,
    ...(sides === undefined ? [] : [JSON.stringify(sides)]),
  ];
}

function barFrom({ start, o, h, l, c, v, n, pv, rev, sides }: BarRow): Bar {
  const bar = { start: start as EpochMs, o, h, l, c, v: BigInt(v), n, pv: BigInt(pv), rev };
  // SAFETY: `rowOf` writes the sides of a bar of quotes.
  return sides === undefined ? bar : { ...bar, sides: JSON.parse(sides) as Sides };
}

function minuteFrom(row: BarRow): MinuteBar {
  // SAFETY: `rowOf` writes both keys with every minute.
  const [first, last] = [row.first, row.last].map((key) => JSON.parse(key ?? "")) as [
    MinuteBar["first"],
    MinuteBar["last"],
  ];
  return { ...barFrom(row), first, last };
}
