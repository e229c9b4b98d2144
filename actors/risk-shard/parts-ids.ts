/** Remembered ids of the symbols of a move: of orders by their symbol, of reports by their own, that of their line, or that of their order. */

import type { Idempotency, Kept } from "../runtime/idempotency.ts";
import type { Sql } from "../runtime/sql.ts";
import type { Placed } from "./parts-export.ts";
import { type Moving, symbolOfLine } from "./parts-symbols.ts";
import { parseOrder } from "./rows.ts";

/** As the ledger names them. */
const ORDER = "o:";
const EXECUTION = "e:";

type Ids = Pick<Idempotency, "batchAfter" | "told">;

export class MovedIds {
  readonly #sql: Sql;
  readonly #ids: Ids;
  /** Orders of those symbols, of all batches that were looked at. */
  #orders: Set<string> | undefined;
  #through = 0;

  constructor(sql: Sql, ids: Ids) {
    this.#sql = sql;
    this.#ids = ids;
  }

  get size(): number {
    return this.#orders?.size ?? 0;
  }

  /** A step for each batch, and one for each id. A place is a batch and how far it was taken. */
  *steps(isMoving: Moving, after: string): Iterable<Placed> {
    const [batch = 0, place = -1] = after === "" ? [] : after.split(".").map(Number);
    // A report refers to an order that was remembered before it: all that came until here are known first.
    if (this.#orders === undefined) while (this.#through < batch && this.#next(isMoving) !== undefined);
    this.#through = Math.max(0, batch - 1);
    for (let found = this.#next(isMoving); found !== undefined; found = this.#next(isMoving)) {
      const { entries } = found;
      let at = found.batch === batch ? place + 1 : 0;
      const told = this.#ids.told(new Map(entries.slice(at)));
      for (const [key, { bodyHash, reply }] of told)
        yield { place: `${found.batch}.${at++}`, row: ["id", key, bodyHash, reply] };
      yield { place: `${found.batch}.${entries.length}` };
    }
  }

  /** All of them, without their replies. */
  keys(isMoving: Moving): Set<string> {
    const keys = new Set<string>();
    this.#through = 0;
    for (let found = this.#next(isMoving); found !== undefined; found = this.#next(isMoving))
      for (const [key] of found.entries) keys.add(key);
    return keys;
  }

  /** Orders whose decision is forgotten, and those that nobody decided, have a row. */
  #ordersOf(isMoving: Moving): Set<string> {
    if (this.#orders !== undefined) return this.#orders;
    const orders = new Set<string>();
    for (const { payload } of this.#sql.exec<{ payload: string }>("SELECT payload FROM risk_order")) {
      const { clientOrderId, symbol } = parseOrder(payload);
      if (isMoving(symbol)) orders.add(clientOrderId);
    }
    this.#orders = orders;
    return orders;
  }

  #next(
    isMoving: Moving,
  ): { readonly batch: number; readonly entries: (readonly [string, Kept])[] } | undefined {
    const orders = this.#ordersOf(isMoving);
    const found = this.#ids.batchAfter(this.#through);
    if (found === undefined) return undefined;
    this.#through = found.batch;
    const entries = [...found.entries].filter(([key, kept]) => isOf(key, kept, orders, isMoving));
    return { batch: found.batch, entries };
  }
}

function isOf(key: string, { bodyHash, reply }: Kept, orders: Set<string>, isMoving: Moving): boolean {
  if (key.startsWith(ORDER)) {
    const id = key.slice(ORDER.length);
    const symbol = ORDER_BODY.exec(bodyHash)?.[1];
    const isMoved = symbol === undefined ? orders.has(id) : isMoving(symbol);
    if (isMoved) orders.add(id);
    return isMoved;
  }
  if (!key.startsWith(EXECUTION)) return false;
  if (typeof reply === "string" && reply !== "") return isMoving(symbolOfLine(reply));
  const [, order = "", symbol] = REPORT_BODY.exec(bodyHash) ?? [];
  return symbol === undefined ? orders.has(order) : isMoving(symbol);
}

/** Of an order: its strategy, then its symbol. Ids and symbols hold nothing that JSON escapes. */
const ORDER_BODY = /^\["[^"]*","([^"]+)"/;
/** Of a report: its type, its order's id, then its symbol where it names one. */
const REPORT_BODY = /^\["[^"]*","([^"]*)",(?:"([^"]+)"|null)/;
