/** Symbols by a number, the largest first: a heap that knows the place of each, so that a change costs the logarithm of their count. */
import type { Trail } from "./changes.ts";

type Entry = { readonly symbol: string; readonly value: bigint };

export class Ranking {
  readonly #entries: Entry[] = [];
  readonly #places = new Map<string, number>();
  /** What was asked for last. It stays so whatever becomes of the symbol that it is without: orders of it come one after the other. */
  #newest:
    | { readonly count: number; readonly without: string | undefined; readonly found: bigint[] }
    | undefined;

  get size(): number {
    return this.#entries.length;
  }

  /** 0 of a symbol that is not ranked. */
  valueOf(symbol: string): bigint {
    return this.#entries[this.#places.get(symbol) ?? -1]?.value ?? 0n;
  }

  /** What is 0 or below is not ranked. */
  rank(symbol: string, value: bigint, trail?: Trail): void {
    const before = this.valueOf(symbol);
    if (before === value) return;
    this.#put(symbol, value);
    if (trail === undefined) return;
    let isDone = true;
    trail.push(() => {
      isDone = !isDone;
      this.#put(symbol, isDone ? value : before);
    });
  }

  /** The largest number of all symbols but one; 0 of none. */
  largestBut(symbol: string): bigint {
    const [first, left, right] = this.#entries;
    if (first === undefined || first.symbol !== symbol) return first?.value ?? 0n;
    const [one, other] = [left?.value ?? 0n, right?.value ?? 0n];
    return one > other ? one : other;
  }

  /** The `count` largest numbers, descending, of all symbols but one. It costs count × log(count), however many there are. */
  top(count: number, without?: string): readonly bigint[] {
    if (this.#newest?.count === count && this.#newest.without === without) return this.#newest.found;
    const found = this.#topOf(count, without);
    this.#newest = { count, without, found };
    return found;
  }

  #topOf(count: number, without: string | undefined): bigint[] {
    const found: bigint[] = [];
    // Places whose parents have been looked at: the next largest is always among them.
    const open = new Frontier(this.#entries);
    open.add(0);
    while (found.length < count) {
      const place = open.takeLargest();
      const entry = place === undefined ? undefined : this.#entries[place];
      if (place === undefined || entry === undefined) break;
      if (entry.symbol !== without) found.push(entry.value);
      open.add(2 * place + 1);
      open.add(2 * place + 2);
    }
    return found;
  }

  #put(symbol: string, value: bigint): void {
    if (this.#newest?.without !== symbol) this.#newest = undefined;
    const place = this.#places.get(symbol);
    if (value <= 0n) {
      if (place !== undefined) this.#remove(place);
      return;
    }
    const at = place ?? this.#entries.length;
    this.#set(at, { symbol, value });
    this.#settle(at);
  }

  #remove(place: number): void {
    const removed = this.#entries[place];
    const last = this.#entries.pop();
    if (removed === undefined || last === undefined) return;
    this.#places.delete(removed.symbol);
    if (last === removed) return;
    this.#set(place, last);
    this.#settle(place);
  }

  /** Up as long as it is above its parent, else down to where it is above its children. */
  #settle(place: number): void {
    let at = place;
    while (at > 0 && this.#isAbove(at, (at - 1) >> 1)) at = this.#swap(at, (at - 1) >> 1);
    for (let child = this.#largerChild(at); this.#isAbove(child, at); child = this.#largerChild(at))
      at = this.#swap(at, child);
  }

  #largerChild(place: number): number {
    const left = 2 * place + 1;
    return this.#isAbove(left + 1, left) ? left + 1 : left;
  }

  #isAbove(place: number, other: number): boolean {
    const one = this.#entries[place];
    const another = this.#entries[other];
    return one !== undefined && another !== undefined && one.value > another.value;
  }

  #swap(from: number, to: number): number {
    const [one, other] = [this.#entries[from], this.#entries[to]];
    if (one === undefined || other === undefined) return from;
    this.#set(to, one);
    this.#set(from, other);
    return to;
  }

  #set(place: number, entry: Entry): void {
    this.#entries[place] = entry;
    this.#places.set(entry.symbol, place);
  }
}

/** Places of a heap, ascending by what stands there. */
class Frontier {
  readonly #entries: readonly Entry[];
  readonly #places: number[] = [];

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  add(place: number): void {
    const value = this.#entries[place]?.value;
    if (value === undefined) return;
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[this.#places[middle] ?? 0]?.value ?? 0n) < value) low = middle + 1;
      else high = middle;
    }
    this.#places.splice(low, 0, place);
  }

  takeLargest(): number | undefined {
    return this.#places.pop();
  }
}
