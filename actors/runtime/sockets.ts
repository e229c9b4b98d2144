/**
 * Subscribers of one actor's topics, over hibernating WebSockets: a snapshot, then what follows, resumable. What an actor publishes in its
 * turns is numbered and kept with the group's commit and leaves after it. A sleep loses nothing: topics are on disk, clients in their
 * attachments.
 */

import type { ClientFrame, FrameId } from "../../src/contracts/streams.ts";
import { assert } from "../../src/domain/assert.ts";
import type { Bound } from "./bounds.ts";
import type { Clock } from "./clock.ts";
import { type Connection, SOCKET_HEADER, type SocketTicket, type StillValid } from "./connection.ts";
import { randomHex } from "./id.ts";
import { type ActorReply, answer, overloaded, type Refusal, refusal } from "./reply.ts";
import type { Socket, SocketPort } from "./socket-port.ts";
import type { Sql } from "./sql.ts";
import { attachmentBound, type Client } from "./streams/client.ts";
import { ACTOR_DIALECT } from "./streams/client-frames.ts";
import { Crowd, connectionsBound, TENANT_PLACES_MAX } from "./streams/crowd.ts";
import { type Pulse, type ReplayFrom, STEADY_PULSE } from "./streams/link.ts";
import { type LinkSurroundings, Links, linkBounds, STREAM_LINK_TABLE } from "./streams/links.ts";
import { Listening, type SocketOps, waitingUnitsBound } from "./streams/listening.ts";
import { ringBound, STREAM_RING_TABLE } from "./streams/ring.ts";
import { Subscribing } from "./streams/subscribing.ts";
import type { TopicRefusal, TopicSource } from "./streams/topic.ts";
import { STREAM_TOPIC_TABLE, TOPICS_HOSTED_MAX, Topics, topicsBound } from "./streams/topics.ts";
import { waken } from "./streams/waken.ts";

export type { SocketOp } from "./streams/listening.ts";
export type { TopicRefusal, TopicSource } from "./streams/topic.ts";

/** A migration step that each actor with a stream appends. */
export const SOCKET_TABLES: readonly string[] = [STREAM_TOPIC_TABLE, STREAM_RING_TABLE];
/** Another, so that gateways can be linked to its topics. */
export const LINK_TABLES: readonly string[] = [STREAM_LINK_TABLE];
/** Whatever the actor. */
export const socketBounds: readonly Bound[] = [
  ...linkBounds,
  topicsBound,
  ringBound(TOPICS_HOSTED_MAX),
  connectionsBound,
  attachmentBound,
  waitingUnitsBound,
];

/** The protocol's code for a connection that has done its work. */
const CLOSE_NORMAL = 1_000;
const CLOSE_RESTART = 1_012;
/** A place is free when somebody goes. */
const FULL_RETRY_MS = 5_000;

export type SocketHost = {
  readonly topicOf: (name: string) => TopicSource | TopicRefusal;
  /** Subscribed when a connection opens. */
  readonly initialTopics: readonly string[];
  /** Not counted as control frames: who sends too many is refused by the mailbox. */
  readonly ops?: SocketOps;
  /** A connection is about to be no more, whoever ended it. */
  readonly leaving?: (connection: Connection) => void;
  /** Tenants share this actor: none of them takes all its places. */
  readonly isShared?: boolean;
};

export type SocketsOptions = {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly port: SocketPort;
  /** Without it a credential is only checked for its end. */
  readonly stillValid?: StillValid | undefined;
  readonly arm?: (run: () => void) => void;
  /** A connection is no more. */
  readonly left?: () => void;
  /** Without it no gateway is linked. */
  readonly links?: LinkSurroundings | undefined;
};

type Hosted = {
  readonly host: SocketHost;
  readonly subscribing: Subscribing;
  readonly listening: Listening<ClientFrame>;
  readonly links: Links | undefined;
};

export class Sockets {
  readonly #options: SocketsOptions;
  readonly #topics: Topics<Client>;
  readonly #crowd: Crowd;
  /** Undefined in an actor without topics, which has no tables for them either. */
  #hosted: Hosted | undefined;

  constructor(options: SocketsOptions) {
    const { sql, clock, stillValid, arm = armMacrotask, left = () => {} } = options;
    this.#options = options;
    this.#topics = new Topics(sql, clock, () => randomHex(8));
    const leaving = (client: Client): void => this.#hosted?.host.leaving?.(client);
    this.#crowd = new Crowd({ clock, topics: this.#topics, stillValid, arm, left, leaving });
  }

