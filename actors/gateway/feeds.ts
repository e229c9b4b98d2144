/** The topics that this gateway follows, each once, however many listen: opened at its actor when somebody wants it, given up when nobody has for a while. */
import type { TopicPosition } from "../../src/contracts/streams.ts";
import { parsedJson } from "../../src/domain/json.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Refusal } from "../runtime/reply.ts";
import type { Taken } from "../runtime/streams/link.ts";
import { type Head, readHead } from "../runtime/streams/message-text.ts";
import type { TopicRefusal } from "../runtime/streams/topic.ts";
import { Feed, type Send } from "./feed.ts";
import {
  FEEDS_MAX,
  IDLE_MS_MAX,
  RING_ENTRIES_MAX,
  RING_SHARE_MIN,
  RING_UNITS_MAX,
  RINGS_UNITS_MAX,
} from "./limits.ts";
import { LinkWords, type LinkWordsOptions } from "./link-words.ts";

export type FeedsOptions = Pick<LinkWordsOptions, "wakes" | "randomFraction" | "link"> & {
  readonly clock: Clock;
  /** Its actor does not have it. */
  readonly refused: (feed: Feed, refusal: TopicRefusal) => void;
};

/** `moved`: topics that stand elsewhere now. */
export type Told = { readonly taken: Taken; readonly moved: ReadonlySet<Feed> };
type Answer = { readonly unwanted: Set<string>; readonly behind: Map<string, TopicPosition> };

export class Feeds {
  readonly #options: FeedsOptions;
  readonly #words: LinkWords;
  readonly #byActor = new Map<string, Map<string, Feed>>();
  #size = 0;
  #ringUnits = 0;

  constructor(options: FeedsOptions) {
    this.#options = options;
    this.#words = new LinkWords({
      ...options,
      isWanted: (actor, topic) => this.find(actor, topic) !== undefined,
      refused: (actor, topics, refusal) => this.#refuse(actor, topics, refusal),
    });
  }

  get size(): number {
    return this.#size;
  }
  /** Actors that have something to be told yet. */
  get asked(): number {
    return this.#words.size;
  }
  get ringUnits(): number {
    return this.#ringUnits;
  }

  *all(): Iterable<Feed> {
    for (const feeds of this.#byActor.values()) yield* feeds.values();
  }

  find(actor: string, topic: string): Feed | undefined {
    return this.#byActor.get(actor)?.get(topic);
  }

  /** Undefined where there are too many. */
  open(actor: string, topic: string): Feed | undefined {
    const known = this.find(actor, topic);
    if (known !== undefined) return known;
    if (this.#size >= FEEDS_MAX && !this.#makeRoom()) return undefined;
    const feed = new Feed(actor, topic, this.#options.clock.now());
    const feeds = this.#byActor.get(actor) ?? new Map<string, Feed>();
    this.#byActor.set(actor, feeds.set(topic, feed));
    this.#size += 1;
    this.#words.want(actor, topic);
    return feed;
  }

  /** It was opened and never came, or nothing comes any more: its actor is asked anew, for what is missing where there is something before. */
  reopen({ actor, topic, isLive, place }: Feed): void {
    if (isLive) void this.#options.link(actor, JSON.stringify({ op: "resume", ...place }));
    else this.#words.want(actor, topic);
  }

  close(feed: Feed): void {
    if (this.#remove(feed)) this.#words.quit(feed.actor, feed.topic);
  }

  /** What an actor tells. `send` takes what each lane sends of it at once. */
  told(actor: string, messages: readonly string[], send: Send): Told {
    const answer: Answer = { unwanted: new Set(), behind: new Map() };
    const moved = new Set<Feed>();
    for (const text of messages) {
      const head = readHead(text);
      if (head === undefined) this.#hear(actor, text);
      else this.#take(actor, head, text, { send, moved, answer });
    }
    const now = this.#options.clock.now();
    for (const feed of moved) feed.heardAt = now;
    const [unwanted, behind] = [[...answer.unwanted], [...answer.behind.values()]];
    const taken: Taken = {
      ...(unwanted.length === 0 ? {} : { unwanted }),
      ...(behind.length === 0 ? {} : { behind }),
    };
    return { taken, moved };
  }

  /** After a ring has grown: each topic has its share of what all rings together may hold. */
  kept(feed: Feed, unitsBefore: number): void {
    this.#ringUnits += feed.ring.units - unitsBefore;
    this.#trim(feed);
    if (this.#ringUnits > RINGS_UNITS_MAX) for (const other of this.all()) this.#trim(other);
  }

  /** Those that nobody has listened to for a while leave. */
  sweep(): void {
    const since = this.#options.clock.now() - IDLE_MS_MAX;
    const idle = [...this.all()].filter(({ idleSince }) => idleSince !== undefined && idleSince <= since);
    for (const feed of idle) this.close(feed);
  }

  #take(
    actor: string,
    head: Head,
    text: string,
    { send, moved, answer }: { send: Send; moved: Set<Feed>; answer: Answer },
  ): void {
    const feed = this.find(actor, head.topic);
    if (feed === undefined) {
      answer.unwanted.add(head.topic);
      return;
    }
    const units = feed.ring.units;
    const taking = feed.take(head, text, send);
    if (taking === "known") return;
    if (taking === "behind") answer.behind.set(head.topic, feed.place);
    else {
      // A snapshot in the same call mends what was missing before it.
      if (head.type === "snap") answer.behind.delete(head.topic);
      moved.add(feed);
      this.kept(feed, units);
    }
  }

  #remove({ actor, topic, ring }: Feed): boolean {
    const feeds = this.#byActor.get(actor);
    if (feeds?.delete(topic) !== true) return false;
    if (feeds.size === 0) this.#byActor.delete(actor);
    this.#size -= 1;
    this.#ringUnits -= ring.units;
    return true;
  }

  #makeRoom(): boolean {
    let oldest: Feed | undefined;
    for (const feed of this.all())
      if ((feed.idleSince ?? Number.POSITIVE_INFINITY) < (oldest?.idleSince ?? Number.POSITIVE_INFINITY))
        oldest = feed;
    if (oldest !== undefined) this.close(oldest);
    return oldest !== undefined;
  }

  #trim({ ring }: Feed): void {
    const share = Math.floor(RINGS_UNITS_MAX / Math.max(1, this.#size));
    const before = ring.units;
    ring.trim(RING_ENTRIES_MAX, Math.max(RING_SHARE_MIN, Math.min(RING_UNITS_MAX, share)));
    this.#ringUnits += ring.units - before;
  }

  /** An ack names the topics that the actor does not have; nothing else that is no message of a topic is of use here. */
  #hear(actor: string, text: string): void {
    const said = parsedJson(text);
    if (typeof said !== "object" || said === null || !("errors" in said) || !Array.isArray(said.errors))
      return;
    // SAFETY: an ack of a stream, as `ackText` writes it.
    for (const { topic, code, detail } of said.errors as (TopicRefusal & { topic: string })[])
      this.#refuse(actor, [topic], { code, detail });
  }

  #refuse(
    actor: string,
    topics: readonly string[],
    { code, detail = "its actor refused it" }: Pick<Refusal, "detail"> & { readonly code: string },
  ): void {
    for (const topic of topics) {
      const feed = this.find(actor, topic);
      if (feed === undefined || feed.isLive || !this.#remove(feed)) continue;
      this.#options.refused(feed, { code, detail });
    }
  }
}
