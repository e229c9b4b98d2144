/** Waiting for something no longer than a given time. What took too long goes on by itself; its failure then disturbs nobody. */

export class TookTooLong extends Error {
  override readonly name = "TookTooLong";
}

/** What `work` ends with. Throws what it throws, and `TookTooLong` where it has not ended after `waitMs`. */
export async function within<Value>(work: Promise<Value>, waitMs: number): Promise<Value> {
  const patience = new Patience(waitMs);
  try {
    return await patience.with(work);
  } finally {
    patience.end();
  }
}

/** For several works that may take equally long: one timer for all, since setting and clearing one costs as much as a call. */
export class Patience {
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #late: Promise<never>;

  constructor(waitMs: number) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.#late = promise;
    this.#timer = setTimeout(() => reject(new TookTooLong(`no answer within ${waitMs} ms`)), waitMs);
    // Nobody may be waiting any more, or not yet.
    promise.catch(() => undefined);
  }

  with<Value>(work: Promise<Value>): Promise<Value> {
    return Promise.race([work, this.#late]);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** Undefined where it failed or took too long: for callers who go on either way. Never throws. */
export const ifWithin = <Value>(work: Promise<Value>, waitMs: number): Promise<Value | undefined> =>
  within(work, waitMs).catch(() => undefined);
