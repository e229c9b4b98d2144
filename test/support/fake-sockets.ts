/** Hibernating WebSockets without a platform: what was sent, how it was closed, and attachments that outlive a load. */
import { serialize } from "node:v8";
import type { SocketCredential, SocketTicket, StillValid } from "../../actors/runtime/connection.ts";
import { SOCKET_HEADER } from "../../actors/runtime/connection.ts";
import type { Socket, SocketPort } from "../../actors/runtime/socket-port.ts";
import { LINK_TABLES, SOCKET_TABLES, type SocketHost, Sockets } from "../../actors/runtime/sockets.ts";
import type { LinkSurroundings } from "../../actors/runtime/streams/links.ts";
import { memorySql, type NodeSql } from "./node-sql.ts";
import { envelope, FakeClock, makeTables } from "./runtime-fakes.ts";
import { messagesOf, type Said } from "./stream-messages.ts";

export class FakeSocket implements Socket {
  readonly frames: string[] = [];
  closing: { readonly code: number; readonly reason: string } | undefined;
  attached = 0;
  /** The other end has gone and nobody has said so. */
  broken = false;
  #attachment: unknown;

  send(text: string): void {
    if (this.broken || this.closing !== undefined) throw new TypeError("the socket is closed");
    this.frames.push(text);
  }
  close(code: number, reason: string): void {
    if (new TextEncoder().encode(reason).length > 123) throw new RangeError("the reason is too long");
    this.closing ??= { code, reason };
  }
  serializeAttachment(value: unknown): void {
    if (serialize(value).length > 16_384) throw new RangeError("the attachment is too large");
    this.attached += 1;
    this.#attachment = structuredClone(value);
  }
  deserializeAttachment(): unknown {
    return structuredClone(this.#attachment);
  }

  /** Messages of all frames so far, each in the public shape. */
  get said(): Said[] {
    return this.frames.flatMap((frame) => messagesOf(frame));
  }
  /** What came since the last call. */
  take(): Said[] {
    return this.frames.splice(0).flatMap((frame) => messagesOf(frame));
  }
}

export class FakeSocketPort implements SocketPort {
  sockets: FakeSocket[] = [];

  open() {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return { socket, response: new Response(null) };
  }
  list(): readonly FakeSocket[] {
    return this.sockets.filter(({ closing }) => closing === undefined);
  }
}

export const CREDENTIAL: SocketCredential = { tenant: "t", subject: "key-1", scopes: ["market:read"] };

/** Sockets over node:sqlite, with a host of the test's own. */
export class SocketBench {
  readonly sql: NodeSql = memorySql();
  readonly clock = new FakeClock();
  readonly port = new FakeSocketPort();
  readonly #host: SocketHost;
  readonly #stillValid: StillValid | undefined;
  readonly #links: (() => LinkSurroundings) | undefined;
  #armed: (() => void)[] = [];
  /** Connections that are no more. */
  left = 0;
  sockets!: Sockets;

  /** `links` are those of one load. */
  constructor(host: SocketHost, stillValid?: StillValid, links?: () => LinkSurroundings) {
    this.#host = host;
    this.#stillValid = stillValid;
    this.#links = links;
    makeTables(this.sql, ...SOCKET_TABLES, ...LINK_TABLES);
    this.load();
  }

  /** Memory is gone; the disk, the sockets and their attachments are not. */
  load(): void {
    this.sockets = new Sockets({
      sql: this.sql,
      clock: this.clock,
      port: this.port,
      stillValid: this.#stillValid,
      arm: (run) => void this.#armed.push(run),
      left: () => void this.left++,
      links: this.#links?.(),
    });
    this.sockets.host(this.#host);
  }

  /** A crash: the sockets are gone too. */
  crash(): void {
    this.port.sockets = [];
    this.load();
  }

  async connect(credential: SocketCredential = CREDENTIAL): Promise<FakeSocket> {
    const reply = await this.upgrade(credential);
    if (!reply.ok) throw new Error(await reply.text());
    const socket = this.port.sockets.at(-1);
    if (socket === undefined) throw new Error("nothing was opened");
    return socket;
  }

  upgrade(credential: SocketCredential = CREDENTIAL): Promise<Response> {
    const ticket: SocketTicket = { envelope: envelope(), credential };
    const headers = { [SOCKET_HEADER]: JSON.stringify(ticket) };
    return this.sockets.fetch(new Request("https://actor/stream", { headers }));
  }

  say(socket: FakeSocket, frame: unknown): void {
    this.sockets.message(socket, typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** A group of turns. */
  commit(...turns: (() => void)[]): void {
    for (const turn of turns) turn();
    this.sql.transaction(() => this.sockets.write());
    this.sockets.flush();
  }

  /** The macrotasks that were armed. */
  runArmed(): void {
    for (const run of this.#armed.splice(0)) run();
  }

  count(table: "stream_topic" | "stream_ring" | "stream_link"): number {
    return this.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]?.n ?? 0;
  }
}
