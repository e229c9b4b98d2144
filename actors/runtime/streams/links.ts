/**
 * The gateways that this actor's topics are linked to. Who is linked, and to what, is a row on disk, so links outlive a sleep and a kill; how far
 * each gateway is stands in memory, and is asked of it after a load.
 */
import type { ClientFrame, FrameId, TopicError, TopicPosition } from "../../../src/contracts/streams.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import type { Bound } from "../bounds.ts";
import type { Clock } from "../clock.ts";
import { type ActorReply, answer, refusal } from "../reply.ts";
import type { Sql } from "../sql.ts";
import { type Later, UNTOLD_WATCH_MS } from "../telling.ts";
import type { Client } from "./client.ts";
import { ACTOR_DIALECT, readFrame } from "./client-frames.ts";
import { GatewayLink, LINK_SAID_MAX, LINK_WAITING_UNITS_MAX } from "./gateway-link.ts";
import type { ReplayFrom, Taken } from "./link.ts";
import { ackText, pongText } from "./message-text.ts";
import type { SourceOf } from "./subscribing.ts";
import type { Topic, TopicRefusal } from "./topic.ts";
import type { Numbered, Topics } from "./topics.ts";

/** All that a deployment may have. */
export const LINKS_MAX = 64;
/** A gateway that was away for so long has lost its clients long ago; one that comes back subscribes again. */
export const LINK_GIVE_UP_MS = 600_000;

export const STREAM_LINK_TABLE =
  "CREATE TABLE stream_link (gateway TEXT PRIMARY KEY, topics TEXT NOT NULL) STRICT, WITHOUT ROWID";
export const linkBounds: readonly Bound[] = [
  {
    collection: "table:stream_link",
    max: LINKS_MAX,
    unit: "rows",
    atBound: "A frame of a further gateway is refused `too-many`.",
  },
  {
    collection: "memory:linkWaiting",
    max: LINKS_MAX * LINK_WAITING_UNITS_MAX,
    unit: "bytes",
    atBound:
      "What waits for a gateway is dropped, and read from the ring when the gateway can be told again.",
  },
  {
    collection: "memory:linkSaid",
    max: LINKS_MAX * LINK_SAID_MAX,
    unit: "entries",
    atBound: "The oldest answers to frames are dropped: a gateway asks again for what it has not heard of.",
  },
];

/** Takes messages of this actor's topics to a gateway. */
export type ToldBy = (gateway: string, messages: readonly string[]) => Promise<ActorReply<Taken>>;

/** What links need of their actor: the call, and the timer that watches over it. */
export type LinkSurroundings = {
  readonly tell: ToldBy;
  /** In the group under way: the watch stands, if it does not yet. */
  readonly watch: (at: EpochMs) => void;
  /** Outside a group. */
  readonly retryAt: (at: EpochMs) => void;
  readonly allTold: () => void;
  readonly later: Later;
  readonly randomFraction: () => number;
};

export type LinksOptions = LinkSurroundings & {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly topics: Topics<Client>;
  readonly sourceOf: SourceOf;
};

