/**
 * A small client of the public API for scripts and tests. A refusal to take load (429, 503) and a reply that never came
 * are tried again, after the time that the server names; every call that is repeated must be safe to repeat.
 */
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

/** The public shape of an error, RFC 9457. */
export type Problem = { readonly code?: string; readonly detail?: string; readonly title?: string };

/** The server did answer, and the answer is no. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;
  readonly problem: Problem;
  constructor(call: string, status: number, problem: Problem) {
    super(`${call}: ${status} ${problem.code ?? ""} ${problem.detail ?? problem.title ?? ""}`.trim());
    this.status = status;
    this.problem = problem;
  }
}

/** The server did not answer in all the time that was given. What it did with the call is unknown. */
export class ApiUnreachable extends Error {
  override readonly name = "ApiUnreachable";
}

/** One hung call must not hang a feed; the slowest honest call, 8 MiB of ticks, takes a few seconds. */
const ATTEMPT_MS_MAX = 60_000;
const BACKOFF_MS_FIRST = 100;
/** Often enough to be back soon after a restart of the server. */
const BACKOFF_MS_MAX = 2_000;
/** A server that names a longer wait is asked again after this one. */
const RETRY_AFTER_MS_MAX = 30_000;

/** 500, 502 and 504 leave the outcome open just as a lost reply does. */
const TRY_AGAIN: readonly number[] = [429, 500, 502, 503, 504];

export class ApiClient {
  readonly #target: ApiTarget;
  readonly #retries: ApiRetries;

  constructor(target: ApiTarget, retries: ApiRetries = { patienceMs: 30_000 }) {
    this.#target = { ...target, url: target.url.replace(/\/+$/, "") };
    this.#retries = retries;
  }

  get url(): string {
    return this.#target.url;
  }

  /** One attempt; any status is an answer. Throws only where no answer came. */
  async once<Body = unknown>(method: string, path: string, call: ApiCall = {}): Promise<ApiReply<Body>> {
    const response = await fetch(`${this.#target.url}${path}`, {
      method,
      headers: this.#headersOf(call),
      body: bodyText(call.body),
      signal: this.#attemptSignal(),
    });
    const text = await response.text();
    const json = /\bjson\b/.test(response.headers.get("content-type") ?? "");
    // SAFETY: the caller names the shape that the contract gives this call.
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : text) as Body,
    };
  }

  /** Repeats until there is an answer other than "not now"; anything but a 2xx is thrown as a refusal. */
  async send<Body = unknown>(method: string, path: string, call: ApiCall = {}): Promise<Body> {
    const startedAt = Date.now();
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt<Body>(method, path, call);
      if ("reply" in outcome && outcome.reply.status < 300) return outcome.reply.body;
      const again = !("reply" in outcome) || TRY_AGAIN.includes(outcome.reply.status);
      const waitMs = waitBefore(attempt, "reply" in outcome ? outcome.reply.headers : undefined);
      if (!again || Date.now() - startedAt + waitMs > this.#retries.patienceMs)
        throw failureOf(method, path, outcome);
      this.#retries.onRetry?.(
        "reply" in outcome ? `status ${outcome.reply.status}` : messageOf(outcome.error),
        waitMs,
      );
      await pause(waitMs, this.#retries.signal);
    }
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
      if (error instanceof ApiRefusal && [404, 422].includes(error.status)) return false;
      throw error;
    }
  }

  /** The instrument that a broker calls by this token, if there is one. */
  async symbolOf(broker: string, token: string): Promise<string | undefined> {
    const alias = encodeURIComponent(`${broker}:${token}`);
    const { items } = await this.get<{ items: { symbol: string }[] }>(`/v1/instruments?alias=${alias}`);
    return items[0]?.symbol;
  }

  async #attempt<Body>(method: string, path: string, call: ApiCall): Promise<Attempt<Body>> {
    try {
      return { reply: await this.once<Body>(method, path, call) };
    } catch (error) {
      if (this.#retries.signal?.aborted) throw error;
      return { error };
    }
  }

  #attemptSignal(): AbortSignal {
    const timeout = AbortSignal.timeout(ATTEMPT_MS_MAX);
    return this.#retries.signal === undefined ? timeout : AbortSignal.any([timeout, this.#retries.signal]);
  }

  #headersOf(call: ApiCall): Record<string, string> {
    const { apiKey } = this.#target;
    return {
      accept: "application/json",
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(call.body === undefined
        ? {}
        : { "content-type": "json" in call.body ? "application/json" : call.body.type }),
      ...call.headers,
    };
  }
}

type Attempt<Body> = { readonly reply: ApiReply<Body> } | { readonly error: unknown };

const bodyText = (body: ApiBody | undefined): string | null =>
  body === undefined ? null : "json" in body ? JSON.stringify(body.json) : body.text;

// The server's own word comes first; else the wait doubles, with full jitter so that many clients do not come at once.
function waitBefore(attempt: number, headers: Headers | undefined): number {
  const said = retryAfterMs(headers?.get("retry-after") ?? null);
  if (said !== undefined) return Math.min(said, RETRY_AFTER_MS_MAX);
  const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_FIRST * 2 ** Math.min(attempt, 16));
  return Math.ceil(ceiling / 2 + (Math.random() * ceiling) / 2);
}

/** Retry-After is a number of seconds or an HTTP date. */
export function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function failureOf(method: string, path: string, outcome: Attempt<unknown>): Error {
  const call = `${method} ${path}`;
  if (!("reply" in outcome)) {
    return new ApiUnreachable(`${call}: no answer (${messageOf(outcome.error)})`, { cause: outcome.error });
  }
  const { status, body } = outcome.reply;
  const problem: Problem =
    typeof body === "object" && body !== null ? body : { detail: String(body).slice(0, 200) };
  return new ApiRefusal(call, status, problem);
}

// fetch says only "fetch failed"; why is in the cause.
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? messageOf(error.cause) : error.message || error.name;
}

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
