/** All SQL of a risk shard. What a turn changed is noted and written with its group; all else is in memory. */
import { assert } from "../../src/domain/assert.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { encodeInstrument } from "../../src/domain/instrument-codec.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { SOCKET_TABLES } from "../runtime/sockets.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import {
  ENDED_ORDERS_MAX,
  ENDED_ORDERS_SLACK_MAX,
  LIMIT_VERSIONS_MAX,
  RATE_WINDOWS_MAX,
} from "./capacity.ts";
import { holdsFor } from "./evaluate.ts";
import type { OrderDecided, RiskEvent } from "./events.ts";
import { rateKey, spentWindows } from "./rates.ts";
import { encodeAccount, encodeOrder, parseOrder } from "./rows.ts";
import { type LimitSet, lineKey, type Order, type RiskState } from "./state.ts";
import { TABLES } from "./tables.ts";
import { stateKey } from "./trading-states.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  { id: 1, statements: TABLES },
  { id: 2, statements: SOCKET_TABLES },
];

export class RiskStore {
  readonly #sql: Sql;
  readonly #state: RiskState;
  readonly #orders = new Map<string, Order>();
  readonly #positions = new Set<string>();
  readonly #tradingStates = new Set<string>();
  readonly #strategies = new Set<string>();
  readonly #instruments = new Set<Symbol>();
  readonly #rates = new Set<string>();
  #limitSets: LimitSet[] = [];
  #accountChanged = false;
  #orderRows: number;
  #now = 0;

  constructor(sql: Sql, state: RiskState) {
    this.#sql = sql;
    this.#state = state;
    this.#orderRows = sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM risk_order")[0]?.n ?? 0;
  }

  /** After the event was applied. */
  note(event: RiskEvent): void {
    this.#now = event.at;
    switch (event.kind) {
      case "account-put":
        this.#accountChanged = true;
        return;
      case "limits-put":
        this.#limitSets.push(event.set);
        return;
      case "state-set":
        this.#tradingStates.add(stateKey(event.standing.scope.kind, event.standing.scope.id));
        return;
      case "order-decided":
        this.#noteOrder(event);
        return;
      case "execution-booked":
        for (const order of event.orders) this.#orders.set(order.clientOrderId, order);
        if (event.position !== undefined) this.#positions.add(lineKey(event.symbol, event.strategy));
        return;
      case "strategy-changed":
        this.#strategies.add(event.strategy);
        return;
      case "violation-raised":
      case "fill-news":
        return;
    }
  }

