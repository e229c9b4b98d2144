/** Who waits for a topic to be there, until its actor has told a first message or has refused it. */
import type { TopicRefusal } from "../runtime/streams/topic.ts";
import { ifWithin } from "../runtime/within.ts";
import type { Feed } from "./feed.ts";

type Waiter = (refusal: TopicRefusal | undefined) => void;

export class Openings {
  readonly #waiters = new Map<Feed, Set<Waiter>>();

  get size(): number {
    return this.#waiters.size;
  }

  /** Refusals of those that were refused. What is neither live nor refused has taken too long. */
  async all(feeds: readonly Feed[], waitMs: number): Promise<ReadonlyMap<Feed, TopicRefusal>> {
    const refusals = new Map<Feed, TopicRefusal>();
    const opening = feeds.filter(({ isLive }) => !isLive);
    if (opening.length === 0) return refusals;
    const waiters: [Feed, Waiter][] = [];
    const opened = opening.map(
      (feed) =>
        new Promise<void>((resolve) => {
          const waiter: Waiter = (refusal) => {
            if (refusal !== undefined) refusals.set(feed, refusal);
            resolve();
          };
          waiters.push([feed, waiter]);
          this.#waiters.set(feed, (this.#waiters.get(feed) ?? new Set()).add(waiter));
        }),
    );
    await ifWithin(Promise.all(opened), waitMs);
    for (const [feed, waiter] of waiters) this.#forget(feed, waiter);
    return refusals;
  }

  settled(feed: Feed, refusal?: TopicRefusal): void {
    const waiters = this.#waiters.get(feed);
    if (waiters === undefined) return;
    this.#waiters.delete(feed);
    for (const waiter of waiters) waiter(refusal);
  }

  #forget(feed: Feed, waiter: Waiter): void {
    const waiters = this.#waiters.get(feed);
    if (waiters?.delete(waiter) === true && waiters.size === 0) this.#waiters.delete(feed);
  }
}
