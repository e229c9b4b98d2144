/** A client of `/v1/stream` that believes nothing, acknowledges what it takes in, and brings its session along when it comes back. */
import WebSocket from "ws";
import type { ApiClient } from "../client.ts";
import { type GatewayMessage, GatewayRules, type Position } from "./gateway-rules.ts";

const ACK_MS = 250; // Far below the rate that a client may speak at.
const RETRY_MS = 250; // Where nothing else is said; while the platform is being restarted.

type Op = { readonly op: string; readonly id?: string; readonly [field: string]: unknown };
type Close = { readonly code: number; readonly reason: string };

export type GatewayReaderOptions = {
  readonly url: () => string;
  readonly apiKey: string;
  readonly topics: readonly string[];
  readonly conflateMs?: number;
  /** Between the end of a connection and the next try. */
  readonly retryMs?: number;
  /** Each message that is new. */
  readonly hear?: (message: GatewayMessage) => void;
};

export class GatewayReader {
  readonly rules = new GatewayRules();
  /** Errors and refusals that nobody should have been told. */
  readonly errors: string[] = [];
  readonly closes: Close[] = [];
  /** Those of connections that stood; the others are upgrades that were refused, or reached nobody. */
  readonly cuts: Close[] = [];
  messages = 0;
  restored = 0;
  /** Came back, and its session was not known any more. */
  anew = 0;
  notices = 0;
  readonly #options: GatewayReaderOptions;
  #socket: WebSocket | undefined;
  #session: string | undefined;
  #isAway = false;
  #isWelcome = false;
  #ended = false;
  #acks: NodeJS.Timeout | undefined;
  readonly #acked = new Map<string, number>();
  /** Topics that this connection listens to, by the acks that it was told. */
  #seated: ReadonlySet<string> = new Set();
  #isSilent = false;
  #isReady = false;
  #opened = Promise.withResolvers<void>();

