/** All SQL of a label book. */
import { IDEMPOTENCY_BY_BATCH, IDEMPOTENCY_TABLES, Idempotency } from "../runtime/idempotency.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import { LINK_TABLES, SOCKET_TABLES } from "../runtime/sockets.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import { type LabelEvent, versionOf } from "./events.ts";
import { VERSIONS_MAX, VERSIONS_SLACK } from "./limits.ts";
import type { LabelObject, LabelQuery } from "./messages.ts";
import { type GoneRow, initialState, type LabelBookState, type LabelRow } from "./state.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [
      ...OUTBOX_TABLES,
      ...OUTBOX_CHUNKS,
      ...IDEMPOTENCY_TABLES,
      ...IDEMPOTENCY_BY_BATCH,
      ...SOCKET_TABLES,
      TIMERS_TABLE,
      `CREATE TABLE label (id TEXT PRIMARY KEY, symbol TEXT NOT NULL, ts INTEGER NOT NULL, first INTEGER NOT NULL, body TEXT NOT NULL) STRICT`,
      "CREATE INDEX label_by_symbol ON label (symbol, ts, id)",
      "CREATE INDEX label_by_time ON label (ts, id)",
      // `seq` is that of the deletion: the order in which ids are forgotten.
      `CREATE TABLE label_gone (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, version INTEGER NOT NULL, first INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
      "CREATE UNIQUE INDEX label_gone_by_seq ON label_gone (seq)",
      "CREATE TABLE label_version (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL) STRICT",
      "CREATE INDEX label_version_by_id ON label_version (id, version)",
      "CREATE TABLE label_floor (id INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT",
      "INSERT INTO label_floor (id, version) VALUES (1, 0)",
    ],
  },
  {
    // Kept, not counted: sockets wake the object for every frame, and a full book has 300,000 rows to count.
    id: 2,
    statements: [
      `CREATE TABLE label_count (id INTEGER PRIMARY KEY, labels INTEGER NOT NULL, gone INTEGER NOT NULL, versions INTEGER NOT NULL,
         version_floor INTEGER NOT NULL) STRICT`,
      `INSERT INTO label_count (id, labels, gone, versions, version_floor)
       SELECT 1, (SELECT COUNT(*) FROM label), (SELECT COUNT(*) FROM label_gone), (SELECT COUNT(*) FROM label_version), version FROM label_floor`,
      "DROP TABLE label_floor",
    ],
  },
  { id: 3, statements: LINK_TABLES },
];

export type Place = { readonly ts: number; readonly id: string };
type Range = Pick<LabelQuery, "symbol" | "from" | "to">;

export class LabelStore {
  /** Idempotency-Keys and ids of creations, with the reply that each got. */
  readonly calls: Idempotency;
  readonly #sql: Sql;
  readonly #archivedSeq: () => number;
  readonly #state: LabelBookState;
  /** The last change of each row in the present group; undefined: the row leaves. */
  readonly #labels = new Map<string, LabelRow | undefined>();
  readonly #gone = new Map<string, (GoneRow & { readonly seq: number }) | undefined>();
  #versions: (readonly [seq: number, id: string, version: number, body: string])[] = [];
  #versionRows: number;

  /** `archivedSeq` is the newest fact that Postgres has. */
  constructor(sql: Sql, archivedSeq: () => number) {
    this.#sql = sql;
    this.#archivedSeq = archivedSeq;
    this.calls = new Idempotency(sql);
    const [counted] = sql.exec<LabelBookState & { versions: number }>(
      "SELECT labels, gone, version_floor AS versionFloor, versions FROM label_count",
    );
    const { versions = 0, ...state } = counted ?? {};
    this.#state = { ...initialState(), ...state };
    this.#versionRows = versions;
  }

  get state(): LabelBookState {
    return this.#state;
  }

  get versionRows(): number {
    return this.#versionRows;
  }

  label(id: string): LabelRow | undefined {
    if (this.#labels.has(id)) return this.#labels.get(id);
    const [row] = this.#sql.exec<{ first: number; body: string }>(
      "SELECT first, body FROM label WHERE id = ?1",
      id,
    );
    // SAFETY: only `write` below fills this column.
    return row === undefined ? undefined : { label: JSON.parse(row.body) as LabelObject, first: row.first };
  }

  gone(id: string): GoneRow | undefined {
    if (this.#gone.has(id)) return this.#gone.get(id);
    return this.#sql.exec<GoneRow>("SELECT id, version, first FROM label_gone WHERE id = ?1", id)[0];
  }

  /** The one that was deleted first, of those that this group has not forgotten. */
  oldestGone(): GoneRow | undefined {
    const rows = this.#sql.exec<GoneRow>(
      "SELECT id, version, first FROM label_gone ORDER BY seq LIMIT ?1",
      this.#gone.size + 1,
    );
    return (
      rows.find(({ id }) => !this.#gone.has(id)) ?? [...this.#gone.values()].find((row) => row !== undefined)
    );
  }

  /** JSON texts, the newest first, from below `after` on. Only what is committed, as all lists. */
  labels({ symbol, from, to }: Range, after: Place | undefined, limit: number): string[] {
    const rows = this.#sql.exec<{ body: string }>(
      `SELECT body FROM label WHERE ${symbol === undefined ? "?1 IS NULL" : "symbol = ?1"} AND ts >= ?2 AND (ts, id) < (?3, ?4)
       ORDER BY ts DESC, id DESC LIMIT ?5`,
      symbol ?? null,
      from ?? 0,
      // An id is never empty: with `to` itself nothing at that moment is below.
      ...(after === undefined ? [to ?? Number.MAX_SAFE_INTEGER, ""] : [after.ts, after.id]),
      limit,
    );
    return rows.map(({ body }) => body);
  }

  count({ symbol, from, to }: Range): number {
    const [counted] = this.#sql.exec<{ n: number }>(
      `SELECT COUNT(*) AS n FROM label WHERE ${symbol === undefined ? "?1 IS NULL" : "symbol = ?1"} AND ts >= ?2 AND ts < ?3`,
      symbol ?? null,
      from ?? 0,
      to ?? Number.MAX_SAFE_INTEGER,
    );
    return counted?.n ?? 0;
  }

  /** The newest first, below `before`. */
  versions(id: string, before: number, limit: number): { version: number; body: string }[] {
    return this.#sql.exec<{ version: number; body: string }>(
      "SELECT version, body FROM label_version WHERE id = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3",
      id,
      before,
      limit,
    );
  }

  /** `seq` is that of the event's fact. */
  mark(event: LabelEvent, seq: number): void {
    switch (event.kind) {
      case "label-put": {
        const { label, first } = event;
        this.#labels.set(label.id, { label, first });
        this.#addVersion(seq, label.id, event);
        return;
      }
      case "label-deleted": {
        const { id, version, first } = event;
        this.#labels.set(id, undefined);
        this.#gone.set(id, { id, version, first, seq });
        this.#addVersion(seq, id, event);
        return;
      }
      case "id-forgotten":
        this.#gone.set(event.id, undefined);
        return;
    }
  }

  /** Called inside the group's transaction. */
  write(): void {
    const isChanged = this.#labels.size + this.#gone.size > 0;
    this.#writeLabels();
    if (this.#gone.size > 0) this.#writeGone();
    writeRows(
      this.#sql,
      "INSERT INTO label_version (seq, id, version, body) SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)",
      this.#versions,
    );
    this.#versionRows += this.#versions.length;
    this.#versions = [];
    if (this.#versionRows > VERSIONS_MAX + VERSIONS_SLACK) this.#trimVersions();
    if (isChanged) this.#writeCounts();
    this.calls.write();
  }

  #addVersion(seq: number, id: string, event: Parameters<typeof versionOf>[0]): void {
    const shown = versionOf(event);
    this.#versions.push([seq, id, shown.version, JSON.stringify(shown)]);
  }

  #writeLabels(): void {
    this.#delete("DELETE FROM label WHERE id IN (SELECT value FROM json_each(?1))", this.#labels);
    writeRows(
      this.#sql,
      `INSERT OR REPLACE INTO label (id, symbol, ts, first, body)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?1)`,
      present(this.#labels).map(({ label, first }) => [
        label.id,
        label.symbol,
        label.ts,
        first,
        JSON.stringify(label),
      ]),
    );
    this.#labels.clear();
  }

  #writeGone(): void {
    this.#delete("DELETE FROM label_gone WHERE id IN (SELECT value FROM json_each(?1))", this.#gone);
    writeRows(
      this.#sql,
      "INSERT INTO label_gone (id, seq, version, first) SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)",
      present(this.#gone).map(({ id, seq, version, first }) => [id, seq, version, first]),
    );
    this.#gone.clear();
  }

  #writeCounts(): void {
    const { labels, gone, versionFloor } = this.#state;
    this.#sql.exec(
      "UPDATE label_count SET labels = ?1, gone = ?2, versions = ?3, version_floor = ?4",
      labels,
      gone,
      this.#versionRows,
      versionFloor,
    );
  }

  #delete(statement: string, changes: ReadonlyMap<string, unknown>): void {
    const gone = [...changes].filter(([, row]) => row === undefined).map(([id]) => id);
    if (gone.length > 0) this.#sql.exec(statement, JSON.stringify(gone));
  }

  #trimVersions(): void {
    const left = this.#sql.exec<{ seq: number }>(
      `DELETE FROM label_version WHERE seq IN (SELECT seq FROM label_version WHERE seq <= ?1 ORDER BY seq LIMIT ?2) RETURNING seq`,
      this.#archivedSeq(),
      this.#versionRows - VERSIONS_MAX,
    );
    this.#versionRows -= left.length;
  }
}

const present = <Row>(changes: ReadonlyMap<string, Row | undefined>): Row[] =>
  [...changes.values()].filter((row) => row !== undefined);
