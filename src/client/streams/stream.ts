/**
 * A stream that lives until it is closed: it subscribes, follows each topic by its sequence, acknowledges, and after a cut comes back and goes
 * on where it was. Each message of a topic is told once and in order; where some are lost for good the snapshot in their place says so.
 */
import type { z } from "zod";
import type { ConflateMs } from "../../contracts/gateway-streams.ts";
import type { decisionsFrame, orderFrame } from "../../contracts/order-frames.ts";
import { Unreachable } from "../refused.ts";
import { Acks } from "./acks.ts";
import { Asks } from "./asks.ts";
import { type Closing, Connection, type ConnectionWorld } from "./connection.ts";
import { Followed, type HeardMessage, type Listener, type Missed, type TopicHealth } from "./followed.ts";
import { GATEWAY_PATH } from "./frames.ts";
import { isOfTopic, messagesOf, type NoticeMessage, type OwnMessage, type TopicMessage } from "./message.ts";
import { Sender } from "./sender.ts";
import { ServerClock } from "./server-clock.ts";
import { Talk } from "./talk.ts";
import type { SaidOn } from "./topic-data.ts";

type OrderFrame = Omit<z.input<typeof orderFrame>, "id">;
export type DecisionsMessage = z.output<typeof decisionsFrame>;

/** `partial`: connected, and the server refuses some topic. `refused`: the credential is; it will not try again. */
export type StreamState = "connecting" | "live" | "partial" | "reconnecting" | "refused" | "closed";

/** What a listener of a topic hears. */
export type Heard<Topic extends string> = Omit<HeardMessage, "type" | "data"> & SaidOn<Topic>;

export type StreamEvents = {
  readonly state?: (state: StreamState) => void;
  /** Messages of a topic are lost for good; its listeners get the snapshot that stands for them next. */
  readonly missed?: (missed: Missed) => void;
  /** The platform restarts, in so many milliseconds: the stream comes back by itself. */
  readonly notice?: (notice: NoticeMessage) => void;
  readonly closing?: (closing: Closing) => void;
};
export type StreamOptions = StreamEvents & {
  /** That of a single actor, such as `/v1/accounts/main/stream`; the gateway's without it. */
  readonly path?: string;
};
export type SubscribeOptions = {
  /** Of what is not lossless on this topic, at most one message in so many milliseconds; 100 without it. Through the gateway alone. */
  readonly conflateMs?: ConflateMs;
};
export type Subscription = { readonly topic: string; readonly close: () => void };

/** Slower than the server's own heartbeat by less than a reader notices. */
const GRACE_MS = 5_000;

export class Stream {
  readonly #path: string;
  readonly #events: StreamEvents;
  readonly #followed = new Map<string, Followed>();
  readonly #clock = new ServerClock();
  readonly #asks = new Asks();
  readonly #now: () => number;
  readonly #connection: Connection;
  readonly #sender: Sender;
  readonly #acks: Acks;
  readonly #talk: Talk;
  readonly #watchers = new Set<() => void>();
  #state: StreamState = "connecting";
  #connected = false;
  #since = 0;
  #ready: PromiseWithResolvers<void> | undefined;

