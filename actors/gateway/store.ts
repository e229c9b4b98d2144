/** All SQL of a gateway: the sessions, so that whoever comes back has its topics again, also after a crash of ours. */
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import type { Sql } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import { SESSIONS_MAX } from "./limits.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [
      ...OUTBOX_TABLES,
      ...OUTBOX_CHUNKS,
      TIMERS_TABLE,
      `CREATE TABLE session (id TEXT PRIMARY KEY, tenant TEXT NOT NULL, subject TEXT NOT NULL, closed_at INTEGER, listens TEXT NOT NULL) STRICT, WITHOUT ROWID`,
      "CREATE INDEX session_by_close ON session (closed_at)",
    ],
  },
];

/** What a connection listens to, and where it stood when that was written. */
export type Listens = {
  readonly topics: readonly (readonly [topic: string, conflateMs: number, epoch: string, seq: number])[];
  readonly patterns: readonly (readonly [pattern: string, conflateMs: number])[];
};
export type SessionRow = {
  readonly id: string;
  readonly tenant: string;
  readonly subject: string;
  /** Null while the connection is open. */
  readonly closedAt: number | null;
  readonly listens: Listens;
};
type Row = Omit<SessionRow, "listens"> & { readonly listens: string };

export class SessionStore {
  readonly #sql: Sql;
  #rows: number;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#rows = sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM session")[0]?.n ?? 0;
  }

  get size(): number {
    return this.#rows;
  }

  find(id: string): SessionRow | undefined {
    const [row] = this.#sql.exec<Row>(
      "SELECT id, tenant, subject, closed_at AS closedAt, listens FROM session WHERE id = ?1",
      id,
    );
    // SAFETY: only `put` writes this column.
    return row === undefined ? undefined : { ...row, listens: JSON.parse(row.listens) as Listens };
  }

  /** Where there are too many, the one that was closed first leaves. */
  put({ id, tenant, subject, closedAt, listens }: SessionRow): void {
    const isKnown = this.#sql.exec("SELECT 1 FROM session WHERE id = ?1", id).length > 0;
    if (!isKnown && this.#rows >= SESSIONS_MAX) this.#makeRoom();
    this.#sql.exec(
      "INSERT OR REPLACE INTO session (id, tenant, subject, closed_at, listens) VALUES (?1, ?2, ?3, ?4, ?5)",
      id,
      tenant,
      subject,
      closedAt,
      JSON.stringify(listens),
    );
    if (!isKnown) this.#rows += 1;
  }

  remove(id: string): void {
    this.#counted(this.#sql.exec("DELETE FROM session WHERE id = ?1 RETURNING id", id));
  }

  /** After a load: of connections that did not outlive it nobody has said that they closed. */
  closeAllBut(open: ReadonlySet<string>, at: number): void {
    const rows = this.#sql.exec<{ id: string }>("SELECT id FROM session WHERE closed_at IS NULL");
    const lost = rows.map(({ id }) => id).filter((id) => !open.has(id));
    if (lost.length > 0)
      this.#sql.exec(
        "UPDATE session SET closed_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))",
        JSON.stringify(lost),
        at,
      );
  }

  /** Those that were closed by then leave. */
  expire(closedBy: number): void {
    this.#counted(this.#sql.exec("DELETE FROM session WHERE closed_at <= ?1 RETURNING id", closedBy));
  }

  /** When the one that was closed first was. */
  oldestClose(): number | undefined {
    return (
      this.#sql.exec<{ at: number | null }>(
        "SELECT MIN(closed_at) AS at FROM session WHERE closed_at IS NOT NULL",
      )[0]?.at ?? undefined
    );
  }

  #makeRoom(): void {
    this.#counted(
      this.#sql.exec(
        "DELETE FROM session WHERE id = (SELECT id FROM session WHERE closed_at IS NOT NULL ORDER BY closed_at LIMIT 1) RETURNING id",
      ),
    );
  }

  #counted(gone: readonly unknown[]): void {
    this.#rows -= gone.length;
  }
}
