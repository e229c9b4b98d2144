/** Subscribers of one actor's topics, over hibernating WebSockets: snapshot, then deltas. */
import { assert } from "../../src/domain/assert.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Clock } from "./clock.ts";
import { type Connection, SOCKET_HEADER, type SocketTicket, type StillValid } from "./connection.ts";
import { CALL_DEADLINE_MS } from "./envelope.ts";
import { randomHex } from "./id.ts";
import type { Refusal } from "./reply.ts";
import type { Socket, SocketPort } from "./socket-port.ts";
import type { Sql } from "./sql.ts";

/** A migration step that each actor with a stream appends. */
export const SOCKET_TABLES: readonly string[] = [
  "CREATE TABLE stream_topic (topic TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL, watched_until INTEGER) STRICT, WITHOUT ROWID",
  `CREATE TABLE stream_ring (
     topic TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, ordinal INTEGER NOT NULL, units INTEGER NOT NULL,
     messages TEXT NOT NULL, PRIMARY KEY (topic, first)
   ) STRICT, WITHOUT ROWID`,
];

export type TopicSource = {
  /** The full name, as clients spell it. */
  readonly topic: string;
  /** JSON text of the state now: the data of a snapshot. Synchronous, between turns or at the end of a group. */
  readonly snapshot: () => string;
};

/** A topic that this actor does not have, and why, by `code`: `topic-unknown`, `topic-unsupported`. */
export type TopicRefusal = { readonly code: string; readonly detail: string };

/**
 * An op beyond the standard ones. `message` is the frame parsed and nothing more: the op checks its shape. Replies go through
 * `sockets.reply`; one from within a turn's `settle` leaves after its commit, in one frame with all others of the group.
 */
export type SocketOp = (
  connection: Connection,
  message: Readonly<Record<string, unknown>>,
  text: string,
) => void | Promise<void>;

export type SocketHost = {
  readonly topicOf: (name: string) => TopicSource | TopicRefusal;
  /** Subscribed when a connection opens. */
  readonly initialTopics: readonly string[];
  readonly ops?: Readonly<Record<string, SocketOp>>;
};

export type SocketsOptions = {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly port: SocketPort;
  /** Without it a credential is only checked for its end. */
  readonly stillValid?: StillValid;
};

type Open = Connection & { readonly topics: Set<string>; readonly pending: string[] };
type Topic = { readonly source: TopicSource; readonly epoch: string; seq: number };

export class Sockets {
  readonly #options: SocketsOptions;
  readonly #connections = new Map<Socket, Open>();
  readonly #topics = new Map<string, Topic>();
  #host: SocketHost | undefined;

  constructor(options: SocketsOptions) {
    this.#options = options;
  }

  /** Called once, by an actor that has topics, when its state is loaded. */
  host(host: SocketHost): void {
    this.#host = host;
  }

  /** Whether anybody may ask for what happens there: build nothing for nobody. */
  watches(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /**
   * Inside a turn's `settle`. `data` is JSON text. With a `key`, a later message of the same key takes the place of an earlier one of the
   * same group: who receives both needs the newest only.
   */
  publish(topic: string, type: string, data: string, _key?: string): void {
    const published = this.#topics.get(topic);
    if (published === undefined) return;
    published.seq += 1;
    const text = this.#message(published, type, data);
    for (const connection of this.#connections.values())
      if (connection.topics.has(topic)) connection.pending.push(text);
  }

  /** Inside the group's transaction. */
  write(): void {}

  /** After the commit. */
  flush(): void {
    for (const connection of this.#connections.values()) this.#flush(connection);
  }

  /** One message for one client. */
  reply(connection: Connection, text: string): void {
    const open = this.#connections.get(connection.socket);
    if (open === undefined) return;
    open.pending.push(text);
    setTimeout(() => this.#flush(open), 0);
  }

  /** An answer to a frame that was understood and is refused. */
  refuse(connection: Connection, id: string | undefined, code: string, detail: string): void {
    this.reply(
      connection,
      JSON.stringify({ op: "error", ...(id === undefined ? {} : { id }), code, detail }),
    );
  }

  /** An answer to a frame that has not the right shape; the third closes the connection. */
  malformed(connection: Connection, id: string | undefined, code: string, detail: string): void {
    this.refuse(connection, id, code, detail);
  }

  /** The shell's `fetch`: an upgrade that the edge has admitted. Any other answer than 101 has a refusal as its JSON body. */
  async fetch(request: Request): Promise<Response> {
    const header = request.headers.get(SOCKET_HEADER);
    if (header === null) return refused({ ok: false, code: "not-found" });
    // SAFETY: only the edge can reach this object, and it makes this header itself.
    const { envelope, credential, protocol } = JSON.parse(header) as SocketTicket;
    const { socket, response } = this.#options.port.open(protocol);
    const { clock } = this.#options;
    const open: Open = {
      id: randomHex(8),
      socket,
      credential,
      envelope: () => ({
        ...envelope,
        requestId: randomHex(12),
        deadline: (clock.now() + CALL_DEADLINE_MS) as EpochMs,
      }),
      topics: new Set(),
      pending: [],
    };
    this.#connections.set(socket, open);
    this.#subscribe(open, undefined, this.#hosted.initialTopics);
    this.#flush(open);
    return response;
  }

  /** The shell's `webSocketMessage`. */
  message(socket: Socket, data: string | ArrayBuffer): void | Promise<void> {
    const open = this.#connections.get(socket);
    if (open === undefined || typeof data !== "string") return;
    const message = JSON.parse(data) as Record<string, unknown> & { op?: string; id?: string };
    if (message.op === "subscribe") this.#subscribe(open, message.id, message["topics"] as string[]);
    else return this.#hosted.ops?.[message.op ?? ""]?.(open, message, data);
    this.#flush(open);
  }

  /** The shell's `webSocketClose` and `webSocketError`. */
  closed(socket: Socket): void {
    this.#connections.delete(socket);
  }

  get #hosted(): SocketHost {
    assert(this.#host !== undefined, "an actor with sockets hosts topics");
    return this.#host;
  }

  #subscribe(open: Open, id: string | undefined, names: readonly string[]): void {
    const errors: ({ topic: string } & TopicRefusal)[] = [];
    const snaps: string[] = [];
    for (const name of names) {
      const source = this.#hosted.topicOf(name);
      if ("code" in source) {
        errors.push({ topic: name, code: source.code, detail: source.detail });
        continue;
      }
      const topic = this.#topics.get(name) ?? { source, epoch: randomHex(8), seq: 1 };
      this.#topics.set(name, topic);
      open.topics.add(name);
      snaps.push(this.#message(topic, "snap", source.snapshot()));
    }
    const topics = [...open.topics].map((topic) => {
      const { epoch, seq } = this.#topics.get(topic) ?? { epoch: "", seq: 0 };
      return { topic, epoch, seq };
    });
    open.pending.push(
      JSON.stringify({ op: "ack", ...(id === undefined ? {} : { id }), topics, errors }),
      ...snaps,
    );
  }

  #message({ source, epoch, seq }: Topic, type: string, data: string): string {
    const head = JSON.stringify({ topic: source.topic, epoch, seq, ts: this.#options.clock.now(), type });
    return `${head.slice(0, -1)},"data":${data}}`;
  }

  #flush(open: Open): void {
    const messages = open.pending.splice(0);
    if (messages.length === 0) return;
    open.socket.send(messages.length === 1 ? (messages[0] ?? "") : `[${messages.join(",")}]`);
  }
}

const refused = (refusal: Refusal): Response => Response.json(refusal, { status: 503 });
