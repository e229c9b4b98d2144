/** What is to be said to each actor: topics that it shall tell, and those that nobody wants any more. One frame at a time, again until it is heard. */
import { Asking, type Wakes } from "../runtime/asking.ts";
import type { ActorReply, Refusal } from "../runtime/reply.ts";

/** Topics of one frame to an actor: as many as one of its own clients may hold. */
const TOPICS_PER_FRAME_MAX = 100;

export type LinkWordsOptions = {
  readonly wakes: Wakes;
  readonly randomFraction: () => number;
  /** Undefined where the actor did not answer. */
  readonly link: (actor: string, frame: string) => Promise<ActorReply<null> | undefined>;
  readonly isWanted: (actor: string, topic: string) => boolean;
  readonly refused: (actor: string, topics: readonly string[], refusal: Refusal) => void;
};

type Words = { readonly subscribe: Set<string>; readonly unsubscribe: Set<string>; isCalling: boolean };
type Op = "subscribe" | "unsubscribe";

/** The actor was there and will not change its mind. */
const FINAL: ReadonlySet<string> = new Set([
  "not-found",
  "symbol-unknown",
  "account-unknown",
  "strategy-unknown",
  "too-many",
  "invalid",
]);

export class LinkWords {
  readonly #options: LinkWordsOptions;
  readonly #asking: Asking<string>;
  readonly #words = new Map<string, Words>();

  constructor(options: LinkWordsOptions) {
    this.#options = options;
    const { wakes, randomFraction } = options;
    this.#asking = new Asking({
      isFollowed: (actor) => this.#words.has(actor),
      reach: (actor) => this.#reach(actor),
      wakes,
      randomFraction,
    });
  }

  /** Actors that have something to be told yet. */
  get size(): number {
    return this.#words.size;
  }

  want(actor: string, topic: string): void {
    this.#add(actor, topic, "subscribe", "unsubscribe");
  }

  quit(actor: string, topic: string): void {
    this.#add(actor, topic, "unsubscribe", "subscribe");
  }

  /** A macrotask later: what is wanted together travels in one frame. */
  #add(actor: string, topic: string, op: Op, other: Op): void {
    const known = this.#words.get(actor);
    const words = known ?? { subscribe: new Set(), unsubscribe: new Set(), isCalling: false };
    words[op].add(topic);
    words[other].delete(topic);
    if (known !== undefined) return;
    this.#words.set(actor, words);
    this.#options.wakes.set(() => void this.#asking.ask([actor]), 0);
  }

  /** Until nothing is left to be said. False where the actor is away. */
  async #reach(actor: string): Promise<boolean> {
    const words = this.#words.get(actor);
    if (words === undefined || words.isCalling) return true;
    words.isCalling = true;
    let isThere = true;
    while (isThere && words.subscribe.size + words.unsubscribe.size > 0)
      isThere = await this.#say(actor, words, words.unsubscribe.size > 0 ? "unsubscribe" : "subscribe");
    words.isCalling = false;
    if (words.subscribe.size + words.unsubscribe.size === 0) this.#words.delete(actor);
    return isThere;
  }

  async #say(actor: string, words: Words, op: Op): Promise<boolean> {
    const topics = [...words[op]].slice(0, TOPICS_PER_FRAME_MAX);
    for (const topic of topics) words[op].delete(topic);
    const reply = await this.#options.link(actor, JSON.stringify({ op, topics }));
    if (reply?.ok === true) return true;
    if (reply !== undefined && FINAL.has(reply.code)) {
      if (op === "subscribe") this.#options.refused(actor, topics, reply);
      return true;
    }
    // That nobody wants a topic is not said twice: an actor that tells it hears so in answer.
    if (op === "unsubscribe") return true;
    for (const topic of topics) if (this.#options.isWanted(actor, topic)) words.subscribe.add(topic);
    return false;
  }
}
