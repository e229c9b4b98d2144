/** SQL of a risk shard, but for its orders. What a turn changed is noted and written with its group; all else is in memory. */

import { assert } from "../../src/domain/assert.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { encodeInstrument } from "../../src/domain/instrument-codec.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS } from "../runtime/outbox-tables.ts";
import { LINK_TABLES, SOCKET_TABLES } from "../runtime/sockets.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import { ABOVE_TABLE, AboveRows } from "./above-rows.ts";
import { limitsFor } from "./applied-limits.ts";
import { BookRows } from "./book-rows.ts";
import { RATE_WINDOWS_MAX } from "./capacity.ts";
import { ClosingRows } from "./closing-rows.ts";
import type { OrderDecided, RiskEvent } from "./events.ts";
import { FLOW_TABLES, FlowRows } from "./flow-rows.ts";
import { LIMIT_PLANS, LimitRows } from "./limit-rows.ts";
import { ARMED_CONNECTION_TABLE, MASS_CANCEL_TABLE, MassCancelRows } from "./mass-cancel-rows.ts";
import { OrderRows } from "./order-rows.ts";
import { isPartEvent, type PartEvent } from "./parts-events.ts";
import { keysOfMove, MOVED_LINE_TABLE, PART_TABLES, PartRows } from "./parts-rows.ts";
import { rateKey, spentWindows } from "./rates.ts";
import { RECONCILIATION_TABLE, ReconcileRows } from "./reconcile-rows.ts";
import { encodeAccount } from "./rows.ts";
import { type RiskState, tripKey } from "./state.ts";
import {
  BROUGHT,
  CLOSING,
  DECISIONS_COUNTED,
  FUNDING,
  JOURNALS,
  OLD_LINES_DATED,
  ONE_TEXT_A_DECISION,
  PEAKS,
  TABLES,
  TRIPS,
} from "./tables.ts";
import { stateKey } from "./trading-states.ts";
import { RESOLUTIONS } from "./violations.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  { id: 1, statements: TABLES },
  { id: 2, statements: SOCKET_TABLES },
  { id: 3, statements: ONE_TEXT_A_DECISION },
  { id: 4, statements: OUTBOX_CHUNKS },
  { id: 5, statements: DECISIONS_COUNTED },
  { id: 6, statements: LINK_TABLES },
  { id: 7, statements: FUNDING },
  { id: 8, statements: CLOSING },
  { id: 9, statements: JOURNALS },
  { id: 10, statements: [RECONCILIATION_TABLE] },
  { id: 11, statements: OLD_LINES_DATED },
  { id: 12, statements: BROUGHT },
  { id: 13, statements: TRIPS },
  { id: 14, statements: FLOW_TABLES },
  { id: 15, statements: LIMIT_PLANS },
  { id: 16, statements: [MASS_CANCEL_TABLE, ARMED_CONNECTION_TABLE] },
  { id: 17, statements: PEAKS },
  { id: 18, statements: RESOLUTIONS },
  { id: 19, statements: [ABOVE_TABLE] },
  { id: 20, statements: PART_TABLES },
  { id: 21, statements: [MOVED_LINE_TABLE] },
];

export class RiskStore {
  readonly orders: OrderRows;
  readonly closing: ClosingRows;
  readonly book: BookRows;
  readonly reconciliations: ReconcileRows;
  readonly massCancels: MassCancelRows;
  readonly limits: LimitRows;
  readonly flow: FlowRows;
  readonly parts: PartRows;
  readonly above: AboveRows;
  readonly #sql: Sql;
  readonly #state: RiskState;
  readonly #tradingStates = new Set<string>();
  readonly #trips = new Set<string>();
  readonly #strategies = new Set<string>();
  readonly #instruments = new Set<Symbol>();
  readonly #rates = new Set<string>();
  #accountChanged = false;
  #now = 0;

  constructor(sql: Sql, state: RiskState) {
    this.#sql = sql;
    this.#state = state;
    this.orders = new OrderRows(sql);
    this.closing = new ClosingRows(sql);
    this.book = new BookRows(sql, state);
    this.reconciliations = new ReconcileRows(sql);
    this.massCancels = new MassCancelRows(sql);
    this.flow = new FlowRows(sql, state);
    this.limits = new LimitRows(sql, state);
    this.parts = new PartRows(sql, state);
    this.above = new AboveRows(sql, state);
  }