export class Links {
  readonly #options: LinksOptions;
  readonly #links = new Map<string, GatewayLink>();
  /** Topics of each link as its row says. */
  readonly #kept = new Map<string, string>();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#links.size;
  }

  /** After a load, when the topics are. */
  load(): void {
    const { sql, topics } = this.#options;
    for (const row of sql.exec<{ gateway: string; topics: string }>(
      "SELECT gateway, topics FROM stream_link",
    )) {
      const link = this.#open(row.gateway, false);
      this.#kept.set(row.gateway, row.topics);
      const gone: TopicError[] = [];
      // SAFETY: only `#keep` fills this column.
      for (const name of JSON.parse(row.topics) as string[]) {
        const topic = topics.find(name);
        if (topic === undefined) gone.push({ topic: name, code: "topic-unknown", detail: "no longer here" });
        else link.found(topic);
      }
      if (gone.length === 0) continue;
      link.say(this.#ack(link, undefined, gone));
      this.#keep(row.gateway, link);
      this.#watchNow();
    }
  }

  take(gateway: string, text: string): ActorReply<null> {
    const read = readFrame(text, undefined, ACTOR_DIALECT);
    if (read.kind !== "standard") return refusal("json-invalid", "not a frame of a gateway");
    const link = this.#links.get(gateway);
    if (link === undefined && !this.#hasRoom())
      return refusal("too-many", "this actor is linked to no further gateway");
    this.#perform(gateway, link ?? this.#open(gateway, true), read.frame);
    return answer(null);
  }

  /** Texts of messages for whoever has missed some. */
  replay(name: string, from: ReplayFrom | undefined): ActorReply<readonly string[]> {
    const { topics, clock } = this.#options;
    const topic = this.#opened(name);
    if ("code" in topic) return refusal("not-found", topic.detail);
    // Nobody listens by that alone.
    topics.lost(topic);
    if (from === undefined) return answer(topic.anew(clock.now()));
    const reset = topic.missingAfter(from.epoch, from.seq);
    return answer(reset === undefined ? topics.after(topic, from.seq) : topic.anew(clock.now(), reset));
  }

  /** Where the topics of a gateway stand. */
  linkedTo(gateway: string): readonly TopicPosition[] {
    return this.#links.get(gateway)?.topics.map((topic) => topic.placeAt(topic.seq)) ?? [];
  }

  /** Inside the group's transaction: a kill before the call leaves a timer that wakes for it. */
  watch(numbered: readonly Numbered<Client>[]): void {
    if (this.#links.size > 0 && numbered.some(({ topic }) => topic.links.size > 0)) this.#watch();
  }

  /** After the commit. */
  tell(numbered: readonly Numbered<Client>[]): void {
    if (this.#links.size === 0) return;
    for (const message of numbered) for (const link of message.topic.links) link.add(message);
    for (const link of this.#links.values()) link.tell();
  }

  /** The alarm's part. */
  wake(): void {
    const now = this.#options.clock.now();
    for (const [gateway, link] of this.#links) {
      const { failingSince } = link;
      if (failingSince !== undefined && now - failingSince >= LINK_GIVE_UP_MS) this.#giveUp(gateway, link);
      else link.wake();
    }
  }

  /** One that has no topics any more and has heard so makes room. */
  #hasRoom(): boolean {
    if (this.#links.size < LINKS_MAX) return true;
    for (const [gateway, { isQuiet, topics }] of this.#links)
      if (isQuiet && topics.length === 0) this.#links.delete(gateway);
    return this.#links.size < LINKS_MAX;
  }

  #perform(gateway: string, link: GatewayLink, frame: ClientFrame): void {
    switch (frame.op) {
      case "subscribe":
        this.#subscribe(link, frame.id, frame.topics, (topic) => link.listen(topic));
        break;
      case "resume":
        this.#subscribe(link, frame.id, [frame.topic], (topic) => link.resume(topic, frame));
        break;
      case "unsubscribe":
        this.#unsubscribe(gateway, link, frame.id, frame.topics);
        break;
      case "ping":
        this.#ping(link, frame.id);
        break;
      // What was answered is acknowledged.
      case "ack":
        return;
    }
    this.#keep(gateway, link);
    this.#watchNow();
    link.tell();
  }

  #subscribe(
    link: GatewayLink,
    id: FrameId | undefined,
    names: readonly string[],
    begin: (topic: Topic<Client>) => void,
  ): void {
    const errors: TopicError[] = [];
    for (const name of new Set(names)) {
      const topic = this.#opened(name);
      if ("code" in topic) errors.push({ topic: name, ...topic });
      else begin(topic);
    }
    link.say(this.#ack(link, id, errors));
  }

  #unsubscribe(gateway: string, link: GatewayLink, id: FrameId | undefined, names: readonly string[]): void {
    const errors = names
      .filter((name) => !link.has(name))
      .map((topic) => ({ topic, code: "topic-not-subscribed", detail: "this link does not have it" }));
    this.#leave(link, names);
    link.say(this.#ack(link, id, errors));
    this.#keep(gateway, link);
  }

  #ping(link: GatewayLink, id: FrameId | undefined): void {
    link.say(pongText(id));
    link.oweBeats();
  }

  /** Its clients may be back within a minute, so what they miss until then is kept. */
  #leave(link: GatewayLink, names: readonly string[]): void {
    const { topics } = this.#options;
    for (const name of names) {
      const topic = topics.find(name);
      if (topic === undefined || !link.has(name)) continue;
      link.leave(topic);
      topics.lost(topic);
    }
  }

  #opened(name: string): Topic<Client> | TopicRefusal {
    const { sourceOf, topics } = this.#options;
    const source = sourceOf(name);
    if ("code" in source) return source;
    const opened = topics.open(source);
    return "code" in opened ? { code: opened.code, detail: opened.detail ?? "not now" } : opened;
  }

  #ack(link: GatewayLink, id: FrameId | undefined, errors: readonly TopicError[]): string {
    const places = link.topics.map((topic) => topic.placeAt(topic.seq));
    return ackText(id, places, errors);
  }

  #open(gateway: string, isNew: boolean): GatewayLink {
    const { tell, allTold } = this.#options;
    const link: GatewayLink = new GatewayLink(
      {
        ...this.#options,
        tell: (messages) => tell(gateway, messages),
        unwanted: (names) => {
          this.#leave(link, names);
          this.#keep(gateway, link);
        },
        allTold: () => {
          if ([...this.#links.values()].every(({ isQuiet }) => isQuiet)) allTold();
        },
      },
      isNew,
    );
    this.#links.set(gateway, link);
    return link;
  }

  #giveUp(gateway: string, link: GatewayLink): void {
    this.#leave(
      link,
      link.topics.map(({ name }) => name),
    );
    link.stop();
    this.#keep(gateway, link);
    this.#links.delete(gateway);
  }

  /** Written at once, as topics are. */
  #keep(gateway: string, { topics }: GatewayLink): void {
    const names = JSON.stringify(topics.map(({ name }) => name));
    const { sql } = this.#options;
    if (topics.length === 0) {
      if (this.#kept.delete(gateway)) sql.exec("DELETE FROM stream_link WHERE gateway = ?1", gateway);
      return;
    }
    if (this.#kept.get(gateway) === names) return;
    this.#kept.set(gateway, names);
    sql.exec("INSERT OR REPLACE INTO stream_link (gateway, topics) VALUES (?1, ?2)", gateway, names);
  }

  #watch(): void {
    this.#options.watch((this.#options.clock.now() + UNTOLD_WATCH_MS) as EpochMs);
  }

  #watchNow(): void {
    this.#options.retryAt((this.#options.clock.now() + UNTOLD_WATCH_MS) as EpochMs);
  }
}
