/** Where a suite of a brick runs: on node:sqlite, and on a real object's storage inside workerd. */
import type { Sql } from "../../../actors/runtime/sql.ts";

/** Calls `body` with the SQLite of an object that nobody has used before. */
export type World = (body: (sql: Sql) => void | Promise<void>) => Promise<void>;