  constructor(options: GatewayReaderOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Resolves when all topics stand, since the last connection was lost. */
  get ready(): Promise<void> {
    return this.#opened.promise;
  }
  get faults(): readonly string[] {
    return [...this.rules.faults, ...this.errors];
  }
  get socket(): WebSocket | undefined {
    return this.#socket;
  }

  /** Its network fails; it comes back after that time. */
  leave(awayMs: number, how: "close" | "terminate"): void {
    if (this.#isAway || this.#socket === undefined) return;
    this.#isAway = true;
    this.#socket[how]();
    setTimeout(() => {
      this.#isAway = false;
      if (!this.#ended) this.#connect();
    }, awayMs);
  }

  /** It reads nothing for so long, as a page in the background. */
  stall(forMs: number): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.pause();
    setTimeout(() => socket.resume(), forMs);
  }

  /** It reads, and says nothing of it for so long. */
  keepSilent(forMs: number): void {
    this.#isSilent = true;
    setTimeout(() => {
      this.#isSilent = false;
    }, forMs);
  }

  end(): void {
    this.#ended = true;
    clearInterval(this.#acks);
    this.#socket?.close();
  }

  #connect(): void {
    const { url, apiKey } = this.#options;
    // The end of the connection before may be told later than this one begins.
    this.#forget();
    const query = this.#session === undefined ? "" : `?session=${this.#session}`;
    const socket = new WebSocket(url() + query, { headers: { authorization: `Bearer ${apiKey}` } });
    this.#socket = socket;
    socket.on("message", (data) => this.#frame(socket, String(data)));
    socket.on("error", () => {});
    socket.on("close", (code, reason) => this.#closed(socket, { code, reason: String(reason) }));
  }

  #closed(socket: WebSocket, close: Close): void {
    this.closes.push(close);
    if (socket !== this.#socket) return;
    if (this.#isWelcome) this.cuts.push(close);
    this.#forget();
    this.#socket = undefined;
    const { retryMs = RETRY_MS } = this.#options;
    if (!this.#ended && !this.#isAway)
      setTimeout(() => this.#ended || this.#socket || this.#connect(), retryMs);
  }

  #forget(): void {
    clearInterval(this.#acks);
    this.#acked.clear();
    this.#seated = new Set();
    this.#isWelcome = false;
    if (!this.#isReady) return;
    this.#isReady = false;
    this.#opened = Promise.withResolvers<void>();
  }

  #frame(socket: WebSocket, text: string): void {
    if (socket !== this.#socket) return;
    const frame: unknown = JSON.parse(text);
    for (const message of Array.isArray(frame) ? frame : [frame]) {
      if ("op" in message) this.#answer(message as Op);
      else this.#take(message as GatewayMessage);
    }
  }

  #answer(said: Op): void {
    switch (said.op) {
      case "welcome":
        this.#greet(String(said["session"]));
        break;
      case "hb":
        // SAFETY: the contract's shape; what is not so is found by the comparison.
        this.rules.hear(said["topics"] as readonly Position[]);
        break;
      case "notice":
        this.notices += 1;
        break;
      case "ack":
        this.#acknowledged(said);
        break;
      case "error":
        if (said["code"] === "session-unknown") this.#beginAnew();
        else this.errors.push(`an error: ${JSON.stringify(said)}`);
        break;
    }
  }

  #greet(session: string): void {
    const before = this.#session;
    this.#session = session;
    this.#isWelcome = true;
    this.#acks = setInterval(() => this.#acknowledge(), ACK_MS);
    if (before === undefined) this.#subscribe();
    else this.#say({ op: "restore", id: "restore", session: before, at: this.rules.places });
  }

  #acknowledged({ id, errors, topics }: Op): void {
    // SAFETY: as above.
    const refused = (errors ?? []) as readonly object[];
    this.#seated = new Set((topics as readonly Position[]).map(({ topic }) => topic));
    if (refused.length > 0) this.errors.push(`refused: ${JSON.stringify(refused).slice(0, 300)}`);
    if (id === "restore") this.#restored();
    if (id === "restore" || id === "last") this.#settle();
  }

  /** A session holds what it listened to when it was cut: what was only on its way then is asked for again. */
  #restored(): void {
    this.restored += 1;
    for (const place of this.rules.places)
      if (!this.#seated.has(place.topic)) this.#say({ op: "resume", ...place });
    if (this.#options.topics.some((topic) => !this.#seated.has(topic))) this.#subscribe();
  }

  /** The session has ended: every topic for itself, from where it stands. */
  #beginAnew(): void {
    this.anew += 1;
    for (const { topic, epoch, seq } of this.rules.places) this.#say({ op: "resume", topic, epoch, seq });
    this.#subscribe();
  }

  #subscribe(): void {
    const { topics, conflateMs } = this.#options;
    for (const topic of topics) this.rules.await(topic);
    const pace = conflateMs === undefined ? {} : { conflateMs };
    this.#say({ op: "subscribe", id: "last", topics, ...pace });
  }

  #take(message: GatewayMessage): void {
    if (!this.rules.take(message)) return;
    this.messages += 1;
    this.#options.hear?.(message);
    this.#settle();
  }

  #settle(): void {
    if (this.rules.awaited > 0) return;
    this.#isReady = true;
    this.#opened.resolve();
  }

  #acknowledge(): void {
    if (this.#isSilent) return;
    const topics = this.rules.places.filter(
      ({ topic, seq }) => this.#seated.has(topic) && this.#acked.get(topic) !== seq,
    );
    if (topics.length === 0) return;
    for (const { topic, seq } of topics) this.#acked.set(topic, seq);
    this.#say({ op: "ack", topics: topics.map(({ topic, seq }) => ({ topic, seq })) });
  }

  #say(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}

/** Where the gateways of this platform are. */
export const gatewayUrl = (api: ApiClient): string => `${api.url.replace(/^http/, "ws")}/v1/stream`;
