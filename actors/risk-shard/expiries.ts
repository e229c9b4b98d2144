/** Working orders that end by themselves, the next one first: a heap, from which what has ended meanwhile leaves when it comes to the top. */
import { WORKING_ORDERS_MAX } from "./capacity.ts";
import type { RiskEvent } from "./events.ts";
import type { Order, RiskState } from "./state.ts";

/** Of two entries of an order's id, that with the order's own seq is its own. */
type Expiry = { readonly at: number; readonly seq: number; readonly clientOrderId: string };

/** As many as can work, and as many again that have ended since. Beyond that it is made anew of those that work. */
export const EXPIRIES_MAX = 2 * WORKING_ORDERS_MAX;

export class Expiries {
  readonly #orders: RiskState["orders"];
  #heap: Expiry[] = [];

  constructor(orders: RiskState["orders"]) {
    this.#orders = orders;
    for (const order of orders.values()) this.#add(order);
  }

  get size(): number {
    return this.#heap.length;
  }

  /** After the event was applied. */
  note(event: RiskEvent): void {
    if (event.kind === "part-imported")
      for (const order of event.content.orders) if (order.status === "working") this.#noteOne(order);
    if (event.kind !== "order-decided") return;
    for (const order of event.orders.slice(0, 1)) this.#noteOne(order);
  }

  #noteOne(order: Order): void {
    if (order.expiresAt === undefined) return;
    this.#add(order);
    if (this.#heap.length <= EXPIRIES_MAX) return;
    this.#heap = [];
    for (const working of this.#orders.values()) this.#add(working);
  }

  /** When the next one ends. */
  next(): number | undefined {
    this.#dropEnded();
    return this.#heap[0]?.at;
  }

  /** Takes those whose time is over, at most so many. */
  takeDue(now: number, max: number): Order[] {
    const due: Order[] = [];
    while (due.length < max) {
      const next = this.next();
      if (next === undefined || next > now) break;
      const order = this.#orders.get(this.#pop().clientOrderId);
      if (order !== undefined) due.push(order);
    }
    return due;
  }

  /** What was taken and could not be ended. */
  putBack(orders: readonly Order[]): void {
    for (const order of orders) this.#add(order);
  }

  #dropEnded(): void {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#orders.get(top.clientOrderId)?.seq === top.seq) return;
      this.#pop();
    }
  }

  #add({ expiresAt, seq, clientOrderId }: Order): void {
    if (expiresAt === undefined) return;
    const heap = this.#heap;
    const added: Expiry = { at: expiresAt, seq, clientOrderId };
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isFirst(parent, added)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = added;
  }

  #pop(): Expiry {
    const heap = this.#heap;
    const [top] = heap;
    const last = heap.pop();
    if (top === undefined || last === undefined) throw new RangeError("there is one at the top");
    if (heap.length > 0) this.#sink(last);
    return top;
  }

  /** From the top down to where it belongs. */
  #sink(entry: Expiry): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      const child = this.#earlierChild(place);
      const found = heap[child];
      if (found === undefined || isFirst(entry, found)) break;
      heap[place] = found;
      place = child;
    }
    heap[place] = entry;
  }

  #earlierChild(place: number): number {
    const left = 2 * place + 1;
    const [one, other] = [this.#heap[left], this.#heap[left + 1]];
    return one !== undefined && other !== undefined && isFirst(other, one) ? left + 1 : left;
  }
}

const isFirst = (one: Expiry, other: Expiry): boolean =>
  one.at < other.at || (one.at === other.at && one.seq <= other.seq);
