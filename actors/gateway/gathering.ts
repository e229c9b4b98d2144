/**
 * Calls of actors that come together are taken together: a feed's request moves many symbols at once, and what they tell leaves in one frame
 * for each who listens to several of them. A call is answered once it was taken, so one that a kill cuts off is made again.
 */
import type { Wakes } from "../runtime/asking.ts";
import type { Taken } from "../runtime/streams/link.ts";
import { GATHERED_MAX } from "./limits.ts";

export type Call = { readonly actor: string; readonly messages: readonly string[] };
type Waiting = Call & {
  readonly resolve: (taken: Taken) => void;
  readonly reject: (reason: unknown) => void;
};

export class Gathering {
  readonly #wakes: Pick<Wakes, "set">;
  /** Answers in the order of the calls. */
  readonly #take: (calls: readonly Call[]) => readonly Taken[];
  #waiting: Waiting[] = [];

  constructor(wakes: Pick<Wakes, "set">, take: (calls: readonly Call[]) => readonly Taken[]) {
    this.#wakes = wakes;
    this.#take = take;
  }

  get size(): number {
    return this.#waiting.length;
  }

  told(actor: string, messages: readonly string[]): Promise<Taken> {
    const { promise, resolve, reject } = Promise.withResolvers<Taken>();
    this.#waiting.push({ actor, messages, resolve, reject });
    if (this.#waiting.length >= GATHERED_MAX) this.#flush();
    else if (this.#waiting.length === 1) this.#wakes.set(() => this.#flush(), 0);
    return promise;
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    try {
      const taken = this.#take(waiting);
      for (const [index, { resolve }] of waiting.entries()) resolve(taken[index] ?? {});
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
