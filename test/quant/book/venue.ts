/** Messages of a venue, made by hand, and a venue that makes them. */
import { Book, type BookView } from "../../../src/quant/book/book.ts";
import type { DepthChange } from "../../../src/quant/book/depth-change.ts";

export const T0 = 1_700_000_000_000;

export const change = (fields: Partial<DepthChange>): DepthChange => ({
  ...{ ts: T0, isSnapshot: false, bids: [], asks: [] },
  ...{ lastSeq: undefined, afterSeq: undefined, checksum: undefined, levelsKept: undefined },
  ...fields,
});
export const snapshot = (lastSeq: number | undefined, fields: Partial<DepthChange> = {}) =>
  change({ isSnapshot: true, lastSeq, bids: [99, 1, 98, 1], asks: [101, 1, 102, 1], ...fields });
/** Changes after `from`, the last of them `to`. */
export const diff = (from: number, to: number, fields: Partial<DepthChange> = {}) =>
  change({ afterSeq: from, lastSeq: to, ...fields });

/** Price and size by turns, best first. */
export function flatLevels(book: BookView, side: "bids" | "asks"): number[] {
  const { prices, sizes } = book.levels(side);
  return prices.flatMap((price, at) => [price, sizes[at] ?? 0]);
}

/** A venue that changes one level a number, tells diffs of some of them and answers for a snapshot; and a line that loses, repeats and mixes. */
export class Venue {
  readonly #random: () => number;
  readonly #book = new Book();
  seq = 0;
  readonly #touched: { seq: number; side: "bids" | "asks"; price: number }[] = [];
  #told = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  move(): void {
    const side = this.#random() < 0.5 ? "bids" : "asks";
    const price = 100 + Math.floor(this.#random() * 40) * (side === "bids" ? -1 : 1);
    this.seq += 1;
    this.#book.set(side, price, Math.floor(this.#random() * 4));
    this.#touched.push({ seq: this.seq, side, price });
  }

  diff(): DepthChange {
    const from = this.#told;
    this.#told = this.seq;
    const flat = (side: "bids" | "asks") => {
      const prices = this.#touched.filter((each) => each.seq > from && each.side === side);
      return [...new Set(prices.map(({ price }) => price))].flatMap((price) => [
        price,
        this.#book.sizeAt(side, price),
      ]);
    };
    return diff(from, this.seq, { ts: T0 + this.seq, bids: flat("bids"), asks: flat("asks") });
  }

  snapshot(): DepthChange {
    const bids = flatLevels(this.#book, "bids");
    return snapshot(this.seq, { ts: T0 + this.seq, bids, asks: flatLevels(this.#book, "asks") });
  }
}

export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
