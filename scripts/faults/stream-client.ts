/**
 * A client that believes nothing: it holds each message against the sequence that the contract promises, acknowledges what it takes in,
 * and when it is cut off it comes back and resumes where it stopped.
 */
import WebSocket from "ws";
import type { ApiClient } from "../client.ts";

const ACK_MS = 200; // Far below the rate that a client may speak at.
const RETRY_MS = 250; // While the platform is being restarted.

export type StreamMessage = {
  readonly topic: string;
  readonly epoch: string;
  readonly seq: number;
  readonly type: string;
  readonly data: unknown;
  readonly reset?: { readonly reason: string };
};
type Answer = { readonly op: string; readonly id?: string; readonly [field: string]: unknown };
type Place = { epoch: string; seq: number; acked: number };

export type StreamClientOptions = {
  readonly url: () => string;
  readonly apiKey: string;
  readonly topics: readonly string[];
  /** Each message that is new; not what was only repeated. */
  readonly hear?: (message: StreamMessage) => void;
};

export class StreamClient {
  /** Breaks of the contract: a hole that nobody announced, a message twice, a frame that is none. */
  readonly faults: string[] = [];
  readonly resets: string[] = [];
  readonly closes: { readonly code: number; readonly reason: string }[] = [];
  messages = 0;
  readonly #options: StreamClientOptions;
  readonly #places = new Map<string, Place>();
  /** Topics whose answer to `subscribe` or `resume` has not come: what is sent before it says nothing. */
  readonly #awaited = new Map<string, "snap" | "resume">();
  #socket: WebSocket | undefined;
  #ended = false;
  #acks: NodeJS.Timeout | undefined;
  #opened = Promise.withResolvers<void>();

  constructor(options: StreamClientOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Resolves when every topic has been answered since the last connection was lost. */
  get ready(): Promise<void> {
    return this.#opened.promise;
  }

  get socket(): WebSocket | undefined {
    return this.#socket;
  }

  end(): void {
    this.#ended = true;
    clearInterval(this.#acks);
    this.#socket?.close();
  }

  #connect(): void {
    const { url, apiKey } = this.#options;
    const socket = new WebSocket(url(), { headers: { authorization: `Bearer ${apiKey}` } });
    this.#socket = socket;
    socket.on("open", () => this.#greet());
    socket.on("message", (data) => this.#frame(String(data)));
    socket.on("error", () => {});
    socket.on("close", (code, reason) => this.#closed(code, String(reason)));
  }

  #greet(): void {
    for (const topic of this.#options.topics) {
      const place = this.#places.get(topic);
      this.#awaited.set(topic, place === undefined ? "snap" : "resume");
      if (place === undefined) this.#say({ op: "subscribe", id: topic, topics: [topic] });
      else this.#say({ op: "resume", id: topic, topic, epoch: place.epoch, seq: place.seq });
    }
    this.#acks = setInterval(() => this.#acknowledge(), ACK_MS);
  }

  #closed(code: number, reason: string): void {
    clearInterval(this.#acks);
    this.closes.push({ code, reason });
    if (this.#awaited.size === 0) this.#opened = Promise.withResolvers<void>();
    this.#awaited.clear();
    if (!this.#ended) setTimeout(() => !this.#ended && this.#connect(), RETRY_MS);
  }

  #frame(text: string): void {
    const frame: unknown = JSON.parse(text);
    for (const message of Array.isArray(frame) ? frame : [frame]) {
      if ("op" in message) this.#answer(message as Answer);
      else this.#take(message as StreamMessage);
    }
  }

  #answer(answer: Answer): void {
    const { op, id = "" } = answer;
    if (op === "error") this.faults.push(`an error: ${JSON.stringify(answer)}`);
    if (op !== "ack" || !this.#awaited.has(id)) return;
    const { topics, errors } = answer as unknown as {
      topics: { topic: string; epoch: string; seq: number }[];
      errors: unknown[];
    };
    if (errors.length > 0) this.faults.push(`refused: ${JSON.stringify(errors)}`);
    // A resume whose epoch is gone begins anew with the snapshot that follows.
    if (this.#awaited.get(id) === "resume") this.#answered(id);
    else if (!topics.some(({ topic }) => topic === id)) this.faults.push(`${id} is not in its own ack`);
  }

  #take(message: StreamMessage): void {
    const { topic, epoch, seq, type, reset } = message;
    const place = this.#places.get(topic);
    const awaited = this.#awaited.get(topic);
    if (awaited === "resume") return;
    if (awaited === "snap") {
      if (type !== "snap") return;
      this.#answered(topic);
      this.#accept(message);
      return;
    }
    if (place === undefined) return;
    if (type === "hb" || type === "lagging") {
      if (seq !== place.seq) this.faults.push(`${topic}: ${type} says ${seq} after ${place.seq}`);
      return;
    }
    if (type === "snap" && reset !== undefined) {
      this.resets.push(`${topic}: ${reset.reason}`);
      this.#accept(message);
      return;
    }
    if (epoch !== place.epoch || seq !== place.seq + 1)
      this.faults.push(`${topic}: ${type} ${seq} of ${epoch} after ${place.seq} of ${place.epoch}`);
    this.#accept(message);
  }

  #accept(message: StreamMessage): void {
    const { topic, epoch, seq } = message;
    this.#places.set(topic, { epoch, seq, acked: this.#places.get(topic)?.acked ?? 0 });
    this.messages += 1;
    this.#options.hear?.(message);
  }

  #answered(topic: string): void {
    this.#awaited.delete(topic);
    if (this.#awaited.size === 0) this.#opened.resolve();
  }

  #acknowledge(): void {
    for (const [topic, place] of this.#places) {
      if (place.seq === place.acked || this.#awaited.has(topic)) continue;
      place.acked = place.seq;
      this.#say({ op: "ack", topic, seq: place.seq });
    }
  }

  #say(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}

/** Where the streams of this platform are. */
export const streamUrl = (api: ApiClient, path: string): string =>
  `${api.url.replace(/^http/, "ws")}${path}/stream`;
