/** The limit of [book]: each side two sorted arrays, found by halves and spliced. */
import type { BookSideName, Level } from "../../../src/quant/book/book.ts";

type Side = { readonly keys: number[]; readonly sizes: number[] };

export class BareBook {
  readonly #bids: Side = { keys: [], sizes: [] };
  readonly #asks: Side = { keys: [], sizes: [] };
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get bestBid(): Level | undefined {
    const [key] = this.#bids.keys;
    return key === undefined ? undefined : [-key, this.#bids.sizes[0] ?? 0];
  }

  set(name: BookSideName, price: number, size: number): void {
    const { keys, sizes } = name === "bids" ? this.#bids : this.#asks;
    const key = name === "bids" ? -price : price;
    const at = placeOf(keys, key);
    const isKnown = keys[at] === key;
    if (isKnown && size !== 0) sizes[at] = size;
    else if (isKnown) for (const list of [keys, sizes]) list.splice(at, 1);
    else if (size !== 0) {
      keys.splice(at, 0, key);
      sizes.splice(at, 0, size);
      if (keys.length > this.#max) keys.length = sizes.length = this.#max;
    }
  }
}

function placeOf(keys: readonly number[], key: number): number {
  let low = 0;
  for (let high = keys.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
