/** All SQL of the keyring. */

import { IDEMPOTENCY_BY_BATCH, IDEMPOTENCY_TABLES, Idempotency } from "../runtime/idempotency.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import { REMEMBERED_CREATIONS_MAX } from "./bounds.ts";
import type { KeyringEvent } from "./events.ts";
import { initialState, type KeyRecord, type KeyringState, type Ticket } from "./state.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [
      ...OUTBOX_TABLES,
      ...IDEMPOTENCY_TABLES,
      TIMERS_TABLE,
      "CREATE TABLE api_key (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
      "CREATE TABLE ticket (digest TEXT PRIMARY KEY, expires_at INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ],
  },
  { id: 2, statements: IDEMPOTENCY_BY_BATCH },
  { id: 3, statements: OUTBOX_CHUNKS },
];

export class KeyringStore {
  readonly #sql: Sql;
  /** The last change of each row in the present group. */
  readonly #keys = new Map<string, KeyRecord | undefined>();
  readonly #tickets = new Map<string, Ticket | undefined>();

  /** Idempotency-Keys of creations, with the id of the key that each made. */
  readonly creations: Idempotency;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.creations = new Idempotency(sql, { max: REMEMBERED_CREATIONS_MAX });
  }

  load(): KeyringState {
    const state = initialState();
    const keys = this.#sql.exec<Row>("SELECT body FROM api_key").map((row) => parsed<KeyRecord>(row));
    const tickets = this.#sql
      .exec<Row>("SELECT body FROM ticket ORDER BY expires_at")
      .map((row) => parsed<Ticket>(row));
    for (const key of keys) state.keys.set(key.id, key);
    for (const ticket of tickets) state.tickets.set(ticket.digest, ticket);
    return state;
  }

  mark(event: KeyringEvent): void {
    switch (event.kind) {
      case "key-created":
        this.#keys.set(event.key.id, event.key);
        return;
      case "key-revoked":
      case "key-forgotten":
        this.#keys.set(event.id, undefined);
        return;
      case "ticket-issued":
        this.#tickets.set(event.ticket.digest, event.ticket);
        return;
      case "ticket-gone":
        this.#tickets.set(event.digest, undefined);
        return;
    }
  }

  /** Called inside the group's transaction. */
  write(): void {
    this.#delete("DELETE FROM api_key WHERE id IN (SELECT value FROM json_each(?1))", this.#keys);
    this.#delete("DELETE FROM ticket WHERE digest IN (SELECT value FROM json_each(?1))", this.#tickets);
    writeRows(
      this.#sql,
      "INSERT INTO api_key (id, body) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
      present(this.#keys).map((key) => [key.id, JSON.stringify(key)]),
    );
    writeRows(
      this.#sql,
      "INSERT INTO ticket (digest, expires_at, body) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)",
      present(this.#tickets).map((ticket) => [ticket.digest, ticket.expiresAt, JSON.stringify(ticket)]),
    );
    this.creations.write();
    this.#keys.clear();
    this.#tickets.clear();
  }

  #delete(statement: string, changes: ReadonlyMap<string, unknown>): void {
    const gone = [...changes].filter(([, row]) => row === undefined).map(([name]) => name);
    if (gone.length > 0) this.#sql.exec(statement, JSON.stringify(gone));
  }
}

const present = <Row>(changes: ReadonlyMap<string, Row | undefined>): Row[] =>
  [...changes.values()].filter((row) => row !== undefined);

type Row = { body: string };
// SAFETY: only `write` above fills these columns.
const parsed = <Kept>({ body }: Row): Kept => JSON.parse(body) as Kept;
