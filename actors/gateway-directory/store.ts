/** All SQL of the directory of gateways. */
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import type { DirectoryEvent } from "./events.ts";
import { type DirectoryState, type GatewayEntry, initialState } from "./state.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [
      ...OUTBOX_TABLES,
      ...OUTBOX_CHUNKS,
      TIMERS_TABLE,
      `CREATE TABLE gateway (gateway TEXT PRIMARY KEY, number INTEGER NOT NULL, added_at INTEGER NOT NULL, draining INTEGER NOT NULL,
         connections INTEGER NOT NULL, topics INTEGER NOT NULL, reported_at INTEGER) STRICT, WITHOUT ROWID`,
      "CREATE TABLE gateway_mark (only INTEGER PRIMARY KEY CHECK (only = 1), next INTEGER NOT NULL) STRICT",
    ],
  },
];

export class GatewayStore {
  readonly #sql: Sql;
  #state: DirectoryState = initialState();
  /** Names whose rows have changed. */
  readonly #changed = new Set<string>();
  #added = false;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  load(): DirectoryState {
    const [mark] = this.#sql.exec<{ next: number }>("SELECT next FROM gateway_mark");
    const state: DirectoryState = { ...initialState(), next: mark?.next ?? 1 };
    for (const row of this.#sql.exec<Row>("SELECT * FROM gateway ORDER BY number"))
      state.gateways.set(row.gateway, entryOf(row));
    this.#state = state;
    return state;
  }

  mark(event: DirectoryEvent): void {
    if (event.kind === "gateway-reported" && !event.stored) return;
    this.#changed.add(event.gateway);
    if (event.kind === "gateway-added") this.#added = true;
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#changed.size === 0) return;
    const { gateways, next } = this.#state;
    const names = [...this.#changed];
    const present = names.flatMap((name) => gateways.get(name) ?? []);
    for (const name of names)
      if (!gateways.has(name)) this.#sql.exec("DELETE FROM gateway WHERE gateway = ?1", name);
    writeRows(this.#sql, PUT, present.map(rowOf));
    if (this.#added) this.#sql.exec("INSERT OR REPLACE INTO gateway_mark (only, next) VALUES (1, ?1)", next);
    this.#changed.clear();
    this.#added = false;
  }
}

const PUT = `INSERT OR REPLACE INTO gateway (gateway, number, added_at, draining, connections, topics, reported_at)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 FROM json_each(?1)`;

type Row = {
  gateway: string;
  number: number;
  added_at: number;
  draining: number;
  connections: number;
  topics: number;
  reported_at: number | null;
};

const entryOf = (row: Row): GatewayEntry => ({
  gateway: row.gateway,
  addedAt: row.added_at,
  draining: row.draining === 1,
  connections: row.connections,
  topics: row.topics,
  reportedAt: row.reported_at,
  storedConnections: row.connections,
});

const rowOf = ({ gateway, addedAt, draining, connections, topics, reportedAt }: GatewayEntry) => [
  gateway,
  Number(gateway.slice("g-".length)),
  addedAt,
  Number(draining),
  connections,
  topics,
  reportedAt,
];
