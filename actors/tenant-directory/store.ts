/** All SQL of a tenant's directory. */
import { GROUP_PREFIX } from "../../src/domain/ids.ts";
import { INBOX_TABLE, Inbox } from "../runtime/inbox.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import { FORGOTTEN_AFTER_MS, SENDERS_MAX } from "./bounds.ts";
import type { TenantEvent } from "./events.ts";
import { NODE_TABLE, NodeRows } from "./node-rows.ts";
import {
  initialState,
  type ListedState,
  type StrategyRow,
  type StrategyStatus,
  type TenantState,
} from "./state.ts";
import { TEMPLATE_TABLE, TemplateRows } from "./template-rows.ts";

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
  {
    id: 3,
    statements: [
      "ALTER TABLE strategy ADD COLUMN listed TEXT NOT NULL DEFAULT ''",
      "ALTER TABLE strategy ADD COLUMN closed_at INTEGER NOT NULL DEFAULT 0",
      // What was closed before has left nothing to show, and stays out of the lists.
      "UPDATE strategy SET listed = 'active', shown = json_set(shown, '$.state', 'active') WHERE status = 'open'",
      "CREATE INDEX strategy_listed ON strategy (listed, strategy) WHERE listed <> ''",
      "CREATE INDEX strategy_closed ON strategy (closed_at, strategy) WHERE listed = 'closed'",
      "CREATE TABLE strategy_tag (tag TEXT NOT NULL, strategy TEXT NOT NULL, PRIMARY KEY (tag, strategy)) STRICT, WITHOUT ROWID",
      "CREATE INDEX strategy_tag_of ON strategy_tag (strategy)",
      `INSERT OR IGNORE INTO strategy_tag
         SELECT one.value, strategy FROM strategy, json_each(shown, '$.tags') AS one WHERE status = 'open'`,
    ],
  },
  { id: 4, statements: [TEMPLATE_TABLE] },
  { id: 5, statements: [NODE_TABLE] },
];

