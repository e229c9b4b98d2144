/** Series and their bars on the symbol's own disk, and nowhere else. */
import type { Gathered } from "../../../src/quant/series/gathered.ts";
import type { Direction } from "../../../src/quant/series/series-bar.ts";
import { insertRows, rowInsert, type Sql } from "../../runtime/sql.ts";
import type { KeptBar } from "./kept-bar.ts";
import type { TurnOfBars } from "./kept-bars.ts";

/** `bar` is a JSON list of what a bar is beside its key. */
export const SERIES_TABLES: readonly string[] = [
  "CREATE TABLE series (series TEXT PRIMARY KEY, put_at INTEGER NOT NULL, since INTEGER NOT NULL) STRICT, WITHOUT ROWID",
  `CREATE TABLE series_bar (
     series TEXT NOT NULL, day INTEGER NOT NULL, i INTEGER NOT NULL, bar TEXT NOT NULL, PRIMARY KEY (series, day, i)
   ) STRICT, WITHOUT ROWID`,
];

export type SeriesRow = {
  readonly series: string;
  readonly putAt: number;
  /** Trading days that begin at or after have all their trades. */
  readonly since: number;
};

export class SeriesRows {
  readonly #sql: Sql;
  readonly #put = new Map<string, SeriesRow | undefined>();
  readonly #bars = new Map<string, Map<string, KeptBar>>();
  readonly #trimmed = new Map<string, KeptBar>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  load(): SeriesRow[] {
    return this.#sql
      .exec<{ series: string; put_at: number; since: number }>(
        "SELECT series, put_at, since FROM series ORDER BY series",
      )
      .map(({ series, put_at, since }) => ({ series, putAt: put_at, since }));
  }

  /** Ascending. */
  bars(series: string): KeptBar[] {
    return this.#sql
      .exec<{ day: number; i: number; bar: string }>(
        "SELECT day, i, bar FROM series_bar WHERE series = ?1 ORDER BY day, i",
        series,
      )
      .map(barFrom);
  }

  put(row: SeriesRow): void {
    this.#put.set(row.series, row);
  }

  /** With all its bars. */
  remove(series: string): void {
    this.#put.set(series, undefined);
    this.#bars.delete(series);
    this.#trimmed.delete(series);
  }

  keep(series: string, { changed, trimmed }: TurnOfBars): void {
    if (changed.length === 0 && trimmed === undefined) return;
    const pending = this.#bars.get(series) ?? new Map<string, KeptBar>();
    for (const bar of changed) pending.set(`${bar.day}.${bar.i}`, bar);
    this.#bars.set(series, pending);
    if (trimmed !== undefined) this.#trimmed.set(series, trimmed);
  }

  /** Called inside the group's transaction. */
  write(): void {
    for (const [series, row] of this.#put) this.#writeSeries(series, row);
    for (const [series, bars] of this.#bars) {
      insertRows(
        this.#sql,
        PUT_BARS,
        [...bars.values()].map((bar) => [series, bar.day, bar.i, barText(bar)]),
      );
    }
    for (const [series, { day, i }] of this.#trimmed) {
      this.#sql.exec(
        "DELETE FROM series_bar WHERE series = ?1 AND (day < ?2 OR (day = ?2 AND i <= ?3))",
        series,
        day,
        i,
      );
    }
    this.#put.clear();
    this.#bars.clear();
    this.#trimmed.clear();
  }

  /** What was there under that name leaves first: a series that was taken away and put again in one group begins anew. */
  #writeSeries(series: string, row: SeriesRow | undefined): void {
    this.#sql.exec("DELETE FROM series_bar WHERE series = ?1", series);
    if (row === undefined) this.#sql.exec("DELETE FROM series WHERE series = ?1", series);
    else
      this.#sql.exec(
        "INSERT OR REPLACE INTO series (series, put_at, since) VALUES (?1, ?2, ?3)",
        series,
        row.putAt,
        row.since,
      );
  }
}

const PUT_BARS = rowInsert("INSERT OR REPLACE INTO series_bar (series, day, i, bar)");

type Packed = readonly [
  dayEnd: number,
  first: Gathered["first"],
  last: Gathered["last"],
  prices: Gathered["prices"] | null,
  extremes: Gathered["extremes"] | null,
  v: string,
  pv: string,
  n: number,
  line: number | null,
  direction: Direction | null,
  flags: number,
  rev: number,
];
const WHOLE = 1;
const GONE = 2;
const PARTIAL = 4;

function barText({ dayEnd, held, line, direction, whole, gone, partial, rev }: KeptBar): string {
  const { first, last, prices, extremes, v, pv, n } = held;
  const flags = (whole ? WHOLE : 0) | (gone ? GONE : 0) | (partial ? PARTIAL : 0);
  const packed: Packed = [
    dayEnd,
    first,
    last,
    prices ?? null,
    extremes ?? null,
    String(v),
    String(pv),
    n,
    line ?? null,
    direction ?? null,
    flags,
    rev,
  ];
  return JSON.stringify(packed);
}

function barFrom({ day, i, bar }: { day: number; i: number; bar: string }): KeptBar {
  // SAFETY: only `barText` fills this column.
  const [dayEnd, first, last, prices, extremes, v, pv, n, line, direction, flags, rev] = JSON.parse(
    bar,
  ) as Packed;
  return {
    day,
    dayEnd,
    i,
    held: {
      first,
      last,
      prices: prices ?? undefined,
      extremes: extremes ?? undefined,
      v: BigInt(v),
      pv: BigInt(pv),
      n,
    },
    line: line ?? undefined,
    direction: direction ?? undefined,
    whole: (flags & WHOLE) !== 0,
    had: undefined,
    gone: (flags & GONE) !== 0,
    partial: (flags & PARTIAL) !== 0,
    rev,
  };
}
