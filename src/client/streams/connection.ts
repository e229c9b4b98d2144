/**
 * One connection after the other: opened with a ticket, left when it is silent, opened again with backoff. What is said on it is not its matter.
 */
import { type Backoff, backoffMs } from "../patience.ts";
import type { SocketLike, Surroundings } from "../surroundings.ts";

export type ConnectionWorld = {
  /** Of the platform. */
  readonly url: string;
  /** For one connection. Undefined: the credential is refused, and there is no use in trying again. */
  readonly ticket: () => Promise<string | undefined>;
  readonly surroundings: Surroundings;
};
export type Closing = { readonly code: number; readonly reason: string };
export type ConnectionEvents = {
  /** Asked for each connection: the path may name a session. */
  readonly path: () => string;
  readonly opened: (socket: SocketLike) => void;
  readonly frame: (data: unknown) => void;
  /** Nothing came for a while; whether that is too long is judged at the next of these. */
  readonly silent: () => void;
  readonly lost: (closing: Closing) => void;
  readonly refused: () => void;
};

/** A trader waits no longer than this for the first try after a cut, and a platform that is down is not asked more often than the last. */
const BACKOFF: Backoff = { firstMs: 250, maxMs: 15_000 };
/** Proxies cut a connection that is silent for about a minute; a dead one is noticed after two of these, or one heartbeat and a bit. */
export const CHECK_MS = 10_000;
/** Closed for what it said or who it is: the same again at once would end the same. */
const CLOSE_POLICY = 1008;
/** No close frame came: the line is dead. */
const CLOSE_ABNORMAL = 1006;

export class Connection {
  readonly #world: ConnectionWorld;
  readonly #events: ConnectionEvents;
  /** Also while its handshake lasts. */
  #socket: SocketLike | undefined;
  #open = false;
  #attempts = 0;
  #closed = false;
  #heard = false;
  #checkMs = CHECK_MS;
  #cancelRetry = (): void => {};
  #cancelCheck = (): void => {};

  constructor(world: ConnectionWorld, events: ConnectionEvents) {
    this.#world = world;
    this.#events = events;
  }

  start(): void {
    void this.#connect();
  }

  /** The server talks to us: the next cut is a new one. */
  healthy(): void {
    this.#attempts = 0;
  }

  /** How long this connection may be silent. */
  expectEvery(ms: number): void {
    this.#checkMs = ms;
    this.#checkLater();
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry();
    this.#drop();
  }

  async #connect(): Promise<void> {
    const ticket = await this.#world.ticket().catch(() => null);
    if (this.#closed) return;
    if (ticket === undefined) {
      this.#closed = true;
      this.#events.refused();
    } else if (ticket === null) this.#lost({ code: CLOSE_ABNORMAL, reason: "no ticket" });
    else this.#opening(ticket);
  }

  #opening(ticket: string): void {
    const url = `${this.#world.url.replace(/^http/, "ws")}${this.#events.path()}`;
    const socket = this.#world.surroundings.openSocket(url, ["outcry.v1", `ticket.${ticket}`]);
    this.#socket = socket;
    this.#heard = true;
    this.#checkMs = CHECK_MS;
    socket.onopen = () => {
      this.#open = true;
      this.#events.opened(socket);
    };
    socket.onmessage = ({ data }: { readonly data: unknown }) => {
      this.#heard = true;
      this.#events.frame(data);
    };
    socket.onclose = ({ code, reason }: Closing) => this.#lost({ code, reason });
    socket.onerror = () => {};
    this.#checkLater();
  }

  /** A handshake that nobody answers is silence too. */
  #checkLater(): void {
    this.#cancelCheck();
    this.#cancelCheck = this.#world.surroundings.later(() => {
      if (!this.#heard) return this.#lost({ code: CLOSE_ABNORMAL, reason: "silent" });
      this.#heard = false;
      if (this.#open) this.#events.silent();
      this.#checkLater();
    }, this.#checkMs);
  }

  #lost(closing: Closing): void {
    this.#drop();
    if (this.#closed) return;
    this.#events.lost(closing);
    const { random } = this.#world.surroundings;
    const waitMs =
      closing.code === CLOSE_POLICY
        ? backoffMs({ firstMs: BACKOFF.maxMs, maxMs: BACKOFF.maxMs }, 0, random())
        : backoffMs(BACKOFF, this.#attempts, random());
    this.#attempts += 1;
    this.#cancelRetry();
    this.#cancelRetry = this.#world.surroundings.later(() => void this.#connect(), waitMs);
  }

  #drop(): void {
    const socket = this.#socket;
    const wasOpen = this.#open;
    this.#cancelCheck();
    this.#socket = undefined;
    this.#open = false;
    if (socket === undefined) return;
    socket.onmessage = null;
    socket.onclose = null;
    // A browser complains of a connection that is closed before it is open.
    socket.onopen = () => socket.close(1000);
    if (wasOpen) socket.close(1000);
  }
}
