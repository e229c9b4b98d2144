/** Daily upkeep: partitions of the coming months, and the end of what is kept long enough. */
import { BAR_VERSIONS_KEPT_MONTHS } from "../domain/bar-version.ts";
import { monthBefore, monthOf, monthStart, nextMonth } from "../quant/month.ts";
import { type Postgres, WRITE_TIMEOUT_MS } from "./neon.ts";
import { PARTITIONED, type PartitionedTable, type Partitions, partitionName } from "./partitions.ts";

/**
 * Months that a table keeps beside the current one. Absent: for ever. Facts outlive a yearly audit, and a year's reads of bars as they were
 * known find every version; decisions, executions and bars are never dropped.
 */
export const KEPT_MONTHS: Partial<Record<PartitionedTable, number>> = {
  actor_fact: 25,
  bar_version: BAR_VERSIONS_KEPT_MONTHS,
};

export async function applyRetention(
  postgres: Postgres,
  partitions: Partitions,
  now: number,
): Promise<{ made: string[]; dropped: string[] }> {
  const tables = Object.keys(PARTITIONED) as PartitionedTable[]; // SAFETY: the keys of a const object.
  const ahead = monthStart(nextMonth(monthOf(now)));
  const made = await partitions.ensure(
    tables.flatMap((table) => [
      { table, at: now },
      { table, at: ahead },
    ]),
    now,
  );
  const dropped: string[] = [];
  for (const table of tables) dropped.push(...(await dropOld(postgres, table, now)));
  return { made, dropped };
}

async function dropOld(postgres: Postgres, table: PartitionedTable, now: number): Promise<string[]> {
  const kept = KEPT_MONTHS[table];
  if (kept === undefined) return [];
  const oldestMonth = monthBefore(monthOf(now), kept);
  const oldest = partitionName(table, oldestMonth);
  const text = `SELECT child.relname AS name FROM pg_inherits
JOIN pg_class AS child ON child.oid = inhrelid JOIN pg_class AS parent ON parent.oid = inhparent
WHERE parent.relname = $1 AND child.relname < $2 AND child.relname ~ ($1 || '_[0-9]{4}_[0-9]{2}$') ORDER BY 1`;
  const rows = await postgres.query({ text, params: [table, oldest] }, WRITE_TIMEOUT_MS);
  const names = rows.map((row) => String(row.name));
  for (const name of names)
    await postgres.query({ text: `DROP TABLE ${name}`, params: [] }, WRITE_TIMEOUT_MS);
  await clearDefault(postgres, table, monthStart(oldestMonth));
  return names;
}

/** Rows whose month was not made in time stand here, and nothing else would ever end them. */
async function clearDefault(postgres: Postgres, table: PartitionedTable, before: number): Promise<void> {
  const text = `DELETE FROM ${table}_default WHERE ${PARTITIONED[table]} < to_timestamp($1::bigint / 1000.0)`;
  await postgres.query({ text, params: [before] }, WRITE_TIMEOUT_MS);
}
