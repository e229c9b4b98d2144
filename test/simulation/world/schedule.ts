/** Virtual time: what happens next is the earliest event; of those of one moment chance decides. */
import type { Random } from "./random.ts";

export type Planned = {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
};

export class Schedule {
  now: number;
  readonly #random: Random;
  readonly #heap: Planned[] = [];

  constructor(random: Random, startsAt: number) {
    this.#random = random;
    this.now = startsAt;
  }

  after(ms: number, run: () => void): Planned {
    const planned = { at: this.now + Math.max(0, ms), order: this.#random.next(), run, cancelled: false };
    this.#heap.push(planned);
    this.#rise(this.#heap.length - 1);
    return planned;
  }

  /** The next event that stands, taken out; time is then its own. Undefined where none is due by `until`. */
  take(until: number): Planned | undefined {
    for (let first = this.#heap[0]; first !== undefined && first.at <= until; first = this.#heap[0]) {
      this.#pop();
      if (first.cancelled) continue;
      this.now = first.at;
      return first;
    }
    this.now = Math.max(this.now, until);
    return undefined;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; ; ) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2])
        if (child < this.#heap.length && this.#isBefore(child, least)) least = child;
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#at(one), this.#at(other)];
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const kept = this.#at(one);
    this.#heap[one] = this.#at(other);
    this.#heap[other] = kept;
  }

  #at(index: number): Planned {
    const planned = this.#heap[index];
    if (planned === undefined) throw new Error("outside the heap");
    return planned;
  }
}
