/** What is said to the server so that it sends what somebody listens to: all that a connection has been told, and what is still to be said. */
import type { ConflateMs } from "../../contracts/gateway-streams.ts";
import type { Surroundings } from "../surroundings.ts";
import { Followed } from "./followed.ts";
import { restoreFrame, subscribeFrames, unsubscribeFrames } from "./frames.ts";
import type { AckMessage, ErrorMessage, HeartbeatMessage, OwnMessage, WelcomeMessage } from "./message.ts";

export type TalkOptions = {
  readonly send: (frame: object) => void;
  readonly followed: Map<string, Followed>;
  readonly isGateway: boolean;
  readonly later: Surroundings["later"];
};

/** Each resume has a frame and an answer of its own: more topics than these are subscribed anew, which is said to their listeners. */
const RESUMES_MAX = 100;
/** As the server asks of who wants too many snapshots at once. */
const OVERLOADED_MS = 1_000;
/** An instrument may be registered, an actor come back; asked so seldom it costs nothing. */
const REFUSED_MS = 30_000;
/** The place of whoever has nothing yet. */
const NOWHERE = { epoch: "", seq: 0 };

export class Talk {
  readonly #options: TalkOptions;
  /** What this connection has been told. */
  readonly #known = new Set<string>();
  #session: string | undefined;
  /** The id of the restore that is under way: nothing else is said before its answer. */
  #restoring: string | undefined;
  #asked = 0;
  #isOpen = false;
  #isSyncing = false;
  #cancelRefused: (() => void) | undefined;

  constructor(options: TalkOptions) {
    this.#options = options;
  }

  /** Behind the path: a session leads to the gateway that keeps it. */
  get sessionQuery(): string {
    return this.#session === undefined ? "" : `?session=${this.#session}`;
  }

