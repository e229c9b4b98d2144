/** An order book by price: how much stands at each price on both sides, as integers at the instrument's scales. */
import { BOOK_LEVELS_MAX } from "../../domain/book.ts";
import { Ladder } from "./ladder.ts";

export const BOOK_SIDES = ["bids", "asks"] as const;
export type BookSideName = (typeof BOOK_SIDES)[number];
export type Level = readonly [price: number, size: number];

/** Levels of one side, best first; both lists are of one length. */
export type BookSide = { readonly prices: readonly number[]; readonly sizes: readonly number[] };

/** What is asked of a book by those who only read it. */
export type BookView = {
  readonly bestBid: Level | undefined;
  readonly bestAsk: Level | undefined;
  /** The nearest `most` levels of a side, by default all that are kept. */
  levels(side: BookSideName, most?: number): BookSide;
  /** How many levels of a side are kept. */
  count(side: BookSideName): number;
  /** The farthest price up to which every level of a side is known; beyond it there may be more than is kept. Undefined where all are known. */
  knownTo(side: BookSideName): number | undefined;
  sizeAt(side: BookSideName, price: number): number;
};

export class Book implements BookView {
  readonly #ladders: Readonly<Record<BookSideName, Ladder>>;

  constructor(levelsMax = BOOK_LEVELS_MAX) {
    this.#ladders = { bids: new Ladder("highest", levelsMax), asks: new Ladder("lowest", levelsMax) };
  }

  get bestBid(): Level | undefined {
    return best(this.#ladders.bids);
  }

  get bestAsk(): Level | undefined {
    return best(this.#ladders.asks);
  }

  levels(side: BookSideName, most?: number): BookSide {
    return this.#ladders[side].levels(most);
  }

  count(side: BookSideName): number {
    return this.#ladders[side].count;
  }

  knownTo(side: BookSideName): number | undefined {
    return this.#ladders[side].knownTo;
  }

  /** Levels of a side up to the price that it is known to. */
  countKnown(side: BookSideName): number {
    return this.#ladders[side].countKnown;
  }

  sizeAt(side: BookSideName, price: number): number {
    return this.#ladders[side].sizeAt(price);
  }

  /** A size of 0 takes the level away. */
  set(side: BookSideName, price: number, size: number): void {
    this.#ladders[side].set(price, size);
  }

  /** Both sides anew, in any order of levels. */
  replace(bids: Iterable<Level>, asks: Iterable<Level>): void {
    this.#ladders.bids.replace(bids);
    this.#ladders.asks.replace(asks);
  }

  /** As a book that was written down says: see `knownTo`. */
  limitKnown(side: BookSideName, price: number): void {
    this.#ladders[side].limitKnown(price);
  }

  /** Of each side the farthest levels beyond so many leave, and those that are kept are known. */
  trim(levelsMax: number): void {
    for (const side of BOOK_SIDES) this.#ladders[side].trim(levelsMax);
  }

  clear(): void {
    for (const side of BOOK_SIDES) this.#ladders[side].clear();
  }
}

/** A buyer pays more than a seller asks. */
export const isCrossed = ({ bestBid, bestAsk }: BookView): boolean =>
  bestBid !== undefined && bestAsk !== undefined && bestBid[0] > bestAsk[0];

export const isLocked = ({ bestBid, bestAsk }: BookView): boolean =>
  bestBid !== undefined && bestAsk !== undefined && bestBid[0] === bestAsk[0];

function best(ladder: Ladder): Level | undefined {
  const price = ladder.bestPrice();
  const size = ladder.bestSize();
  return price === undefined || size === undefined ? undefined : [price, size];
}
