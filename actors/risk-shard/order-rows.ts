/** Orders on disk: those that work, and the newest that ended. Memory holds where an id may be found, never an ended order. */

import { KeyIndex } from "../runtime/key-index.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import { ENDED_ORDERS_MAX, ENDED_ORDERS_SLACK_MAX } from "./capacity.ts";
import type { PartEvent } from "./parts-events.ts";
import { leavingOrders } from "./parts-rows.ts";
import { type Moving, movingIn } from "./parts-symbols.ts";
import { encodeOrder, parseOrder } from "./rows.ts";
import type { Order } from "./state.ts";

export class OrderRows {
  readonly #sql: Sql;
  readonly #noted = new Map<number, Order>();
  #leaving: Moving | undefined;
  /** Seqs of the rows, by clientOrderId. Made when an order is asked for that does not work. */
  #index: KeyIndex | undefined;
  #count: number;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#count = sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM risk_order")[0]?.n ?? 0;
  }

  /** `isNew`: it has no row yet. */
  note(order: Order, isNew: boolean): void {
    this.#noted.set(order.seq, order);
    if (!isNew) return;
    this.#count += 1;
    this.#index?.add(order.clientOrderId, order.seq);
  }

  /** What comes from another part, or goes to one. */
  notePart(event: PartEvent): void {
    if (event.kind === "part-imported") for (const order of event.content.orders) this.note(order, true);
    if (event.kind === "part-exported") this.#leaving = movingIn(event.move.slots);
  }

  #letGo(isMoving: Moving): void {
    this.#leaving = undefined;
    const seqs = leavingOrders(this.#sql, isMoving);
    this.#count -= seqs.length;
    this.#sql.exec(
      "DELETE FROM risk_order WHERE seq IN (SELECT value FROM json_each(?1))",
      JSON.stringify(seqs),
    );
  }

  /** Those that have ended, by clientOrderId; of two with the same id the newer. */
  ended(clientOrderIds: readonly string[]): Map<string, Order> {
    const found = new Map<string, Order>();
    if (clientOrderIds.length === 0) return found;
    this.#index ??= this.#indexed();
    const index = this.#index;
    const seqs = clientOrderIds.flatMap((id) => index.placesOf(id));
    if (seqs.length === 0) return found;
    const wanted = new Set(clientOrderIds);
    for (const { payload } of this.#sql.exec<Payload>(ENDED, JSON.stringify(seqs))) {
      const order = parseOrder(payload);
      if (wanted.has(order.clientOrderId)) found.set(order.clientOrderId, order);
    }
    return found;
  }

  #indexed(): KeyIndex {
    const index = new KeyIndex();
    for (const { seq, id } of this.#sql.exec<{ seq: number; id: string }>(IDS)) index.add(id, seq);
    return index;
  }

  /** Newest first, strictly below `before`. */
  page(status: string | undefined, before: number, limit: number): Order[] {
    const rows =
      status === undefined
        ? this.#sql.exec<Payload>(PAGE, before, limit)
        : this.#sql.exec<Payload>(PAGE_OF_STATUS, before, limit, status);
    return rows.map(({ payload }) => parseOrder(payload));
  }

  count(status: string | undefined): number {
    if (status === undefined) return this.#count;
    return this.#sql.exec<{ n: number }>(COUNT_OF_STATUS, status)[0]?.n ?? 0;
  }

  /** Called inside the group's transaction, with how many orders work. */
  write(working: number): void {
    if (this.#leaving !== undefined) this.#letGo(this.#leaving);
    if (this.#noted.size > 0) {
      const rows: (string | number)[][] = [];
      for (const order of this.#noted.values())
        rows.push([order.seq, order.clientOrderId, order.status, encodeOrder(order)]);
      this.#noted.clear();
      insertRows(this.#sql, PUT_ORDERS, rows);
    }
    const ended = this.#count - working;
    if (ended > ENDED_ORDERS_MAX + ENDED_ORDERS_SLACK_MAX) this.#trim(ended - ENDED_ORDERS_MAX);
  }

  /** Orders that have left are still in the index: it is made anew once most of it has. */
  #trim(surplus: number): void {
    this.#count -= this.#sql.exec(TRIM, surplus).length;
    if (this.#index?.isStale(this.#count) === true) this.#index = undefined;
  }
}

type Payload = { payload: string };

const PUT_ORDERS = rowInsert(
  "INSERT INTO risk_order (seq, client_order_id, status, payload)",
  "ON CONFLICT (seq) DO UPDATE SET status = excluded.status, payload = excluded.payload",
);
const IDS = "SELECT seq, client_order_id AS id FROM risk_order";
const ENDED =
  "SELECT payload FROM risk_order WHERE seq IN (SELECT value FROM json_each(?1)) AND status <> 'working' ORDER BY seq";
const PAGE = "SELECT payload FROM risk_order WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2";
const PAGE_OF_STATUS =
  "SELECT payload FROM risk_order WHERE seq < ?1 AND status = ?3 ORDER BY seq DESC LIMIT ?2";
const COUNT_OF_STATUS = "SELECT COUNT(*) AS n FROM risk_order WHERE status = ?1";
const TRIM = `DELETE FROM risk_order WHERE seq IN
  (SELECT seq FROM risk_order WHERE status <> 'working' ORDER BY seq LIMIT ?1) RETURNING seq`;
