/**
 * A client of one of the API's streams. It subscribes, follows each topic by its sequence, acknowledges, and after a cut comes back with
 * backoff and asks for what it missed: the server replays it, or sends a new snapshot.
 */
import type { OpMessage, StreamMessage, TopicMessage } from "./stream-message.ts";
import { messagesOf } from "./stream-message.ts";

/** As much of a WebSocket as this needs; a test has its own. */
export type SocketLike = {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
};

export type StreamWorld = {
  /** A ticket for one connection. Undefined: the credential is refused, and there is no use in trying again. */
  readonly ticket: () => Promise<string | undefined>;
  readonly open: (protocols: readonly string[]) => SocketLike;
  readonly later: (run: () => void, ms: number) => () => void;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
};

/** `partial`: connected, and the server does not have all that was asked for. `refused`: it will not try again. */
export type StreamState = "connecting" | "live" | "partial" | "reconnecting" | "refused";

export type StreamEvents = {
  readonly state: (state: StreamState) => void;
  /** A snapshot stands for everything before it; all other messages come once, in order and without a gap. */
  readonly message: (message: TopicMessage) => void;
};

type Cursor = { readonly epoch: string; seq: number; acked: number; asking: boolean };

// A trader waits no longer than this for the first try after a cut, and a platform that is down is not asked more often than the last.
const BACKOFF_MS_FIRST = 250;
const BACKOFF_MS_MAX = 15_000;
/** Proxies cut a connection that is silent for about a minute; a dead one is noticed after two of these. */
const PING_MS = 10_000;
/** The server counts what is not acknowledged: often enough to stay far below its bound, seldom enough to be no traffic. */
const ACK_MS = 1_000;
const ACK_MESSAGES = 50;

export class Stream {
  readonly #world: StreamWorld;
  readonly #events: StreamEvents;
  readonly #cursors = new Map<string, Cursor>();
  /** Topics that this server does not have. */
  readonly #lacking = new Set<string>();
  #topics: readonly string[];
  /** The connection, also while its handshake lasts; and the same once it is open. */
  #opening: SocketLike | undefined;
  #socket: SocketLike | undefined;
  #attempts = 0;
  #closed = false;
  #heard = false;
  #cancelRetry = (): void => {};
  #cancelPing = (): void => {};
  #cancelAck: (() => void) | undefined;

  constructor(world: StreamWorld, topics: readonly string[], events: StreamEvents) {
    this.#world = world;
    this.#topics = topics;
    this.#events = events;
    events.state("connecting");
    void this.#connect();
  }

  /** Follows these and no others. */
  follow(topics: readonly string[]): void {
    const gone = this.#topics.filter((topic) => !topics.includes(topic));
    const added = topics.filter((topic) => !this.#topics.includes(topic));
    this.#topics = topics;
    for (const topic of gone) this.#cursors.delete(topic);
    if (this.#socket === undefined) return;
    if (gone.length > 0) this.#send({ op: "unsubscribe", id: "left", topics: gone });
    if (added.length > 0) this.#send({ op: "subscribe", id: "added", topics: added });
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry();
    this.#drop(this.#opening);
  }

  async #connect(): Promise<void> {
    const ticket = await this.#world.ticket().catch(() => null);
    if (this.#closed) return;
    if (ticket === undefined) this.#refused();
    else if (ticket === null) this.#retry();
    else this.#open(ticket);
  }

  #open(ticket: string): void {
    const socket = this.#world.open(["outcry.v1", `ticket.${ticket}`]);
    this.#opening = socket;
    socket.onopen = () => this.#begin(socket);
    socket.onmessage = ({ data }: { readonly data: unknown }) => this.#take(socket, data);
    socket.onclose = () => this.#ended(socket);
  }

  /** What is known is resumed, the rest subscribed. */
  #begin(socket: SocketLike): void {
    this.#socket = socket;
    this.#heard = true;
    const fresh = this.#topics.filter((topic) => !this.#cursors.has(topic));
    if (fresh.length > 0) this.#send({ op: "subscribe", id: "start", topics: fresh });
    for (const [topic, cursor] of this.#cursors) {
      cursor.asking = false;
      this.#resume(topic, cursor);
    }
    this.#pingLater(socket);
  }

