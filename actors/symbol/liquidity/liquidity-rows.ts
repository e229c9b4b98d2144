/** What is kept of closed sessions beside their bars: volumes of their intervals, and for how long which spread stood. And the newest statistics. */
import type { SpreadTimes } from "../../../src/quant/liquidity/spread-times.ts";
import { insertRows, rowInsert, type Sql } from "../../runtime/sql.ts";
import { SESSION_ROWS_MAX } from "./liquidity-limits.ts";
import { timesFrom, timesText } from "./spread-text.ts";

/** Either part of a session's row may not be there. `statistics` is what they came to, as it was told last. */
export const LIQUIDITY_TABLES: readonly string[] = [
  "CREATE TABLE liquidity_session (day INTEGER PRIMARY KEY, intervals TEXT, spreads TEXT) STRICT",
  "CREATE TABLE liquidity (id INTEGER PRIMARY KEY, statistics TEXT NOT NULL) STRICT",
];

type Row = { day: number; intervals: string | null; spreads: string | null };
export type SessionRow = {
  readonly intervals: readonly bigint[] | undefined;
  readonly spreads: SpreadTimes | undefined;
};

export class LiquidityRows {
  readonly #sql: Sql;
  readonly #pending = new Map<number, Row>();
  #statistics: string | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** By day, from that one on; what this group will write counts as written. */
  since(day: number): ReadonlyMap<number, SessionRow> {
    const rows = this.#sql.exec<Row>("SELECT * FROM liquidity_session WHERE day >= ?1", day);
    const all = new Map(rows.map((row) => [row.day, row]));
    for (const row of this.#pending.values()) if (row.day >= day) all.set(row.day, row);
    return new Map([...all].map(([at, row]) => [at, sessionFrom(row)]));
  }

  putIntervals(day: number, intervals: readonly bigint[]): void {
    this.#pending.set(day, { ...this.#rowOf(day), intervals: intervals.join(",") });
  }

  putSpreads(day: number, times: SpreadTimes): void {
    this.#pending.set(day, { ...this.#rowOf(day), spreads: timesText(times) });
  }

  /** JSON text, or undefined of a version that had none. */
  loadStatistics(): string | undefined {
    return this.#sql.exec<{ statistics: string }>("SELECT statistics FROM liquidity")[0]?.statistics;
  }

  putStatistics(text: string): void {
    this.#statistics = text;
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#statistics !== undefined)
      this.#sql.exec("INSERT OR REPLACE INTO liquidity (id, statistics) VALUES (1, ?1)", this.#statistics);
    this.#statistics = undefined;
    if (this.#pending.size === 0) return;
    const rows = [...this.#pending.values()].map(({ day, intervals, spreads }) => [day, intervals, spreads]);
    this.#pending.clear();
    insertRows(this.#sql, PUT, rows);
    this.#sql.exec(TRIM, SESSION_ROWS_MAX);
  }

  #rowOf(day: number): Row {
    const pending = this.#pending.get(day);
    if (pending !== undefined) return pending;
    const row = this.#sql.exec<Row>("SELECT * FROM liquidity_session WHERE day = ?1", day)[0];
    return row ?? { day, intervals: null, spreads: null };
  }
}

const PUT = rowInsert("INSERT OR REPLACE INTO liquidity_session (day, intervals, spreads)");
const TRIM = `DELETE FROM liquidity_session
  WHERE day <= (SELECT day FROM liquidity_session ORDER BY day DESC LIMIT 1 OFFSET ?1)`;

const sessionFrom = ({ intervals, spreads }: Row): SessionRow => ({
  intervals: intervals === null ? undefined : bigintsFrom(intervals),
  spreads: spreads === null ? undefined : timesFrom(spreads),
});

/** An empty list is empty text. */
const bigintsFrom = (text: string): readonly bigint[] => (text === "" ? [] : text.split(",").map(BigInt));