  constructor(world: ConnectionWorld, { path = GATEWAY_PATH, ...events }: StreamOptions) {
    const isGateway = path === GATEWAY_PATH;
    const { surroundings } = world;
    this.#path = path;
    this.#events = events;
    this.#now = surroundings.now;
    this.#sender = new Sender(surroundings);
    const send = (frame: object): void => this.#sender.send(frame);
    this.#acks = new Acks(surroundings, isGateway, send);
    this.#talk = new Talk({ send, followed: this.#followed, isGateway, later: surroundings.later });
    this.#connection = new Connection(world, {
      path: () => `${this.#path}${this.#talk.sessionQuery}`,
      opened: (socket) => {
        this.#since = this.#now();
        this.#sender.use(socket);
        this.#talk.begin();
        this.#ping();
      },
      frame: (data) => this.#frame(data),
      silent: () => this.#ping(),
      lost: (closing) => this.#lost(closing),
      refused: () => this.#turn("refused"),
    });
    this.#connection.start();
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Hears a snapshot, then every change. `bars.*.SIM:A`, `bars.1.SIM:*` and `bars.1.*` stand for many topics. */
  subscribe<const Topic extends string>(
    topic: Topic,
    listener: (message: Heard<Topic>) => void,
    { conflateMs }: SubscribeOptions = {},
  ): Subscription {
    // SAFETY: by its name the topic says nothing else, as the contract has it.
    const heard = ((message: HeardMessage) => listener(message as unknown as Heard<Topic>)) as Listener;
    const followed = this.#followed.get(topic) ?? this.#begun(topic);
    followed.listeners.add(heard);
    if (this.#talk.conflates(followed, conflateMs)) this.#talk.renew(followed);
    else if (followed.place !== undefined) this.#beginFor(heard, followed);
    this.#talk.syncSoon();
    return { topic, close: () => this.#leave(followed, heard) };
  }

  /** How each topic stands: what it waits for, how late it is, what was left out. */
  get health(): TopicHealth[] {
    const now = this.#now();
    return [...this.#followed.values()].map((followed) => followed.health(now, this.#connected));
  }

  healthOf(topic: string): TopicHealth | undefined {
    return this.#followed.get(topic)?.health(this.#now(), this.#connected);
  }

  /** Runs it when the stream's state or the set of its topics may have changed; the answer ends that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Orders on an account's stream. Without an answer their outcome is unknown: `Unreachable`. */
  async ask(frame: OrderFrame): Promise<DecisionsMessage> {
    if (!this.#connected) throw new Unreachable(`${frame.op}: there is no connection`);
    const asked = this.#asks.ask(frame);
    this.#sender.send(asked.frame);
    // SAFETY: the contract has no other answer to this op.
    return asked.answer as Promise<DecisionsMessage>;
  }

  /** Resolves when the server has answered; rejects where it never will. */
  get ready(): Promise<void> {
    if (this.#ready === undefined) {
      this.#ready = Promise.withResolvers();
      this.#settle();
    }
    return this.#ready.promise;
  }

  close(): void {
    this.#acks.flush();
    this.#connection.close();
    this.#ended();
    this.#talk.close();
    this.#turn("closed");
  }

  #begun(topic: string): Followed {
    const followed = new Followed(topic);
    this.#followed.set(topic, followed);
    for (const one of this.#followed.values()) {
      if (!followed.means(one.topic) || one === followed) continue;
      one.wildcard ??= followed;
      this.#talk.renew(one);
    }
    return followed;
  }

  /** What is known already, or what the server says to a new subscription. */
  #beginFor(listener: Listener, followed: Followed): void {
    const { first } = followed;
    if (first === undefined) this.#talk.renew(followed);
    else queueMicrotask(() => followed.listeners.has(listener) && listener(first));
  }

  #leave(followed: Followed, listener: Listener): void {
    followed.listeners.delete(listener);
    if (followed.listeners.size > 0) return;
    for (const one of this.#followed.values()) {
      if (one.wildcard === followed) one.wildcard = undefined;
      if (!one.isWanted) this.#followed.delete(one.topic);
    }
    this.#talk.syncSoon();
    this.#judge();
  }

  #frame(data: unknown): void {
    for (const message of messagesOf(data)) {
      if (isOfTopic(message)) this.#message(message);
      else this.#answer(message);
    }
  }

  #message(message: TopicMessage): void {
    const { topic, type, ts } = message;
    const now = this.#now();
    if (type === "hb") this.#clock.answered(ts, now);
    const followed = this.#followed.get(topic) ?? this.#talk.adopt(topic);
    if (followed === undefined) return;
    const arrival = { now, lagMs: this.#clock.lagMs(ts, now), since: this.#since };
    const { demand, heard } = followed.take(message, arrival);
    if (heard?.missed !== undefined) this.#events.missed?.(heard.missed);
    if (heard !== undefined) {
      followed.tell(heard);
      this.#acks.took(followed);
      return;
    }
    if (demand !== "none") this.#acks.flush();
    if (demand === "resume") this.#talk.resume(followed);
  }

  #answer(message: OwnMessage): void {
    if (this.#talk.hears(message)) {
      this.#connected = true;
      this.#connection.healthy();
      this.#judge();
    }
    if (message.op === "welcome") {
      const { heartbeatMs } = message as OwnMessage & { readonly heartbeatMs?: number };
      if (heartbeatMs !== undefined) this.#connection.expectEvery(heartbeatMs + GRACE_MS);
    } else if (message.op === "hb") {
      const { ts } = message as OwnMessage & { readonly ts?: number };
      if (ts !== undefined) this.#clock.answered(ts, this.#now());
    } else if (message.op === "notice") {
      this.#acks.flush();
      this.#events.notice?.(message as NoticeMessage);
    } else this.#asks.answered(message);
  }

  #ping(): void {
    this.#clock.asked(this.#now());
    this.#sender.send({ op: "ping" });
  }

  #lost(closing: Closing): void {
    this.#ended();
    this.#events.closing?.(closing);
    this.#turn("reconnecting");
  }

  #ended(): void {
    if (this.#connected) this.#ready = undefined;
    this.#connected = false;
    this.#sender.use(undefined);
    this.#acks.stop();
    this.#asks.lost();
    this.#clock.forget();
  }

  #judge(): void {
    if (!this.#connected) return;
    this.#changed();
    const isPartial = [...this.#followed.values()].some(({ error }) => error !== undefined);
    this.#turn(isPartial ? "partial" : "live");
  }

  #turn(state: StreamState): void {
    if (state === this.#state || this.#state === "closed") return;
    this.#state = state;
    this.#settle();
    this.#events.state?.(state);
    this.#changed();
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #settle(): void {
    if (this.#connected) this.#ready?.resolve();
    else if (this.#state === "refused" || this.#state === "closed")
      this.#ready?.reject(new Unreachable(`the stream is ${this.#state}`));
  }
}