  /** Called once, by an actor that has topics, when its state is loaded. Who was connected is so still. */
  host(host: SocketHost): void {
    assert(this.#hosted === undefined, "an actor hosts its topics once");
    const { clock, port } = this.#options;
    const subscribing = new Subscribing(clock, this.#topics, this.#crowd.slow, host.topicOf);
    const listening = new Listening(clock, this.#crowd, subscribing, ACTOR_DIALECT, host.ops);
    const links = this.#linksOf(host);
    this.#hosted = { host, subscribing, listening, links };
    this.#topics.load(host.topicOf);
    links?.load();
    waken(port.list(), this.#crowd, this.#topics);
  }

  /** Open connections, and those of them that do not keep up. */
  get size(): number {
    return this.#crowd.size;
  }
  get lagging(): number {
    return this.#crowd.slow.size;
  }

  isConnected(id: string): boolean {
    return this.#crowd.has(id);
  }

  /** Whether anybody may ask for what happens there: build nothing for nobody. Asked in a turn that has something to say. */
  watches(topic: string): boolean {
    return this.#topics.watches(topic);
  }

  /**
   * Inside a turn's `settle`. `data` is JSON text, or makes it at the end of the group; undefined where it is no news any more by then.
   * With a `key` it takes the place of an earlier message of that key in the same group: who would get both needs the newest only.
   */
  publish(topic: string, type: string, data: string | (() => string | undefined), key?: string): void {
    this.#topics.publish(topic, type, data, key);
  }

  /** Inside a turn's `settle`: more happened than anybody wants one by one, so the subscribers get a snapshot for this group. */
  leaveOut(topic: string): void {
    this.#topics.leaveOut(topic);
  }

  /** Inside the group's transaction, before its timers. */
  write(): void {
    this.#topics.write();
    this.#hosted?.links?.watch(this.#topics.numbered);
  }

  /** After the commit. */
  flush(): void {
    const numbered = this.#topics.takeNumbered();
    this.#crowd.tell(numbered);
    this.#crowd.settleAll();
    this.#hosted?.links?.tell(numbered);
  }

  /** A gateway's frame. What it brings is told to the gateway. */
  link(gateway: string, frame: string): ActorReply<null> {
    return this.#hosted?.links?.take(gateway, frame) ?? refusal("not-found");
  }

  /** Messages that a gateway has missed. */
  replay(topic: string, from: ReplayFrom | undefined): ActorReply<readonly string[]> {
    return this.#hosted?.links?.replay(topic, from) ?? refusal("not-found");
  }

  /** How news comes here, with what a gateway that asks is linked to. */
  pulse(gateway: string | undefined, news: Pulse = STEADY_PULSE): ActorReply<Pulse> {
    const linked = gateway === undefined ? undefined : this.#hosted?.links?.linkedTo(gateway);
    return answer(linked === undefined ? news : { ...news, linked });
  }

  /** The alarm's part: gateways that have not heard everything. */
  wakeLinks(): void {
    this.#hosted?.links?.wake();
  }

  /** One message for one client. Those of a turn leave after its commit, others soon, all in one frame. */
  reply(connection: Connection, text: string): void {
    const client = this.#crowd.of(connection.socket);
    if (client !== undefined) this.#crowd.owe(client, text);
  }

  /** An op has answered a frame with a refusal and has queued nothing; one that sends too many of those is closed. */
  refused(connection: Connection): void {
    const client = this.#crowd.of(connection.socket);
    if (client !== undefined) this.#hosted?.listening.refused(client);
  }

  /** An answer to a frame that has not the right shape; the third closes the connection. */
  malformed(connection: Connection, id: FrameId | undefined, code: string, detail: string): void {
    const client = this.#crowd.of(connection.socket);
    if (client !== undefined) this.#hosted?.listening.malformed(client, id, code, detail);
  }

  #linksOf({ topicOf }: SocketHost): Links | undefined {
    const { sql, clock, links } = this.#options;
    return links && new Links({ sql, clock, topics: this.#topics, sourceOf: topicOf, ...links });
  }

  /** The shell's `fetch`: an upgrade that the edge has admitted. Any other answer than 101 has a refusal as its JSON body. */
  async fetch(request: Request): Promise<Response> {
    const header = request.headers.get(SOCKET_HEADER);
    if (header === null || this.#hosted === undefined) return refusedUpgrade(refusal("not-found"));
    if (this.#crowd.isFull)
      return refusedUpgrade(overloaded(FULL_RETRY_MS, "too many connections to this actor"));
    // SAFETY: only the edge can reach this object, and it makes this header itself.
    const { envelope, credential } = JSON.parse(header) as SocketTicket;
    const { host, subscribing } = this.#hosted;
    if (host.isShared === true && this.#crowd.countOf(credential.tenant) >= TENANT_PLACES_MAX)
      return refusedUpgrade(overloaded(FULL_RETRY_MS, "too many connections of this tenant to this actor"));
    const { socket, response } = this.#options.port.open(
      request.headers.get("sec-websocket-protocol") ?? undefined,
    );
    const { traceparent } = envelope;
    const client = this.#crowd.admit(socket, { id: randomHex(8), credential, traceparent, strikes: 0 });
    client.keep();
    if (host.initialTopics.length > 0)
      this.#crowd.say(client, subscribing.subscribe(client, undefined, host.initialTopics));
    return response;
  }

  /** The shell's `webSocketMessage`. It never waits: the platform delivers no further frame of a client before this one returned. */
  message(socket: Socket, data: string | ArrayBuffer): void {
    const client = this.#crowd.of(socket);
    if (client !== undefined) this.#hosted?.listening.take(client, data);
  }

  /** The shell's `webSocketClose` and `webSocketError`. */
  closed(socket: Socket): void {
    const client = this.#crowd.of(socket);
    // Hosts differ in who answers a close; one that has answered ignores ours.
    if (client !== undefined) this.#crowd.close(client, CLOSE_NORMAL, "");
  }

  /** What they listen to is not told here any more: they come again, and are told where. */
  closeAll(reason: string): void {
    this.#crowd.closeAll(CLOSE_RESTART, reason);
  }
}

const armMacrotask = (run: () => void): void => {
  setTimeout(run, 0);
};

/** The edge reads the body and gives it the status that belongs to its code. */
export const refusedUpgrade = (refusal: Refusal): Response => Response.json(refusal, { status: 503 });
