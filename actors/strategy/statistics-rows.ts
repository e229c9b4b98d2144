/** All SQL of a strategy's statistics: a row a trading day, and one for each line that is held. */
import type { DaySummary } from "../../src/quant/performance/day-summary.ts";
import { NO_TRADES } from "../../src/quant/performance/trips.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { DAYS_MAX, HELD_LEGS_MAX } from "./limits.ts";
import {
  decodeCurve,
  decodePresence,
  decodeTrades,
  encodeCurve,
  encodePresence,
  encodeTrades,
} from "./statistics-text.ts";

/** What is open of a line: of a strategy its symbol, of a group a member's. */
export type OpenLine = { readonly qty: bigint; readonly result: bigint };

type DayRow = {
  start: number;
  end: number;
  curve: string | null;
  presence: string | null;
  trades: string | null;
};

export class StatisticsRows {
  readonly #sql: Sql;
  readonly #days = new Map<number, DaySummary>();
  readonly #lines = new Map<string, OpenLine | undefined>();
  #lineCount: number;
  #settled: number;
  #settledChanged = false;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#lineCount = sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM statistic_line")[0]?.n ?? 0;
    this.#settled = sql.exec<{ settled: number }>("SELECT settled FROM statistic")[0]?.settled ?? 0;
  }

  /** Minutes before it are in the days' rows. */
  get settled(): number {
    return this.#settled;
  }
  set settled(through: number) {
    this.#settled = through;
    this.#settledChanged = true;
  }

  /** As the present group will leave it. */
  day(start: number): DaySummary | undefined {
    const present = this.#days.get(start);
    if (present !== undefined) return present;
    return this.#sql.exec<DayRow>("SELECT * FROM statistic_day WHERE start = ?1", start).map(dayOf)[0];
  }

  putDay(day: DaySummary): void {
    this.#days.set(day.start, day);
  }

  /** Those that begin in [from, to), ascending. */
  days(from: number, to: number): DaySummary[] {
    const rows = this.#sql.exec<DayRow>(
      "SELECT * FROM statistic_day WHERE start >= ?1 AND start < ?2 ORDER BY start",
      from,
      to,
    );
    const found = new Map(rows.map(dayOf).map((day) => [day.start, day]));
    for (const day of this.#days.values()) if (from <= day.start && day.start < to) found.set(day.start, day);
    return [...found.values()].sort((one, other) => one.start - other.start);
  }

  line(line: string): OpenLine | undefined {
    if (this.#lines.has(line)) return this.#lines.get(line);
    const [row] = this.#sql.exec<{ qty: string; result: string }>(
      "SELECT qty, result FROM statistic_line WHERE line = ?1",
      line,
    );
    return row === undefined ? undefined : { qty: BigInt(row.qty), result: BigInt(row.result) };
  }

  /** Undefined: it is flat. At the bound one that is not there is not kept. */
  putLine(line: string, open: OpenLine | undefined): void {
    const isThere = this.line(line) !== undefined;
    if (open !== undefined && !isThere && this.#lineCount >= HELD_LEGS_MAX) return;
    this.#lineCount += (open === undefined ? 0 : 1) - (isThere ? 1 : 0);
    this.#lines.set(line, open);
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#settledChanged)
      this.#sql.exec("INSERT OR REPLACE INTO statistic (id, settled) VALUES (1, ?1)", this.#settled);
    this.#settledChanged = false;
    this.#writeLines();
    if (this.#days.size === 0) return;
    const rows = [...this.#days.values()].map(rowOf);
    this.#days.clear();
    writeRows(
      this.#sql,
      `INSERT OR REPLACE INTO statistic_day (start, "end", curve, presence, trades)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?1)`,
      rows,
    );
    this.#sql.exec(
      "DELETE FROM statistic_day WHERE start < (SELECT start FROM statistic_day ORDER BY start DESC LIMIT 1 OFFSET ?1)",
      DAYS_MAX - 1,
    );
  }

  #writeLines(): void {
    if (this.#lines.size === 0) return;
    const gone = [...this.#lines].flatMap(([line, open]) => (open === undefined ? [line] : []));
    const rows = [...this.#lines].flatMap(([line, open]) =>
      open === undefined ? [] : [[line, String(open.qty), String(open.result)]],
    );
    this.#lines.clear();
    if (gone.length > 0)
      this.#sql.exec(
        "DELETE FROM statistic_line WHERE line IN (SELECT value FROM json_each(?1))",
        JSON.stringify(gone),
      );
    writeRows(
      this.#sql,
      "INSERT OR REPLACE INTO statistic_line (line, qty, result) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)",
      rows,
    );
  }
}

const dayOf = ({ start, end, curve, presence, trades }: DayRow): DaySummary => ({
  start,
  end,
  curve: curve === null ? undefined : decodeCurve(curve),
  presence: presence === null ? undefined : decodePresence(presence),
  trades: trades === null ? NO_TRADES : decodeTrades(trades),
});

const rowOf = ({ start, end, curve, presence, trades }: DaySummary) => [
  start,
  end,
  curve === undefined ? null : encodeCurve(curve),
  presence === undefined ? null : encodePresence(presence),
  trades === NO_TRADES ? null : encodeTrades(trades),
];
