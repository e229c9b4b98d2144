/** Monthly partitions, made before the rows that want them. What lies far from now goes to the DEFAULT partition: it is no error. */
import { bucketStart, DAY_MS } from "../domain/time.ts";
import { type Month, monthOf, nextMonth } from "../quant/month.ts";
import { type Postgres, sqlStateOf, WRITE_TIMEOUT_MS } from "./neon.ts";

/** Tables split by month on the column that follows. */
export const PARTITIONED = {
  actor_fact: "committed_at",
  risk_decision: "decided_at",
  violation: "raised_at",
  execution: "booked_at",
  cash_movement: "booked_at",
  line_revision: "booked_at",
  account_snapshot: "taken_at",
  bar: "start",
  bar_version: "superseded_at",
  quote_bar: "start",
  strategy_m2m_candle: "start",
} as const;
export type PartitionedTable = keyof typeof PARTITIONED;

/** Tapes of the last three years get months of their own; older and wilder times share the DEFAULT partition, so nobody can make thousands. */
const OWN_MONTH_PAST_MS = 3 * 366 * DAY_MS;
const OWN_MONTH_AHEAD_MS = 62 * DAY_MS;
/** Known partitions are remembered; at the bound the memory starts anew, which costs a few IF NOT EXISTS. */
const KNOWN_PARTITIONS_MAX = 1_000;

export class Partitions {
  readonly #postgres: Postgres;
  #known = new Set<string>();

  constructor(postgres: Postgres) {
    this.#postgres = postgres;
  }

  /** Makes the months that rows at `moments` want, where they are not there. */
  async ensure(wanted: readonly { table: PartitionedTable; at: number }[], now: number): Promise<string[]> {
    const missing = new Map<string, { table: PartitionedTable; month: Month }>();
    let checkedDay = "";
    for (const { table, at } of wanted) {
      // Also passes over what is no moment at all: Postgres refuses such a row by itself.
      if (!(at >= now - OWN_MONTH_PAST_MS && at <= now + OWN_MONTH_AHEAD_MS)) continue;
      const dayKey = `${table}${bucketStart(at, DAY_MS)}`;
      if (dayKey === checkedDay) continue;
      checkedDay = dayKey;
      const month = monthOf(at);
      const name = partitionName(table, month);
      if (!this.#known.has(name)) missing.set(name, { table, month });
    }
    for (const [name, { table, month }] of missing) await this.#make(name, table, month);
    return [...missing.keys()];
  }

  /** A DEFAULT partition that already holds rows of that month keeps them: the month then stays there. */
  async #make(name: string, table: PartitionedTable, month: Month): Promise<void> {
    const from = `${month}-01T00:00:00Z`;
    const to = `${nextMonth(month)}-01T00:00:00Z`;
    try {
      const text = `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF ${table} FOR VALUES FROM ('${from}') TO ('${to}')`;
      await this.#postgres.query({ text, params: [] }, WRITE_TIMEOUT_MS);
    } catch (error) {
      if (!DEFAULT_HOLDS_ROWS.includes(sqlStateOf(error) ?? "")) throw error;
    }
    if (this.#known.size >= KNOWN_PARTITIONS_MAX) this.#known = new Set();
    this.#known.add(name);
  }
}

/**
 * check_violation: rows of that month stand in the DEFAULT partition. 42P07, 23505: another archiver made it at the same moment. 42P17: it
 * lies in a wider partition.
 */
const DEFAULT_HOLDS_ROWS = ["23514", "42P07", "23505", "42P17"];

export const partitionName = (table: PartitionedTable, month: Month): string =>
  `${table}_${month.replace("-", "_")}`;