  /** After the event was applied. */
  note(event: RiskEvent): void {
    this.#now = event.at;
    this.book.note(event);
    if (isPartEvent(event)) this.#notePart(event);
    else this.#note(event);
  }

  #note(event: Exclude<RiskEvent, PartEvent>): void {
    switch (event.kind) {
      case "account-put":
        this.#accountChanged = true;
        this.above.note(event);
        return;
      case "quota-held":
      case "parent-book":
        this.above.note(event);
        return;
      case "limits-put":
      case "limits-planned":
        this.limits.note(event);
        return;
      case "state-set":
        this.#tradingStates.add(stateKey(event.standing.scope.kind, event.standing.scope.id));
        return;
      case "order-decided":
        this.#noteOrder(event);
        return;
      case "execution-booked":
        for (const order of event.orders) this.orders.note(order, false);
        this.#noteRates(this.flow.note(event));
        return;
      case "corporate-action-applied":
        for (const order of event.orders) this.orders.note(order, false);
        return;
      case "adjusted":
        for (const order of event.orders) this.orders.note(order, event.added);
        if (event.origin === "reconcile") this.reconciliations.noteResolved(event, this.#state.seq);
        return;
      case "reconciled":
        this.reconciliations.note(event.reconciliation);
        return;
      case "mass-cancel-asked":
        this.massCancels.note(event);
        return;
      case "strategy-changed":
        this.#strategies.add(event.strategy);
        return;
      case "account-snapshot":
        this.closing.note(event, this.#state.seq);
        if (event.closing !== undefined) this.parts.noteClosed();
        return;
      case "limit-tripped":
      case "limit-released":
        this.#trips.add(tripKey(event.limitId, event.member));
        this.#noteRates(this.flow.noteReleased(event));
        return;
      case "utilisation-level":
      case "violation-resolved":
      case "book-imported":
      case "violation-raised":
      case "fill-news":
      case "execution-revised":
      case "cash-moved":
      case "position-drift":
        return;
    }
  }

  #noteOrder(event: OrderDecided): void {
    const { orders, terms } = event;
    this.#noteRates(this.flow.note(event));
    const [order, replaced] = orders;
    if (order === undefined) return;
    this.orders.note(order, true);
    if (replaced !== undefined) this.orders.note(replaced, false);
    const { rates } = limitsFor(this.#state.limits.limits, terms);
    this.#noteRates(rates.map((limit) => rateKey(limit, terms)));
  }

  #notePart(event: PartEvent): void {
    for (const rows of [this.parts, this.orders, this.flow]) rows.notePart(event);
    if (event.kind === "part-joined") this.above.note(event);
    const { instruments, rates, trips } = keysOfMove(this.#sql, event);
    for (const symbol of instruments) this.#instruments.add(symbol);
    this.#noteRates(rates);
    for (const key of trips) this.#trips.add(key);
  }

  #noteRates(keys: readonly string[]): void {
    for (const key of keys) this.#rates.add(key);
  }

  /** Learned, changed or forgotten. */
  noteInstrument(symbol: Symbol): void {
    this.#instruments.add(symbol);
  }

  /** Called inside the group's transaction. */
  write(): void {
    this.#writeAccount();
    this.closing.write();
    this.parts.write();
    this.reconciliations.write();
    this.massCancels.write();
    this.limits.write();
    this.above.write();
    this.orders.write(this.#state.orders.size);
    this.#state.ended.clear();
    this.book.write();
    this.#writeRates();
    this.flow.write(this.#now);
    this.#writeKeyed("trading_state", "scope", this.#tradingStates, (key) =>
      this.#state.tradingStates.get(key),
    );
    this.#writeKeyed("limit_trip", "key", this.#trips, (key) => this.#state.trips.get(key));
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

const PUT_TEXTS = {
  rate_window: rowInsert("INSERT OR REPLACE INTO rate_window (key, payload)"),
  trading_state: rowInsert("INSERT OR REPLACE INTO trading_state (scope, payload)"),
  limit_trip: rowInsert("INSERT OR REPLACE INTO limit_trip (key, payload)"),
  strategy: rowInsert("INSERT OR REPLACE INTO strategy (id, payload)"),
  instrument: rowInsert("INSERT OR REPLACE INTO instrument (symbol, payload)"),
} as const;
type TextTable = keyof typeof PUT_TEXTS;
