/** All SQL of a tenant's directory. */
import { INBOX_TABLE, Inbox } from "../runtime/inbox.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import { ACCOUNTS_MAX, FORGOTTEN_AFTER_MS } from "./bounds.ts";
import type { TenantEvent } from "./events.ts";
import type { StrategyRow, StrategyStatus, TenantState } from "./state.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [
      ...OUTBOX_TABLES,
      INBOX_TABLE,
      TIMERS_TABLE,
      "CREATE TABLE account (account TEXT PRIMARY KEY, admitted_at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
      `CREATE TABLE strategy (strategy TEXT PRIMARY KEY, account TEXT NOT NULL, status TEXT NOT NULL, admitted_at INTEGER NOT NULL,
         shown TEXT NOT NULL) STRICT, WITHOUT ROWID`,
      // Lists show open strategies only; a tenant that trades for years has far more closed ones.
      "CREATE INDEX strategy_open ON strategy (strategy) WHERE status = 'open'",
    ],
  },
  { id: 2, statements: OUTBOX_CHUNKS },
];

export class TenantStore {
  readonly inbox: Inbox;
  readonly #sql: Sql;
  readonly #accounts = new Map<string, number>();
  /** Undefined: the row leaves. */
  readonly #strategies = new Map<string, StrategyRow | undefined>();

  constructor(sql: Sql) {
    this.#sql = sql;
    this.inbox = new Inbox(sql, ACCOUNTS_MAX);
  }

  load(): TenantState {
    const counted = this.#sql.exec<{ accounts: number; strategies: number; open: number }>(
      `SELECT (SELECT COUNT(*) FROM account) AS accounts, (SELECT COUNT(*) FROM strategy) AS strategies,
              (SELECT COUNT(*) FROM strategy WHERE status = 'open') AS open`,
    )[0];
    return { accounts: 0, strategies: 0, open: 0, ...counted };
  }

  hasAccount(account: string): boolean {
    if (this.#accounts.has(account)) return true;
    return this.#sql.exec("SELECT 1 FROM account WHERE account = ?1", account).length > 0;
  }

  strategy(strategy: string): StrategyRow | undefined {
    if (this.#strategies.has(strategy)) return this.#strategies.get(strategy);
    return this.#sql.exec<Row>("SELECT * FROM strategy WHERE strategy = ?1", strategy).map(rowOf)[0];
  }

  /** Announced long ago and never opened. */
  abandoned(now: number): string[] {
    const rows = this.#sql.exec<{ strategy: string }>(
      "SELECT strategy FROM strategy WHERE status = 'admitted' AND admitted_at < ?1",
      now - FORGOTTEN_AFTER_MS,
    );
    return rows.map((row) => row.strategy).filter((strategy) => !this.#strategies.has(strategy));
  }

  /** Open ones after `after`, in order; one more than asked for tells that there are further ones. */
  open(after: string, limit: number): { name: string; shown: string }[] {
    return this.#sql.exec<{ name: string; shown: string }>(
      "SELECT strategy AS name, shown FROM strategy WHERE status = 'open' AND strategy > ?1 ORDER BY strategy LIMIT ?2",
      after,
      limit,
    );
  }

  /** Names after `after`, in order. */
  accounts(after: string, limit: number): string[] {
    const rows = this.#sql.exec<{ account: string }>(
      "SELECT account FROM account WHERE account > ?1 ORDER BY account LIMIT ?2",
      after,
      limit,
    );
    return rows.map(({ account }) => account);
  }

  mark(event: TenantEvent): void {
    switch (event.kind) {
      case "account-admitted":
        this.#accounts.set(event.account, event.at);
        return;
      case "strategy-admitted": {
        const { strategy, account, at: admittedAt } = event;
        this.#strategies.set(strategy, { strategy, account, status: "admitted", admittedAt, shown: "" });
        return;
      }
      case "strategy-heard":
        this.#strategies.set(event.row.strategy, event.row);
        return;
      case "strategy-forgotten":
        this.#strategies.set(event.strategy, undefined);
        return;
    }
  }

  /** Called inside the group's transaction. */
  write(): void {
    const gone = [...this.#strategies].flatMap(([strategy, row]) => (row === undefined ? [strategy] : []));
    const rows = [...this.#strategies.values()].filter((row) => row !== undefined);
    if (gone.length > 0)
      this.#sql.exec(
        "DELETE FROM strategy WHERE strategy IN (SELECT value FROM json_each(?1))",
        JSON.stringify(gone),
      );
    writeRows(
      this.#sql,
      `INSERT OR REPLACE INTO strategy (strategy, account, status, admitted_at, shown)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?1)`,
      rows.map((row) => [row.strategy, row.account, row.status, row.admittedAt, row.shown]),
    );
    writeRows(
      this.#sql,
      "INSERT INTO account (account, admitted_at) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
      [...this.#accounts],
    );
    this.inbox.write();
    this.#strategies.clear();
    this.#accounts.clear();
  }
}

type Row = { strategy: string; account: string; status: string; admitted_at: number; shown: string };

const rowOf = ({ status, admitted_at: admittedAt, ...row }: Row): StrategyRow => ({
  ...row,
  status: status as StrategyStatus, // SAFETY: only `write` above fills this column.
  admittedAt,
});
