/** Tables of a strategy, beside those of the bricks. A committed step is never edited. */

export const TABLES: readonly string[] = [
  "CREATE TABLE strategy (id INTEGER PRIMARY KEY, profile TEXT NOT NULL) STRICT",
  // `trimmed`: candles have left the table, so that older ones stand in Postgres only.
  "CREATE TABLE timeline (id INTEGER PRIMARY KEY, body TEXT NOT NULL, trimmed INTEGER NOT NULL) STRICT",
  "INSERT INTO timeline (id, body, trimmed) VALUES (1, '', 0)",
  `CREATE TABLE leg (symbol TEXT PRIMARY KEY, price_scale INTEGER NOT NULL, size_scale INTEGER NOT NULL, notional_unit TEXT NOT NULL,
         declared INTEGER NOT NULL, n INTEGER, unheard_since INTEGER NOT NULL, qty TEXT NOT NULL, cost TEXT NOT NULL, realised TEXT NOT NULL, fees TEXT NOT NULL,
         halves TEXT, source TEXT, priced_at INTEGER, counts_from INTEGER) STRICT, WITHOUT ROWID`,
  `CREATE TABLE moment_chunk (minute INTEGER NOT NULL, chunk INTEGER NOT NULL, moments TEXT NOT NULL,
         PRIMARY KEY (minute, chunk)) STRICT, WITHOUT ROWID`,
  "CREATE TABLE candle (start INTEGER PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL) STRICT",
];

export const LEGS_OF_CURRENCIES: readonly string[] = [
  "ALTER TABLE leg ADD COLUMN currency TEXT",
  "ALTER TABLE leg ADD COLUMN contract TEXT",
  "ALTER TABLE leg ADD COLUMN funding TEXT NOT NULL DEFAULT '0'",
  "ALTER TABLE leg ADD COLUMN mark_over TEXT",
  "ALTER TABLE leg ADD COLUMN rate_only INTEGER NOT NULL DEFAULT 0",
  // A leg of before may have left and come back: then it holds less than its line made.
  "ALTER TABLE leg ADD COLUMN whole INTEGER NOT NULL DEFAULT 0",
  "ALTER TABLE leg ADD COLUMN agreed_at INTEGER",
];

export const STATISTICS: readonly string[] = [
  // `settled`: minutes before it are in the days' rows.
  "CREATE TABLE statistic (id INTEGER PRIMARY KEY, settled INTEGER NOT NULL) STRICT",
  `CREATE TABLE statistic_day (start INTEGER PRIMARY KEY, "end" INTEGER NOT NULL, curve TEXT, presence TEXT, trades TEXT) STRICT`,
  "CREATE TABLE statistic_line (line TEXT PRIMARY KEY, qty TEXT NOT NULL, result TEXT NOT NULL) STRICT, WITHOUT ROWID",
];