  #noteOrder({ orders, terms }: OrderDecided): void {
    if (orders.length === 0) return;
    this.#orderRows += 1;
    for (const order of orders) this.#orders.set(order.clientOrderId, order);
    for (const limit of this.#state.limits.limits) {
      if (limit.kind === "max-order-rate" && holdsFor(limit, terms)) this.#rates.add(rateKey(limit, terms));
    }
  }

  /** Learned, changed or forgotten. */
  noteInstrument(symbol: Symbol): void {
    this.#instruments.add(symbol);
  }

  /** Orders that have ended, by clientOrderId; of two with the same id the newer. */
  endedOrders(clientOrderIds: readonly string[]): Map<string, Order> {
    const rows = this.#sql.exec<{ payload: string }>(
      `SELECT payload FROM risk_order WHERE client_order_id IN (SELECT value FROM json_each(?1)) AND status <> 'working' ORDER BY seq`,
      JSON.stringify(clientOrderIds),
    );
    return new Map(
      rows.map(({ payload }) => parseOrder(payload)).map((order) => [order.clientOrderId, order]),
    );
  }

  /** Newest first, strictly below `before`. */
  orderPage(status: string | undefined, before: number, limit: number): Order[] {
    const rows =
      status === undefined
        ? this.#sql.exec<{ payload: string }>(
            "SELECT payload FROM risk_order WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
            before,
            limit,
          )
        : this.#sql.exec<{ payload: string }>(
            "SELECT payload FROM risk_order WHERE seq < ?1 AND status = ?3 ORDER BY seq DESC LIMIT ?2",
            before,
            limit,
            status,
          );
    return rows.map(({ payload }) => parseOrder(payload));
  }

  orderCount(status: string | undefined): number {
    if (status === undefined) return this.#orderRows;
    const rows = this.#sql.exec<{ n: number }>(
      "SELECT COUNT(*) AS n FROM risk_order WHERE status = ?1",
      status,
    );
    return rows[0]?.n ?? 0;
  }

  /** The public text of a version's limits; undefined where it was never put or has left. */
  limitsText(version: number): string | undefined {
    const rows = this.#sql.exec<{ limits: string }>(
      "SELECT limits FROM limit_set WHERE version = ?1",
      version,
    );
    return rows[0]?.limits;
  }

  /** Called inside the group's transaction. */
  write(): void {
    this.#writeAccount();
    this.#writeLimits();
    this.#writeOrders();
    this.#writePositions();
    this.#writeRates();
    this.#writeKeyed("trading_state", "scope", this.#tradingStates, (key) =>
      this.#state.tradingStates.get(key),
    );
    this.#writeKeyed("strategy", "id", this.#strategies, (key) => this.#state.strategies.get(key));
    this.#writeInstruments();
  }

  #writeAccount(): void {
    if (!this.#accountChanged) return;
    this.#accountChanged = false;
    const { account } = this.#state;
    assert(account !== undefined, "an account that was put is there");
    this.#sql.exec("INSERT OR REPLACE INTO account (id, payload) VALUES (1, ?1)", encodeAccount(account));
  }

  #writeLimits(): void {
    if (this.#limitSets.length === 0) return;
    insertRows(
      this.#sql,
      PUT.limitSets,
      this.#limitSets.map(({ version, text }) => [version, text]),
    );
    this.#limitSets = [];
    const oldest = this.#state.limits.version - LIMIT_VERSIONS_MAX;
    this.#sql.exec("DELETE FROM limit_set WHERE version <= ?1", oldest);
  }

  #writeOrders(): void {
    if (this.#orders.size > 0) {
      insertRows(
        this.#sql,
        PUT.orders,
        [...this.#orders.values()].map((order) => [
          order.seq,
          order.clientOrderId,
          order.status,
          encodeOrder(order),
        ]),
      );
      this.#orders.clear();
    }
    this.#state.ended.clear();
    const ended = this.#orderRows - this.#state.orders.size;
    if (ended > ENDED_ORDERS_MAX + ENDED_ORDERS_SLACK_MAX) this.#trimOrders(ended - ENDED_ORDERS_MAX);
  }

  #trimOrders(surplus: number): void {
    const gone = this.#sql.exec(
      `DELETE FROM risk_order WHERE seq IN
         (SELECT seq FROM risk_order WHERE status <> 'working' ORDER BY seq LIMIT ?1) RETURNING seq`,
      surplus,
    );
    this.#orderRows -= gone.length;
  }

  #writePositions(): void {
    if (this.#positions.size === 0) return;
    const rows = [...this.#positions].flatMap((key) => this.#state.positions.get(key) ?? []);
    this.#positions.clear();
    insertRows(
      this.#sql,
      PUT.positions,
      rows.map(({ symbol, strategy, position: { qty, cost, realised, fees } }) => [
        symbol,
        strategy,
        String(qty),
        String(cost),
        String(realised),
        String(fees),
      ]),
    );
  }

  /** At the bound, windows in which nothing counts any more leave memory and disk together. */
  #writeRates(): void {
    const { rates } = this.#state;
    if (rates.size > RATE_WINDOWS_MAX) {
      for (const key of spentWindows(this.#state, this.#now)) {
        rates.delete(key);
        this.#rates.add(key);
      }
    }
    this.#writeKeyed("rate_window", "key", this.#rates, (key) => rates.get(key));
  }

  #writeInstruments(): void {
    const { instruments } = this.#state;
    this.#writeTexts("instrument", "symbol", this.#instruments, (symbol) => {
      const instrument = instruments.get(symbol);
      return instrument === undefined ? undefined : encodeInstrument(instrument);
    });
  }

  #writeKeyed(
    table: TextTable,
    key: string,
    noted: Set<string>,
    find: (key: string) => object | undefined,
  ): void {
    this.#writeTexts(table, key, noted, (one) => {
      const found = find(one);
      return found === undefined ? undefined : JSON.stringify(found);
    });
  }

  /** What is not there any more is deleted. */
  #writeTexts<Key extends string>(
    table: TextTable,
    key: string,
    noted: Set<Key>,
    textOf: (key: Key) => string | undefined,
  ): void {
    if (noted.size === 0) return;
    const rows = [...noted].map((one) => [one, textOf(one) ?? null] as const);
    noted.clear();
    insertRows(
      this.#sql,
      PUT_TEXTS[table],
      rows.filter(([, text]) => text !== null),
    );
    const gone = rows.filter(([, text]) => text === null).map(([one]) => one);
    if (gone.length === 0) return;
    this.#sql.exec(
      `DELETE FROM ${table} WHERE ${key} IN (SELECT value FROM json_each(?1))`,
      JSON.stringify(gone),
    );
  }
}

const PUT = {
  limitSets: rowInsert("INSERT INTO limit_set (version, limits)"),
  orders: rowInsert(
    "INSERT INTO risk_order (seq, client_order_id, status, payload)",
    "ON CONFLICT (seq) DO UPDATE SET status = excluded.status, payload = excluded.payload",
  ),
  positions: rowInsert("INSERT OR REPLACE INTO position (symbol, strategy, qty, cost, realised, fees)"),
} as const;
const PUT_TEXTS = {
  rate_window: rowInsert("INSERT OR REPLACE INTO rate_window (key, payload)"),
  trading_state: rowInsert("INSERT OR REPLACE INTO trading_state (scope, payload)"),
  strategy: rowInsert("INSERT OR REPLACE INTO strategy (id, payload)"),
  instrument: rowInsert("INSERT OR REPLACE INTO instrument (symbol, payload)"),
} as const;
type TextTable = keyof typeof PUT_TEXTS;
