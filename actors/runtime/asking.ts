/**
 * Actors that a hub or a gateway must reach: to hear where they stand, and so that they know that somebody follows. Who has once been told
 * that nobody does says nothing more by itself, so each is asked until it has answered or is not followed any more.
 */

/** Asked at the same time, of those that one call wants. */
const PARALLEL_MAX = 16;
/** First wait after some could not be reached; doubles, with full jitter. */
const RETRY_MS = 400;
/** One that is away is asked this often at the most seldom. */
export const ASK_AGAIN_MS_MAX = 15_000;

/** Short waits in memory; what must survive an eviction is on the alarm. */
export type Wakes = {
  readonly set: (run: () => void, afterMs: number) => unknown;
  readonly clear: (wake: unknown) => void;
};

export type AskingOptions<Name> = {
  readonly isFollowed: (name: Name) => boolean;
  /** Resolves to whether it was there, whatever it said; never rejects and never hangs. */
  readonly reach: (name: Name) => Promise<boolean>;
  readonly wakes: Wakes;
  readonly randomFraction: () => number;
};

export class Asking<Name> {
  readonly #options: AskingOptions<Name>;
  /** Those that have not answered, each with the number of the call that asks it: an answer to an earlier one may be of earlier days. */
  readonly #open = new Map<Name, number>();
  /** Those of them that nobody asks just now. */
  readonly #missed = new Set<Name>();
  #calls = 0;
  #failures = 0;
  #retries = false;

  constructor(options: AskingOptions<Name>) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Nobody follows it any more. */
  forget(name: Name): void {
    this.#open.delete(name);
    this.#missed.delete(name);
  }

  /** Ends when each that is followed has been asked once. Never throws. */
  async ask(names: Iterable<Name>): Promise<void> {
    this.#calls += 1;
    const call = this.#calls;
    const wanted = [...names].filter(this.#options.isFollowed);
    for (const name of wanted) {
      this.#open.set(name, call);
      this.#missed.delete(name);
    }
    for (let next = 0; next < wanted.length; next += PARALLEL_MAX) {
      const asked = wanted.slice(next, next + PARALLEL_MAX).map((name) => this.#askOne(name, call));
      await Promise.all(asked);
    }
    this.#retryLater();
  }

  async #askOne(name: Name, call: number): Promise<void> {
    if (this.#open.get(name) !== call) return;
    const isReached = await this.#options.reach(name);
    if (this.#open.get(name) !== call) return;
    if (isReached) this.#open.delete(name);
    else this.#missed.add(name);
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
