/** Subscriptions on disk. Prices are not kept: their symbols have them. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import { apply } from "./apply.ts";
import type { HubEvent } from "./events.ts";
import type { SubscriberName } from "./messages.ts";
import { type HubState, initialState } from "./state.ts";

export const HUB_MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [
      ...OUTBOX_TABLES,
      TIMERS_TABLE,
      `CREATE TABLE subscription (
         subscriber TEXT NOT NULL, symbol TEXT NOT NULL, PRIMARY KEY (subscriber, symbol)
       ) STRICT, WITHOUT ROWID`,
    ],
  },
  { id: 2, statements: OUTBOX_CHUNKS },
];

type SubscriptionRow = { subscriber: SubscriberName; symbol: Symbol };

export class HubStore {
  readonly #sql: Sql;
  /** The last word of this group on each subscription. */
  readonly #pending = new Map<string, HubEvent>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  load(): HubState {
    const state = initialState();
    const rows = this.#sql.exec<SubscriptionRow>("SELECT subscriber, symbol FROM subscription");
    for (const row of rows) apply(state, { kind: "subscribed", ...row });
    return state;
  }

  keep(events: readonly HubEvent[]): void {
    for (const event of events) this.#pending.set(`${event.subscriber} ${event.symbol}`, event);
  }

  /** Called inside the group's transaction. */
  write(): void {
    const events = [...this.#pending.values()];
    this.#pending.clear();
    const rowsOf = (kind: HubEvent["kind"]) =>
      events.filter((event) => event.kind === kind).map(({ subscriber, symbol }) => [subscriber, symbol]);
    writeRows(
      this.#sql,
      "INSERT OR IGNORE INTO subscription (subscriber, symbol) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
      rowsOf("subscribed"),
    );
    writeRows(
      this.#sql,
      `DELETE FROM subscription WHERE (subscriber, symbol) IN
         (SELECT value ->> 0, value ->> 1 FROM json_each(?1))`,
      rowsOf("unsubscribed"),
    );
  }
}
