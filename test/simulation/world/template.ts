/** A new disk with the tables that an actor's steps make, without the steps: they take most of the time of a short life. */
import { durableSql } from "../../../actors/runtime/durable-sql.ts";
import { type LocalMigration, migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { Disk } from "./disk.ts";

const TABLES =
  "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid";

/** All of it as one text of SQL: tables, indexes, and the rows that stand there from the beginning. */
export function templateOf(steps: readonly LocalMigration[]): string {
  const disk = new Disk();
  migrateLocally(durableSql(storageOf(disk) as never), steps);
  disk.flush();
  const made = disk.database.prepare(TABLES).all() as { name: string; type: string; sql: string }[];
  const rows = made.flatMap(({ name, type }) => (type === "table" ? rowsOf(disk, name) : []));
  disk.close();
  return ["BEGIN", ...made.map(({ sql }) => sql), ...rows, "COMMIT"].join(";\n");
}

function rowsOf({ database }: Disk, table: string): string[] {
  const columns = database.prepare(`PRAGMA table_info(${table})`).all() as { name: string }[];
  const values = columns.map(({ name }) => `quote(${name})`).join(" || ',' || ");
  return database
    .prepare(`SELECT ${values} AS row FROM ${table}`)
    .all()
    .map(({ row }) => `INSERT INTO ${table} VALUES (${row})`);
}

const storageOf = (disk: Disk) => ({
  sql: {
    exec: (text: string, ...bindings: never[]) => {
      const rows = disk.exec(text, ...bindings);
      return { toArray: () => rows, rowsRead: 0, rowsWritten: 0 };
    },
  },
  transactionSync: <Result>(work: () => Result) => disk.transaction(work),
});
