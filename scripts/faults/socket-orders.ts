/** Order entry by one WebSocket for each account: frames that were not answered are sent again, word for word, on the next connection. */
import WebSocket from "ws";
import type { ApiClient } from "../client.ts";
import type { Decision, Order } from "./load.ts";
import { streamUrl } from "./stream-client.ts";

const RETRY_MS = 100; // A platform that is being restarted is asked again soon.
const ANSWER_MS_MAX = 20_000; // A frame that is not answered by then is a finding.

type Reply = {
  readonly op?: string;
  readonly id?: number;
  readonly code?: string;
  readonly decisions?: readonly Decision[];
};
type Waiting = { readonly frame: string; readonly resolve: (decisions: readonly Decision[]) => void };

export class SocketOrders {
  /** Frames that were sent once more because their answer never came, or was a refusal for now. */
  repeated = 0;
  connections = 0;
  /** Answers that the contract does not know. */
  readonly faults: string[] = [];
  readonly #account: string;
  readonly #api: () => ApiClient;
  readonly #apiKey: string;
  readonly #waiting = new Map<number, Waiting>();
  #socket: WebSocket | undefined;
  #next = 0;
  #ended = false;

  constructor(account: string, api: () => ApiClient, apiKey: string) {
    this.#account = account;
    this.#api = api;
    this.#apiKey = apiKey;
    this.#connect();
  }

  place(orders: readonly Order[]): Promise<readonly Decision[]> {
    return new Promise((resolve) => {
      const id = this.#next++;
      const frame = JSON.stringify({ op: "order", id, orders });
      this.#waiting.set(id, { frame, resolve });
      this.#send(id);
    });
  }

  end(): void {
    this.#ended = true;
    this.#socket?.close();
  }

  #connect(): void {
    const url = streamUrl(this.#api(), `/v1/accounts/${this.#account}`);
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${this.#apiKey}` } });
    this.#socket = socket;
    socket.on("open", () => {
      this.connections += 1;
      const stop = { op: "unsubscribe", topics: [`account.${this.#account}`] };
      socket.send(JSON.stringify(stop));
      for (const id of this.#waiting.keys()) this.#send(id);
    });
    socket.on("message", (data) => this.#hear(String(data)));
    socket.on("error", () => {});
    socket.on("close", (code, reason) => {
      if (![1005, 1006, 1012].includes(code)) this.faults.push(`closed with ${code} ${reason}`);
      if (!this.#ended) setTimeout(() => this.#connect(), RETRY_MS);
    });
  }

  #send(id: number): void {
    const waiting = this.#waiting.get(id);
    const socket = this.#socket;
    if (waiting === undefined || socket?.readyState !== WebSocket.OPEN) return;
    socket.send(waiting.frame);
    setTimeout(() => {
      if (this.#waiting.has(id) && this.#socket === socket && socket.readyState === WebSocket.OPEN)
        this.faults.push(`no answer to frame ${id} of ${this.#account}`);
    }, ANSWER_MS_MAX).unref();
  }

  #hear(text: string): void {
    const frame: Reply | Reply[] = JSON.parse(text);
    for (const reply of Array.isArray(frame) ? frame : [frame])
      if (reply.id !== undefined) this.#answered(reply.id, reply);
  }

  #answered(id: number, { op, code = "", decisions = [] }: Reply): void {
    const waiting = this.#waiting.get(id);
    if (op === "decisions") {
      this.#waiting.delete(id);
      waiting?.resolve(decisions);
    } else if (op === "error") {
      this.repeated += 1;
      if (!REPEATABLE.has(code)) this.faults.push(`frame ${id} of ${this.#account} was refused: ${code}`);
      setTimeout(() => this.#send(id), RETRY_MS);
    }
  }
}

/** Time mends these; the frame is safe to repeat, for each order has one effect. */
const REPEATABLE: ReadonlySet<string> = new Set(["overloaded", "dependency-unavailable", "outcome-unknown"]);
