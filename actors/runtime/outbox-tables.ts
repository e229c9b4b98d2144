/** The outbox's tables, as they came to be. */
import { FENCE_START, FENCE_TABLE } from "./fence.ts";
import type { LocalMigration } from "./local-migrations.ts";

export const OUTBOX_TABLES: LocalMigration["statements"] = [
  `CREATE TABLE outbox (seq INTEGER PRIMARY KEY, committed_at INTEGER NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL,
    request_id TEXT, traceparent TEXT) STRICT`,
  `CREATE TABLE outbox_extra (destination TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (destination, seq)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE outbox_mark (id INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, archived_seq INTEGER NOT NULL) STRICT`,
  FENCE_TABLE,
  `INSERT INTO outbox_mark (id, last_seq, archived_seq) VALUES (1, 0, 0)`,
  FENCE_START,
];

/** A row of the table `outbox` as `fact-text.ts` writes it; which payloads stand as they are is said there. */
const OLD_ROW_AS_LINE = `'{"seq":' || seq || ',"committed_at":' || committed_at || ',"kind":' || json_quote(kind) ||
  CASE WHEN request_id IS NULL OR traceparent IS NULL THEN ''
    ELSE ',"request_id":' || json_quote(request_id) || ',"traceparent":' || json_quote(traceparent) END ||
  CASE WHEN substr(payload, 1, 1) IN ('{', '[') AND instr(payload, '\\u') = 0 AND instr(payload, char(10)) = 0
    THEN ',"payload":' || payload ELSE ',"quoted":' || json_quote(payload) END || '}'`;

/**
 * In `outbox` a row for the facts of a group, in place of a row for each; what other destinations wait for stands by itself. Text comes last: who
 * reads the columns before it reads no page of it. A row of the old table becomes a chunk of its own, which is never longer than a value may be.
 */
export const OUTBOX_CHUNKS: LocalMigration["statements"] = [
  `CREATE TABLE outbox_chunk (last_seq INTEGER PRIMARY KEY, first_seq INTEGER NOT NULL, earliest INTEGER NOT NULL, latest INTEGER NOT NULL,
    units INTEGER NOT NULL, kinds TEXT NOT NULL, text TEXT NOT NULL) STRICT`,
  `CREATE TABLE outbox_owed (seq INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT`,
  `INSERT INTO outbox_chunk (last_seq, first_seq, earliest, latest, units, kinds, text)
   SELECT seq, seq, committed_at, committed_at, length(payload), json_array(kind), ${OLD_ROW_AS_LINE}
   FROM outbox WHERE seq > (SELECT archived_seq FROM outbox_mark)`,
  `INSERT INTO outbox_owed (seq, line)
   SELECT seq, ${OLD_ROW_AS_LINE} FROM outbox WHERE seq IN (SELECT seq FROM outbox_extra)`,
  `DROP TABLE outbox`,
  `ALTER TABLE outbox_chunk RENAME TO outbox`,
];