  /** A new connection: with a session everything at once, else topic by topic. */
  begin(): void {
    const { followed } = this.#options;
    this.#isOpen = true;
    this.#known.clear();
    for (const one of followed.values()) one.askedBy = undefined;
    this.#restoring = undefined;
    if (this.#session === undefined) this.#sync();
    else this.#restore(this.#session);
  }

  #restore(session: string): void {
    const { send, followed } = this.#options;
    this.#restoring = this.#nextId("restore");
    const named = [...followed.values()].filter(({ topic }) => !topic.includes("*"));
    // Of those without a place the snapshot may be lost with the connection, and to the server it was sent. They come first.
    const places = [
      ...named.flatMap(({ topic, place }) => (place === undefined ? [{ topic, ...NOWHERE }] : [])),
      ...named.flatMap(({ topic, place }) => (place === undefined ? [] : [{ topic, ...place }])),
    ];
    send(restoreFrame(this.#restoring, session, places));
  }

  close(): void {
    this.#isOpen = false;
    this.#cancelRefused?.();
  }

  /** Once for everything that is subscribed and left in the same breath. */
  syncSoon(): void {
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    queueMicrotask(() => {
      this.#isSyncing = false;
      this.#sync();
    });
  }

  resume(followed: Followed): void {
    const { topic, place, askedBy } = followed;
    if (place === undefined || askedBy !== undefined) return;
    followed.askedBy = this.#nextId("resume");
    this.#options.send({ op: "resume", id: followed.askedBy, topic, epoch: place.epoch, seq: place.seq });
  }

  /** A new snapshot for a listener who came later than the first. */
  renew(followed: Followed): void {
    const { send, isGateway } = this.#options;
    followed.renewing = true;
    if (!this.#known.has(followed.topic)) return;
    for (const frame of unsubscribeFrames([followed.topic])) send(frame);
    for (const frame of subscribeFrames([followed], isGateway)) send(frame);
  }

  /** Whether the topic is to come in a shorter measure than until now. */
  conflates(followed: Followed, conflateMs: ConflateMs | undefined): boolean {
    const before = followed.conflateMs;
    if (conflateMs === undefined || (before !== undefined && before <= conflateMs)) return false;
    followed.conflateMs = conflateMs;
    return this.#known.has(followed.topic);
  }

  /** A topic of a wildcard, which nobody named: who listens to the wildcard hears it. */
  adopt(topic: string): Followed | undefined {
    const { followed } = this.#options;
    const wildcard = [...followed.values()].find((one) => one.means(topic));
    if (wildcard === undefined) return undefined;
    const adopted = new Followed(topic);
    adopted.wildcard = wildcard;
    followed.set(topic, adopted);
    this.#known.add(topic);
    return adopted;
  }

  /** Takes what the server says of its side. True: it has answered, so the connection serves. */
  hears(message: OwnMessage): boolean {
    if (message.op === "ack") return this.#acknowledged(message as AckMessage);
    if (message.op === "hb") for (const one of (message as HeartbeatMessage).topics) this.#heartbeat(one);
    if (message.op === "error") this.#failed(message as ErrorMessage);
    if (message.op !== "welcome") return false;
    const { session } = message as WelcomeMessage;
    // While the old one is being restored, both are known here: the answer says which of them counts.
    this.#session = session;
    return this.#restoring === undefined;
  }

  #acknowledged({ id, topics, errors }: AckMessage): boolean {
    const { followed } = this.#options;
    for (const error of errors) {
      const one = followed.get(error.topic);
      if (one !== undefined) one.error = error;
    }
    for (const { topic } of topics) {
      const one = followed.get(topic);
      if (one !== undefined) one.error = undefined;
    }
    const resumed = [...followed.values()].find(({ askedBy }) => askedBy !== undefined && askedBy === id);
    if (resumed !== undefined) resumed.askedBy = undefined;
    if (errors.length > 0) this.#cancelRefused ??= this.#options.later(() => this.#tryRefused(), REFUSED_MS);
    if (id !== undefined && id === this.#restoring) this.#restored(topics.map(({ topic }) => topic));
    return true;
  }

  #restored(topics: readonly string[]): void {
    this.#restoring = undefined;
    for (const topic of topics) this.#known.add(topic);
    this.#sync();
  }

  #failed({ id, code }: ErrorMessage): void {
    if (id === undefined) return;
    if (id === this.#restoring) {
      this.#restoring = undefined;
      this.#sync();
      return;
    }
    const asking = [...this.#options.followed.values()].find(({ askedBy }) => askedBy === id);
    if (asking === undefined || code !== "overloaded") return;
    this.#options.later(() => {
      if (asking.askedBy !== id) return;
      asking.askedBy = undefined;
      this.resume(asking);
    }, OVERLOADED_MS);
  }

  #heartbeat({ topic, epoch, seq }: HeartbeatMessage["topics"][number]): void {
    const followed = this.#options.followed.get(topic);
    if (followed?.heartbeat({ epoch, seq }) === "resume") this.resume(followed);
  }

  #tryRefused(): void {
    this.#cancelRefused = undefined;
    for (const { topic, error } of this.#options.followed.values())
      if (error !== undefined) this.#known.delete(topic);
    this.#sync();
  }

  #sync(): void {
    if (!this.#isOpen || this.#restoring !== undefined) return;
    const { send, followed, isGateway } = this.#options;
    const gone = [...this.#known].filter((topic) => !followed.has(topic));
    const added = [...followed.values()].filter(({ topic }) => !this.#known.has(topic));
    for (const topic of gone) this.#known.delete(topic);
    for (const { topic } of added) this.#known.add(topic);
    for (const frame of unsubscribeFrames(gone)) send(frame);
    const resumed = new Set(added.filter(isResumable).slice(0, RESUMES_MAX));
    for (const frame of subscribeFrames(
      added.filter((one) => !resumed.has(one)),
      isGateway,
    ))
      send(frame);
    for (const one of resumed) this.resume(one);
  }

  #nextId(name: string): string {
    this.#asked += 1;
    return `${name}-${this.#asked}`;
  }
}

/** A resume says nothing of a topic's measure, and in a measure of its own a topic is one of states, not of events. */
const isResumable = ({ place, renewing, conflateMs }: Followed): boolean =>
  place !== undefined && !renewing && conflateMs === undefined;
