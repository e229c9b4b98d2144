/** The tables of a risk shard, as its first step made them: what comes later is a step of its own in `store.ts`. */
import { historyTable } from "../runtime/history.ts";
import { IDEMPOTENCY_BY_BATCH, IDEMPOTENCY_TABLES } from "../runtime/idempotency.ts";
import { journalCounts, journalTable } from "../runtime/journal.ts";
import { OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";

export const TABLES: readonly string[] = [
  ...OUTBOX_TABLES,
  ...IDEMPOTENCY_TABLES,
  TIMERS_TABLE,
  `CREATE TABLE account (id INTEGER PRIMARY KEY CHECK (id = 1), payload TEXT NOT NULL) STRICT`,
  `CREATE TABLE limit_set (version INTEGER PRIMARY KEY, limits TEXT NOT NULL) STRICT`,
  `CREATE TABLE trading_state (scope TEXT PRIMARY KEY, payload TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE instrument (symbol TEXT PRIMARY KEY, payload TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE position (symbol TEXT NOT NULL, strategy TEXT NOT NULL, qty TEXT NOT NULL, cost TEXT NOT NULL,
         realised TEXT NOT NULL, fees TEXT NOT NULL, PRIMARY KEY (symbol, strategy)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE risk_order (seq INTEGER PRIMARY KEY, client_order_id TEXT NOT NULL, status TEXT NOT NULL,
         payload TEXT NOT NULL) STRICT`,
  // Not unique: an id that was forgotten after 100,000 others may come again.
  `CREATE INDEX risk_order_by_id ON risk_order (client_order_id)`,
  `CREATE TABLE strategy (id TEXT PRIMARY KEY, payload TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE rate_window (key TEXT PRIMARY KEY, payload TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  historyTable("decision_history"),
  historyTable("violation_history"),
];

/**
 * A decision stood in the history, and again as the remembered reply of its order. From here on it stands once, and the reply is its
 * seq, which is the second field of its record. Orders are found by an index in memory.
 */
export const ONE_TEXT_A_DECISION: readonly string[] = [
  journalTable("decision"),
  `INSERT INTO decision SELECT seq, seq, 1, json_array(seq), payload FROM decision_history`,
  `DELETE FROM decision_history`,
  `INSERT OR IGNORE INTO decision
     SELECT json_extract(reply, '$[1]'), json_extract(reply, '$[1]'), 1, json_array(json_extract(reply, '$[1]')), reply
     FROM idempotency WHERE substr(key, 1, 2) = 'o:'`,
  ...IDEMPOTENCY_BY_BATCH,
  `UPDATE idempotency SET oldest_seq = json_extract(json_extract(replies, '$[0]'), '$[1]'),
     replies = json_array(json_extract(json_extract(replies, '$[0]'), '$[1]')) WHERE substr(keys, 1, 4) = '["o:'`,
  `DROP INDEX risk_order_by_id`,
];

/** What a line received beside its fills; nothing, of rows from before. */
export const FUNDING: readonly string[] = [
  `ALTER TABLE position ADD COLUMN funding TEXT NOT NULL DEFAULT '0'`,
];

/** The snapshot that closed the last trading day, as its facts say it, by part. */
export const CLOSING: readonly string[] = [
  `CREATE TABLE closing (part INTEGER PRIMARY KEY, seq INTEGER NOT NULL, payload TEXT NOT NULL) STRICT`,
];

/** What imported lines had made before; nothing, of rows from before that was kept. */
export const BROUGHT: readonly string[] = [
  `ALTER TABLE position ADD COLUMN brought TEXT NOT NULL DEFAULT ''`,
];

/** The highest equity of each limit on drawdowns. */
export const PEAKS: readonly string[] = [
  `CREATE TABLE equity_peak (id TEXT PRIMARY KEY, equity TEXT NOT NULL) STRICT, WITHOUT ROWID`,
];

/** Limits that stand tripped, by limit and member. */
export const TRIPS: readonly string[] = [
  `CREATE TABLE limit_trip (key TEXT PRIMARY KEY, payload TEXT NOT NULL) STRICT, WITHOUT ROWID`,
];

/**
 * What was booked in each line, by the groups that booked it, and what older entries come to. A line from before there were journals
 * begins with what it held. Rows of positions count their entries, so that a load counts none.
 */
export const JOURNALS: readonly string[] = [
  `CREATE TABLE position_journal (line TEXT NOT NULL, first_seq INTEGER NOT NULL, size INTEGER NOT NULL, entries TEXT NOT NULL,
     PRIMARY KEY (line, first_seq)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE position_checkpoint (line TEXT PRIMARY KEY, payload TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `ALTER TABLE position ADD COLUMN entries INTEGER NOT NULL DEFAULT 0`,
  `ALTER TABLE position ADD COLUMN splits TEXT NOT NULL DEFAULT '[]'`,
  `INSERT INTO position_checkpoint SELECT symbol || '/' || strategy,
     json_object('position', json_array(qty, cost, realised, fees, funding)) FROM position`,
  `CREATE TABLE cash_balance (currency TEXT PRIMARY KEY, amount TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE applied_action (symbol TEXT NOT NULL, id TEXT NOT NULL, starts_at INTEGER NOT NULL, payload TEXT NOT NULL,
     PRIMARY KEY (symbol, id)) STRICT, WITHOUT ROWID`,
  journalTable("execution"),
  ...journalCounts("execution"),
];

export const DECISIONS_COUNTED: readonly string[] = journalCounts("decision");

/**
 * What such a line held is known as of now: whether it had come before or after an ex-date that lies behind us nobody knows, so what took
 * effect until now is left to somebody who does.
 */
export const OLD_LINES_DATED: readonly string[] = [
  `UPDATE position_checkpoint SET payload = json_set(payload, '$.latest', CAST(unixepoch('subsec') * 1000 AS INTEGER))
     WHERE json_extract(payload, '$.count') IS NULL`,
];