  #take(socket: SocketLike, data: unknown): void {
    if (socket !== this.#socket) return;
    this.#heard = true;
    for (const message of messagesOf(data)) this.#message(message);
  }

  #message(message: StreamMessage): void {
    if ("op" in message) {
      if (message.op === "ack") this.#live(message);
      return;
    }
    if (!this.#topics.includes(message.topic)) return;
    if (message.type === "snap") this.#snapshot(message);
    else if (message.type === "hb" || message.type === "lagging") this.#heartbeat(message);
    else this.#next(message);
  }

  #live({ topics = [], errors = [] }: OpMessage): void {
    this.#attempts = 0;
    for (const { topic } of topics) this.#lacking.delete(topic);
    for (const { topic } of errors) this.#lacking.add(topic);
    this.#events.state(this.#topics.some((topic) => this.#lacking.has(topic)) ? "partial" : "live");
  }

  #snapshot(message: TopicMessage): void {
    const { topic, epoch, seq } = message;
    this.#cursors.set(topic, { epoch, seq, acked: 0, asking: false });
    this.#events.message(message);
    this.#ackLater(topic);
  }

  #next(message: TopicMessage): void {
    const { topic, epoch, seq } = message;
    const cursor = this.#cursors.get(topic);
    if (cursor === undefined) return;
    if (epoch === cursor.epoch && seq <= cursor.seq) return;
    if (epoch !== cursor.epoch || seq !== cursor.seq + 1) {
      this.#resume(topic, cursor);
      return;
    }
    cursor.seq = seq;
    cursor.asking = false;
    this.#events.message(message);
    this.#ackLater(topic);
  }

  /** Both say where the topic stands; whoever stands behind asks for the rest. */
  #heartbeat({ topic, epoch, seq }: TopicMessage): void {
    const cursor = this.#cursors.get(topic);
    if (cursor === undefined) return;
    this.#ack();
    if (epoch !== cursor.epoch || seq > cursor.seq) this.#resume(topic, cursor);
  }

  /** Once until there is an answer: each further message out of order would ask again. */
  #resume(topic: string, cursor: Cursor): void {
    if (cursor.asking) return;
    cursor.asking = true;
    this.#send({ op: "resume", topic, epoch: cursor.epoch, seq: cursor.seq });
  }

  #ackLater(topic: string): void {
    const cursor = this.#cursors.get(topic);
    if (cursor !== undefined && cursor.acked > 0 && cursor.seq - cursor.acked >= ACK_MESSAGES) this.#ack();
    else this.#cancelAck ??= this.#world.later(() => this.#ack(), ACK_MS);
  }

  #ack(): void {
    this.#cancelAck?.();
    this.#cancelAck = undefined;
    for (const [topic, cursor] of this.#cursors) {
      if (cursor.acked === cursor.seq) continue;
      cursor.acked = cursor.seq;
      this.#send({ op: "ack", topic, seq: cursor.seq });
    }
  }

  #pingLater(socket: SocketLike): void {
    this.#cancelPing = this.#world.later(() => {
      if (socket !== this.#socket) return;
      if (this.#heard) {
        this.#heard = false;
        this.#send({ op: "ping" });
        this.#pingLater(socket);
      } else this.#ended(socket);
    }, PING_MS);
  }

  #ended(socket: SocketLike): void {
    this.#drop(socket);
    if (!this.#closed) this.#retry();
  }

  /** Full jitter: the clients of a platform that restarts do not all come back in the same moment. */
  #retry(): void {
    this.#events.state("reconnecting");
    const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_FIRST * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#cancelRetry();
    this.#cancelRetry = this.#world.later(
      () => void this.#connect(),
      BACKOFF_MS_FIRST / 2 + this.#world.random() * ceiling,
    );
  }

  #refused(): void {
    this.#closed = true;
    this.#events.state("refused");
  }

  #drop(socket: SocketLike | undefined): void {
    const wasOpen = socket === this.#socket;
    this.#cancelPing();
    this.#cancelAck?.();
    this.#cancelAck = undefined;
    this.#socket = undefined;
    this.#opening = undefined;
    if (socket === undefined) return;
    socket.onmessage = null;
    socket.onclose = null;
    // A browser complains of a connection that is closed before it is open.
    socket.onopen = () => socket.close(1000);
    if (wasOpen) socket.close(1000);
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }
}
