/** The clients of one actor: who is connected, what each is owed, and how one leaves. */
import { CLOSE_POLICY } from "../../../src/contracts/streams.ts";
import type { Bound } from "../bounds.ts";
import type { Clock } from "../clock.ts";
import type { SocketCredential, StillValid } from "../connection.ts";
import { randomHex } from "../id.ts";
import type { Socket } from "../socket-port.ts";
import { Client, type Opening } from "./client.ts";
import { CredentialWatch, type Standing, type Verdict } from "./credential-watch.ts";
import { fanOut, type Told } from "./fan-out.ts";
import { frameText, frameTexts, withReplies } from "./message-text.ts";
import { SlowClients, type SlowOptions } from "./slow-clients.ts";
import type { HeardTopics } from "./topic.ts";

/** Of one object. Each message is sent so many times in the actor's own thread: some milliseconds. */
export const CONNECTIONS_MAX = 1_000;
export const connectionsBound: Bound = {
  collection: "memory:connections",
  max: CONNECTIONS_MAX,
  unit: "entries",
  atBound: "A further upgrade is refused `overloaded` and nothing is opened.",
};

/** Of a tenant, where tenants share the actor: the busiest desk, and others still find a place. */
export const TENANT_PLACES_MAX = 600;

export type CrowdOptions = {
  readonly clock: Clock;
  readonly topics: HeardTopics<Client>;
  readonly stillValid: StillValid | undefined;
  /** Arms the sending of replies that no commit sends; a macrotask, so that they gather. */
  readonly arm: (run: () => void) => void;
  /** A connection is no more. */
  readonly left: () => void;
  /** One is about to leave its topics. */
  readonly leaving?: (client: Client) => void;
  readonly slow?: SlowOptions;
};

export class Crowd {
  readonly slow: SlowClients;
  readonly #options: CrowdOptions;
  readonly #watch: CredentialWatch;
  readonly #clients = new Map<Socket, Client>();
  readonly #byTenant = new Map<string, number>();
  /** Clients with replies that are not sent. */
  readonly #owed = new Set<Client>();
  readonly #load = randomHex(4);
  #armed = false;

  constructor(options: CrowdOptions) {
    const { clock, topics, stillValid } = options;
    this.#options = options;
    const close = (client: Client, code: number, reason: string) => this.close(client, code, reason);
    this.slow = new SlowClients(clock, topics, close, options.slow);
    this.#watch = new CredentialWatch(clock, stillValid);
  }

  get size(): number {
    return this.#clients.size;
  }

  get isFull(): boolean {
    return this.#clients.size >= CONNECTIONS_MAX;
  }

  /** Of how many connections a tenant has opened. */
  countOf(tenant: string): number {
    return this.#byTenant.get(tenant) ?? 0;
  }

  of(socket: Socket): Client | undefined {
    return this.#clients.get(socket);
  }

  /** Looked for among all: asked seldom. */
  has(id: string): boolean {
    for (const client of this.#clients.values()) if (client.id === id) return true;
    return false;
  }

  admit(socket: Socket, opening: Opening): Client {
    const standing = this.#watch.admit(opening.credential);
    const client = new Client(socket, opening, standing, this.#options.clock, this.#load);
    this.#clients.set(socket, client);
    const { tenant } = opening.credential;
    this.#byTenant.set(tenant, this.countOf(tenant) + 1);
    return client;
  }

  /** Sends what a group published, then closes those who cannot follow or may not any more. */
  tell(numbered: readonly Told[]): void {
    if (numbered.length === 0 || this.#clients.size === 0) return;
    fanOut(
      numbered,
      (client, frame) => this.#deliver(client, frame),
      (client) => this.#notice(client),
    );
    if (this.#options.slow?.isLookedAfter !== true) this.slow.closeHopeless();
    for (const standing of this.#watch.due()) void this.look(standing);
  }

  /** Answers at once, together. */
  say(client: Client, texts: readonly string[]): void {
    client.replies.push(...texts);
    this.#settle(client);
  }

  /** An answer that leaves with the group's commit, or soon, with all others of its client. */
  owe(client: Client, text: string): void {
    client.replies.push(text);
    client.replied += text.length;
    client.rates.replies.charge(text.length);
    this.#owed.add(client);
    if (this.#armed) return;
    this.#armed = true;
    this.#options.arm(() => {
      this.#armed = false;
      this.settleAll();
    });
  }

  settleAll(): void {
    for (const client of this.#owed) this.#settle(client);
    this.#owed.clear();
  }

  /** What is known of a credential; where that is too old its issuer is asked. Everybody with one that no longer holds is closed. */
  look(standing: Standing): Verdict | Promise<Verdict> {
    const verdict = this.#watch.check(standing);
    if (verdict instanceof Promise) return verdict.then((known) => this.#judged(standing, known));
    return this.#judged(standing, verdict);
  }

  close(client: Client, code: number, reason: string): void {
    const wasHere = this.#forget(client);
    try {
      // A client that does not read stays in the platform's list; after a sleep it must not be taken for one that listens.
      client.socket.serializeAttachment(null);
      client.socket.close(code, reason);
    } catch {
      // It is closed already.
    }
    if (wasHere) this.#options.left();
  }

  closeAll(code: number, reason: string): void {
    for (const client of [...this.#clients.values()]) this.close(client, code, reason);
  }

  /** The last one who leaves a topic lets it rest. False where it had left already. */
  #forget(client: Client): boolean {
    if (!this.#clients.delete(client.socket)) return false;
    this.#options.leaving?.(client);
    this.#placeLeft(client.credential);
    this.slow.forget(client);
    this.#owed.delete(client);
    this.#watch.forget(client.standing);
    for (const topic of [...client.progress.keys()]) {
      client.leave(topic);
      this.#options.topics.lost(topic);
    }
    return true;
  }

  #placeLeft({ tenant }: SocketCredential): void {
    const others = this.countOf(tenant) - 1;
    if (others === 0) this.#byTenant.delete(tenant);
    else this.#byTenant.set(tenant, others);
  }

  #judged(standing: Standing, verdict: Verdict): Verdict {
    if (verdict === "invalid")
      for (const client of this.#clients.values())
        if (client.standing === standing)
          this.close(client, CLOSE_POLICY, "the credential is no longer valid");
    return verdict;
  }

  #deliver(client: Client, frame: string): void {
    if (client.replies.length === 0) this.#transmit(client, frame);
    else for (const text of withReplies(client.replies.splice(0), frame)) this.#transmit(client, text);
  }

  #notice(client: Client): void {
    const notice = this.slow.notice(client);
    if (notice.length > 0) this.#transmit(client, frameText(notice));
  }

  #settle(client: Client): void {
    for (const frame of frameTexts(client.replies.splice(0))) this.#transmit(client, frame);
  }

  #transmit(client: Client, text: string): void {
    try {
      client.socket.send(text);
    } catch {
      // It closed, and the platform has not said so yet.
      if (this.#forget(client)) this.#options.left();
    }
  }
}
