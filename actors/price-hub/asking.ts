/**
 * Symbols that the hub must reach: to hear where they stand, and so that they know that somebody follows. Who has once been told that
 * nobody does says nothing more by itself, so each is asked until it has answered or is not followed any more.
 */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Wakes } from "./delivery.ts";

/** Symbols asked at the same time, of those that one call wants. */
const PARALLEL_MAX = 16;
/** First wait after symbols could not be reached; doubles, with full jitter. */
const RETRY_MS = 400;
/** A symbol that is away is asked this often at the most seldom. */
export const ASK_AGAIN_MS_MAX = 15_000;

export type AskingOptions = {
  readonly isFollowed: (symbol: Symbol) => boolean;
  /** Resolves to whether the symbol was there, whatever it said; never rejects and never hangs. */
  readonly reach: (symbol: Symbol) => Promise<boolean>;
  readonly wakes: Wakes;
  readonly randomFraction: () => number;
};

export class Asking {
  readonly #options: AskingOptions;
  /** Symbols that have not answered, each with the number of the call that asks it: an answer to an earlier one may be of earlier days. */
  readonly #open = new Map<Symbol, number>();
  /** Those of them that nobody asks just now. */
  readonly #missed = new Set<Symbol>();
  #calls = 0;
  #failures = 0;
  #retries = false;

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Nobody follows it any more. */
  forget(symbol: Symbol): void {
    this.#open.delete(symbol);
    this.#missed.delete(symbol);
  }

  /** Ends when each that is followed has been asked once. Never throws. */
  async ask(symbols: Iterable<Symbol>): Promise<void> {
    this.#calls += 1;
    const call = this.#calls;
    const wanted = [...symbols].filter(this.#options.isFollowed);
    for (const symbol of wanted) {
      this.#open.set(symbol, call);
      this.#missed.delete(symbol);
    }
    for (let next = 0; next < wanted.length; next += PARALLEL_MAX) {
      const asked = wanted.slice(next, next + PARALLEL_MAX).map((symbol) => this.#askOne(symbol, call));
      await Promise.all(asked);
    }
    this.#retryLater();
  }

  async #askOne(symbol: Symbol, call: number): Promise<void> {
    if (this.#open.get(symbol) !== call) return;
    const isReached = await this.#options.reach(symbol);
    if (this.#open.get(symbol) !== call) return;
    if (isReached) this.#open.delete(symbol);
    else this.#missed.add(symbol);
  }

  #retryLater(): void {
    if (this.#missed.size === 0) this.#failures = 0;
    if (this.#missed.size === 0 || this.#retries) return;
    const { wakes, randomFraction } = this.#options;
    const ceiling = Math.min(ASK_AGAIN_MS_MAX, RETRY_MS * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    this.#retries = true;
    wakes.set(
      () => {
        this.#retries = false;
        void this.ask(this.#missed);
      },
      Math.ceil(ceiling * randomFraction()),
    );
  }
}
