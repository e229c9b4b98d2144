/**
 * Group commit of many actors: batches that arrive while a transaction is under way share the next one. Where Postgres refuses a row, the
 * batch that holds it is found by halves and searched beside the others, which do not wait for it.
 * Nothing is stored here; a caller keeps its facts until it hears the watermark.
 */
import { type Mirror, MirrorDataError } from "../../src/ports.ts";
import type { Confirmation, TextBatch } from "../runtime/fact.ts";
import { factCount } from "../runtime/fact-text.ts";
import type { ActorReply } from "../runtime/reply.ts";
import { overloaded } from "../runtime/reply.ts";
import { commitIsolated } from "./isolate.ts";

/** A batch never waits longer than this for company. */
export const COLLECT_MS = 20;
/** Facts of one transaction: a few hundred milliseconds of Postgres. */
export const TRANSACTION_FACTS_MAX = 5_000;
/** Text of one transaction, in UTF-16 units, well inside what Neon takes in one request. */
export const TRANSACTION_UNITS_MAX = 4_000_000;
/** Batches that may wait. Beyond it the caller is told to come back: it has lost nothing. */
export const WAITING_BATCHES_MAX = 2_000;
/** Batches that are searched or wait for it: some seconds each where Postgres is slow, at up to 2 MB of text. */
export const SUSPECTS_MAX = 32;
/** What a refused caller is told to wait. */
const RETRY_MS = 1_000;
/** The same where a search is in the way: each try of a batch that cannot be searched yet halves a transaction of others. */
const SEARCH_RETRY_MS = 5_000;

type Waiting = {
  readonly batch: TextBatch;
  readonly resolve: (reply: ActorReply<Confirmation>) => void;
  readonly reject: (error: unknown) => void;
};

export class Collector {
  readonly #mirror: Pick<Mirror, "commit" | "park">;
  #waiting: Waiting[] = [];
  #busy = false;
  /** Whose batch has a row that Postgres refuses; searched one after the other, one of an actor. */
  readonly #suspects = new Set<string>();
  #searching: Promise<void> = Promise.resolve();

  constructor(mirror: Pick<Mirror, "commit" | "park">) {
    this.#mirror = mirror;
  }

  get waiting(): number {
    return this.#waiting.length;
  }
  get suspects(): number {
    return this.#suspects.size;
  }

  /** Resolves once the batch is committed, or says why it is not; rejects when the outcome is unknown or the mirror is away. */
  add(batch: TextBatch): Promise<ActorReply<Confirmation>> {
    if (this.waiting >= WAITING_BATCHES_MAX)
      return Promise.resolve(overloaded(RETRY_MS, "too many batches wait for Postgres"));
    // A sender that has lost patience comes again with the same facts: one search of them is enough.
    if (this.#suspects.has(batch.actor)) return Promise.resolve(SEARCHED);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
      if (this.#busy) return;
      this.#busy = true;
      setTimeout(() => void this.#run(), COLLECT_MS);
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#transact(this.#take());
    this.#busy = false;
  }

  async #transact(taken: readonly Waiting[]): Promise<void> {
    try {
      settle(taken, await this.#mirror.commit(taken.map(({ batch }) => batch)));
    } catch (error) {
      if (!(error instanceof MirrorDataError)) for (const waiting of taken) waiting.reject(error);
      else if (taken.length === 1) for (const waiting of taken) this.#suspect(waiting);
      else await this.#halve(taken);
    }
  }

  async #halve(taken: readonly Waiting[]): Promise<void> {
    const middle = Math.ceil(taken.length / 2);
    await this.#transact(taken.slice(0, middle));
    await this.#transact(taken.slice(middle));
  }

  #suspect(waiting: Waiting): void {
    const { actor } = waiting.batch;
    if (this.#suspects.has(actor)) waiting.resolve(SEARCHED);
    else if (this.#suspects.size >= SUSPECTS_MAX) waiting.resolve(SEARCHES_FULL);
    else {
      this.#suspects.add(actor);
      this.#searching = this.#searching.then(() => this.#search(waiting));
    }
  }

  /** To the row; each takes some twenty small transactions, for which nobody else waits. */
  async #search(waiting: Waiting): Promise<void> {
    try {
      settle([waiting], await commitIsolated(this.#mirror, [waiting.batch]));
    } catch (error) {
      waiting.reject(error);
    }
    this.#suspects.delete(waiting.batch.actor);
  }

  /** What fits one transaction, in order of arrival; a second batch of the same actor waits for the next. */
  #take(): Waiting[] {
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    const actors = new Set<string>();
    let facts = 0;
    let units = 0;
    for (const waiting of this.#waiting) {
      const { batch } = waiting;
      const fits =
        facts + factCount(batch) <= TRANSACTION_FACTS_MAX &&
        units + batch.text.length <= TRANSACTION_UNITS_MAX;
      if (actors.has(batch.actor) || (taken.length > 0 && !fits)) {
        left.push(waiting);
        continue;
      }
      actors.add(batch.actor);
      facts += factCount(batch);
      units += batch.text.length;
      taken.push(waiting);
    }
    this.#waiting = left;
    return taken;
  }
}

const SEARCHED = overloaded(
  SEARCH_RETRY_MS,
  "a batch of this actor is searched for a row that Postgres refuses",
);
const SEARCHES_FULL = overloaded(
  SEARCH_RETRY_MS,
  "too many batches are searched for rows that Postgres refuses",
);

function settle(taken: readonly Waiting[], confirmations: readonly Confirmation[]): void {
  taken.forEach((waiting, index) => {
    const confirmation = confirmations[index];
    if (confirmation === undefined) waiting.reject(new Error("a batch without an outcome"));
    else waiting.resolve({ ok: true, value: confirmation });
  });
}
