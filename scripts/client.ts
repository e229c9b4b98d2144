/** The client as scripts and tests use it: by paths that are put together, and for calls that are all safe to repeat. */
import { Http, type HttpCall } from "../src/client/http.ts";
import { Refused } from "../src/client/refused.ts";
import type { TicksReply } from "../src/contracts/ticks.ts";

export type ApiTarget = { readonly url: string; readonly apiKey?: string };
export type ApiRetries = {
  /** Total time spent on one call before it is given up. */
  readonly patienceMs: number;
  readonly onRetry?: (reason: string, waitMs: number) => void;
  readonly signal?: AbortSignal;
};
export type ApiReply<Body = unknown> = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
};
export type ApiBody = { readonly json: unknown } | { readonly text: string; readonly type: string };
export type ApiCall = { readonly body?: ApiBody; readonly headers?: Readonly<Record<string, string>> };

export class ApiClient {
  readonly #http: Http;

  constructor(
    { url, apiKey }: ApiTarget,
    { patienceMs, onRetry, signal }: ApiRetries = { patienceMs: 30_000 },
  ) {
    this.#http = new Http({ url, apiKey, patienceMs, onRetry, signal });
  }

  get url(): string {
    return this.#http.url;
  }

  /** One attempt; any status is an answer. Throws only where no answer came. */
  once<Body = unknown>(method: string, path: string, call: ApiCall = {}): Promise<ApiReply<Body>> {
    // SAFETY: the caller names the shape that the contract gives this call.
    return this.#http.once(method, path, sentAs(call)) as Promise<ApiReply<Body>>;
  }

  /** Repeats until there is an answer other than "not now"; anything but a 2xx is thrown as `Refused`. */
  send<Body = unknown>(method: string, path: string, call: ApiCall = {}): Promise<Body> {
    return this.#http.send(method, path, { ...sentAs(call), repeatable: true }) as Promise<Body>;
  }

  get<Body = unknown>(path: string): Promise<Body> {
    return this.send("GET", path);
  }

  put<Body = unknown>(path: string, json: unknown): Promise<Body> {
    return this.send("PUT", path, { body: { json } });
  }

  post<Body = unknown>(path: string, json: unknown): Promise<Body> {
    return this.send("POST", path, { body: { json } });
  }

  /** Safe to repeat where every tick has an id or a sequence number. */
  postTicks(source: string, ticks: readonly unknown[]): Promise<TicksReply> {
    return this.post("/v1/ticks", { source, ticks });
  }

  /** Closes the bars of symbols whose feed has ended; those that the answer does not name may be sent again. */
  async endFeeds(source: string, symbols: readonly string[]): Promise<readonly string[]> {
    const { ended = [] } = await this.post<TicksReply>("/v1/ticks", { source, ticks: [], end: symbols });
    return ended;
  }

  /** Registers the instrument unless the platform has one of this name: what an operator has set stays. */
  async registerInstrument(instrument: { readonly symbol: string }): Promise<"made" | "known"> {
    const { symbol, ...body } = instrument;
    if (await this.knows(symbol)) return "known";
    await this.put(instrumentPath(symbol), body);
    return "made";
  }

  /** Whether there is an instrument of this name; a name that no instrument can have is none. */
  async knows(symbol: string): Promise<boolean> {
    try {
      await this.get(instrumentPath(symbol));
      return true;
    } catch (error) {
      if (error instanceof Refused && [404, 422].includes(error.status)) return false;
      throw error;
    }
  }

  /** The instrument that a broker calls by this token, if there is one. */
  async symbolOf(broker: string, token: string): Promise<string | undefined> {
    const alias = encodeURIComponent(`${broker}:${token}`);
    const { items } = await this.get<{ items: { symbol: string }[] }>(`/v1/instruments?alias=${alias}`);
    return items[0]?.symbol;
  }
}

const sentAs = ({ body, headers }: ApiCall): HttpCall => ({
  headers,
  body:
    body === undefined || "text" in body
      ? body
      : { text: JSON.stringify(body.json), type: "application/json" },
});

/** Waits, or ends at once when the signal is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}

// A colon may stand in a path as it is; anything else odd stays escaped and is refused there.
const instrumentPath = (symbol: string): string =>
  `/v1/instruments/${encodeURIComponent(symbol).replace("%3A", ":")}`;