export class TenantStore {
  readonly inbox: Inbox;
  readonly templates: TemplateRows;
  readonly nodes: NodeRows;
  readonly #sql: Sql;
  readonly #accounts = new Map<string, number>();
  /** Undefined: the row leaves. */
  readonly #strategies = new Map<string, StrategyRow | undefined>();
  #unlisted = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.inbox = new Inbox(sql, SENDERS_MAX);
    this.templates = new TemplateRows(sql);
    this.nodes = new NodeRows(sql);
  }

  load(): TenantState {
    const counted = this.#sql.exec<TenantState>(
      `SELECT (SELECT COUNT(*) FROM account) AS accounts, (SELECT COUNT(*) FROM strategy) AS strategies,
              (SELECT COUNT(*) FROM strategy WHERE status = 'open') AS open,
              (SELECT COUNT(*) FROM strategy WHERE listed = 'closed') AS closed`,
    )[0];
    return { ...initialState(), ...counted };
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

  /** Listed ones after `after`, in order. */
  listed(query: ListQuery): { name: string; shown: string }[] {
    const { from, bound } = rowsOf(query);
    const [after, limit] = [bound.length + 1, bound.length + 2];
    return this.#sql.exec<{ name: string; shown: string }>(
      `SELECT strategy AS name, shown FROM ${from} AND strategy > ?${after} ORDER BY strategy LIMIT ?${limit}`,
      ...bound,
      query.after,
      query.limit,
    );
  }

  listedCount(query: Pick<ListQuery, "state" | "tag">): number {
    const { from, bound } = rowsOf(query);
    return this.#sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from}`, ...bound)[0]?.n ?? 0;
  }

  /** Groups whose names come after `after`, in order. */
  groups(after: string, limit: number): { name: string; shown: string }[] {
    return this.#sql.exec<{ name: string; shown: string }>(
      `SELECT strategy AS name, shown FROM strategy WHERE strategy > ?1 AND strategy < ?2 AND status = 'group'
         ORDER BY strategy LIMIT ?3`,
      after < GROUP_PREFIX ? GROUP_PREFIX : after,
      GROUP_END,
      limit,
    );
  }

  groupCount(): number {
    const counted = this.#sql.exec<{ n: number }>(
      "SELECT COUNT(*) AS n FROM strategy WHERE strategy > ?1 AND strategy < ?2 AND status = 'group'",
      GROUP_PREFIX,
      GROUP_END,
    );
    return counted[0]?.n ?? 0;
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
        this.#strategies.set(strategy, { strategy, account, status: "admitted", admittedAt, ...NOT_LISTED });
        return;
      }
      case "strategy-heard":
        this.#strategies.set(event.row.strategy, event.row);
        return;
      case "strategy-forgotten":
        this.#strategies.set(event.strategy, undefined);
        return;
      case "strategies-unlisted":
        this.#unlisted += event.count;
        return;
    }
  }

  #writeTags(rows: readonly StrategyRow[]): void {
    if (rows.length === 0) return;
    this.#sql.exec(
      "DELETE FROM strategy_tag WHERE strategy IN (SELECT value FROM json_each(?1))",
      JSON.stringify(rows.map(({ strategy }) => strategy)),
    );
    writeRows(
      this.#sql,
      "INSERT INTO strategy_tag (tag, strategy) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
      rows.flatMap(({ strategy, listed, tags }) => (listed === "" ? [] : tags.map((tag) => [tag, strategy]))),
    );
  }

  /** The oldest. */
  #unlist(): void {
    const gone = this.#sql.exec<{ strategy: string }>(
      `UPDATE strategy SET listed = '', shown = '', closed_at = 0 WHERE strategy IN
         (SELECT strategy FROM strategy WHERE listed = 'closed' ORDER BY closed_at, strategy LIMIT ?1) RETURNING strategy`,
      this.#unlisted,
    );
    this.#unlisted = 0;
    const names = JSON.stringify(gone.map(({ strategy }) => strategy));
    this.#sql.exec("DELETE FROM strategy_tag WHERE strategy IN (SELECT value FROM json_each(?1))", names);
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
      `INSERT OR REPLACE INTO strategy (strategy, account, status, admitted_at, shown, listed, closed_at)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 FROM json_each(?1)`,
      rows.map((row) => [
        ...[row.strategy, row.account, row.status, row.admittedAt, row.shown],
        ...[row.listed, row.closedAt],
      ]),
    );
    this.#writeTags(rows);
    if (this.#unlisted > 0) this.#unlist();
    writeRows(
      this.#sql,
      "INSERT INTO account (account, admitted_at) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
      [...this.#accounts],
    );
    this.inbox.write();
    this.templates.write();
    this.nodes.write();
    this.#strategies.clear();
    this.#accounts.clear();
  }
}

export type ListQuery = {
  /** Undefined: those that are open. */
  readonly state: ListedState | undefined;
  readonly tag: string | undefined;
  readonly after: string;
  readonly limit: number;
};

/** The rows of a list, whatever its pages. */
function rowsOf({ state, tag }: Pick<ListQuery, "state" | "tag">): {
  readonly from: string;
  readonly bound: readonly string[];
} {
  const [standing, bound] = state === undefined ? ["status = 'open'", []] : ["listed = ?1", [state]];
  if (tag === undefined) return { from: `strategy WHERE ${standing}`, bound };
  const named = `tag = ?${bound.length + 1}`;
  return {
    from: `strategy_tag JOIN strategy USING (strategy) WHERE ${named} AND ${standing}`,
    bound: [...bound, tag],
  };
}

/** What comes right after all names of groups. */
const GROUP_END = "group;";
const NOT_LISTED = { shown: "", listed: "", tags: [], closedAt: 0 } as const;

type Row = {
  strategy: string;
  account: string;
  status: string;
  admitted_at: number;
  shown: string;
  listed: string;
  closed_at: number;
};

/** SAFETY: only `write` above fills these columns. Tags stand in what is shown. */
const rowOf = ({
  status,
  admitted_at: admittedAt,
  closed_at: closedAt,
  listed,
  ...row
}: Row): StrategyRow => ({
  ...row,
  status: status as StrategyStatus,
  listed: listed as StrategyRow["listed"],
  tags: row.shown === "" ? [] : ((JSON.parse(row.shown) as { tags?: string[] }).tags ?? []),
  admittedAt,
  closedAt,
});
