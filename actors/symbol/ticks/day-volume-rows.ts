/** What each source has said of its day's volume, on disk: a row for each. */
import { insertRows, rowInsert, type Sql } from "../../runtime/sql.ts";
import type { HeardVolume } from "../state.ts";

export const DAY_VOLUME_TABLE = `CREATE TABLE day_volume (
  source TEXT PRIMARY KEY, heard INTEGER NOT NULL, day INTEGER NOT NULL, volume INTEGER NOT NULL, ts INTEGER NOT NULL,
  ordinal INTEGER NOT NULL
) STRICT, WITHOUT ROWID`;

type Row = { source: string; heard: number; day: number; volume: number; ts: number; ordinal: number };

export function loadDayVolumes(sql: Sql): Map<string, HeardVolume> {
  const rows = sql.exec<Row>("SELECT * FROM day_volume ORDER BY heard");
  return new Map(rows.map(({ source, ...known }) => [source, known]));
}

/** Called inside the group's transaction, with the sources that were heard in it. */
export function writeDayVolumes(
  sql: Sql,
  volumes: ReadonlyMap<string, HeardVolume>,
  heard: ReadonlySet<string>,
): void {
  if (heard.size === 0) return;
  const rows = [...heard].flatMap((source) => {
    const known = volumes.get(source);
    if (known === undefined) return [];
    return [[source, known.heard, known.day, known.volume, known.ts, known.ordinal]];
  });
  insertRows(sql, PUT_VOLUMES, rows);
  const [oldest] = volumes.values();
  if (oldest !== undefined) sql.exec("DELETE FROM day_volume WHERE heard < ?1", oldest.heard);
}

const PUT_VOLUMES = rowInsert("INSERT OR REPLACE INTO day_volume (source, heard, day, volume, ts, ordinal)");
