/**
 * One call after the other, tried again where that is safe. A refusal to take load (429) has changed nothing; 500, 502, 503, 504 and a reply
 * that never came leave the outcome open, so only what may be repeated is sent again then.
 */
import { type Backoff, backoffMs, retryAfterMs } from "./patience.ts";
import { type Problem, Refused, Unreachable } from "./refused.ts";
import { SURROUNDINGS, type Surroundings } from "./surroundings.ts";

export type HttpOptions = {
  /** Of the platform: `http://localhost:8787`. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** Total time spent on one call before it is given up; 0: one attempt. */
  readonly patienceMs?: number;
  /** Time for one attempt. */
  readonly attemptMs?: number;
  /** Each refusal before it is thrown: a page that has a key to forget wants to know. */
  readonly onRefused?: ((refused: Refused) => void) | undefined;
  readonly onRetry?: ((reason: string, waitMs: number) => void) | undefined;
  /** Ends every call. */
  readonly signal?: AbortSignal | undefined;
  readonly surroundings?: Partial<Surroundings>;
};

export type HttpCall = {
  readonly body?: { readonly text: string; readonly type: string } | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whether it may be sent again when its outcome is unknown. */
  readonly repeatable?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type HttpReply = { readonly status: number; readonly headers: Headers; readonly body: unknown };
type Attempt = { readonly reply: HttpReply } | { readonly error: unknown };

// Longer than a restart of the platform takes.
const PATIENCE_MS = 30_000;
/** One hung call must not hang a program; the slowest honest call, 8 MiB of ticks, takes a few seconds. */
const ATTEMPT_MS = 60_000;
/** Often enough to be back soon after a restart. */
const BACKOFF: Backoff = { firstMs: 100, maxMs: 2_000 };

const UNDONE: readonly number[] = [429];
const UNKNOWN: readonly number[] = [500, 502, 503, 504];

export class Http {
  readonly url: string;
  readonly surroundings: Surroundings;
  readonly #options: HttpOptions;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.url = options.url.replace(/\/+$/, "");
    this.surroundings = { ...SURROUNDINGS, ...options.surroundings };
  }

  /** One attempt; any status is an answer. Throws only where no answer came. */
  async once(method: string, path: string, call: HttpCall = {}): Promise<HttpReply> {
    const response = await this.surroundings.fetch(`${this.url}${path}`, {
      method,
      headers: this.#headersOf(call),
      body: call.body?.text ?? null,
      signal: this.#signalOf(call),
    });
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text === "" ? undefined : text,
    };
  }

  /** What came with success. Anything else is thrown as `Refused`, and no answer in all that time as `Unreachable`. */
  async send(method: string, path: string, call: HttpCall = {}): Promise<unknown> {
    const { now, random } = this.surroundings;
    const endsAt = now() + (this.#options.patienceMs ?? PATIENCE_MS);
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(method, path, call);
      if ("reply" in outcome && outcome.reply.status < 300) return outcome.reply.body;
      const said = "reply" in outcome ? retryAfterMs(outcome.reply.headers.get("retry-after")) : undefined;
      const waitMs = said ?? backoffMs(BACKOFF, attempt, random());
      if (!mayRepeat(outcome, call) || now() + waitMs > endsAt)
        throw this.#failed(failureOf(method, path, outcome));
      this.#options.onRetry?.(reasonOf(outcome), waitMs);
      await this.#pause(waitMs, call);
    }
  }

  #failed(failure: Error): Error {
    if (failure instanceof Refused) this.#options.onRefused?.(failure);
    return failure;
  }

  async #attempt(method: string, path: string, call: HttpCall): Promise<Attempt> {
    try {
      return { reply: await this.once(method, path, call) };
    } catch (error) {
      // Who ended the call himself hears that, and not that nobody answered.
      this.#options.signal?.throwIfAborted();
      call.signal?.throwIfAborted();
      return { error };
    }
  }

  #signalOf({ signal }: HttpCall): AbortSignal {
    const timeout = AbortSignal.timeout(this.#options.attemptMs ?? ATTEMPT_MS);
    const given = [this.#options.signal, signal].filter((one) => one !== undefined);
    return given.length === 0 ? timeout : AbortSignal.any([timeout, ...given]);
  }

  #headersOf({ body, headers }: HttpCall): Record<string, string> {
    const { apiKey } = this.#options;
    return {
      accept: "application/json",
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(body === undefined ? {} : { "content-type": body.type }),
      ...headers,
    };
  }

  /** Ends at once, with the reason, when the call is ended. */
  #pause(ms: number, { signal }: HttpCall): Promise<void> {
    return new Promise((resolve, reject) => {
      const signals = [this.#options.signal, signal].filter((one) => one !== undefined);
      const ended = (): void => {
        for (const one of signals) one.removeEventListener("abort", ended);
        cancel();
        const aborted = signals.find((one) => one.aborted);
        if (aborted === undefined) resolve();
        else reject(aborted.reason);
      };
      const cancel = this.surroundings.later(ended, ms);
      for (const one of signals) one.addEventListener("abort", ended);
    });
  }
}

function mayRepeat(outcome: Attempt, { repeatable = false }: HttpCall): boolean {
  if (!("reply" in outcome)) return repeatable;
  const { status } = outcome.reply;
  return UNDONE.includes(status) || (repeatable && UNKNOWN.includes(status));
}

function failureOf(method: string, path: string, outcome: Attempt): Error {
  const call = `${method} ${path}`;
  if (!("reply" in outcome))
    return new Unreachable(`${call}: no answer (${reasonOf(outcome)})`, { cause: outcome.error });
  const { status, body } = outcome.reply;
  const isProblem = typeof body === "object" && body !== null;
  return new Refused(call, status, isProblem ? (body as Problem) : { detail: String(body).slice(0, 200) });
}

const reasonOf = (outcome: Attempt): string =>
  "reply" in outcome ? `status ${outcome.reply.status}` : messageOf(outcome.error);

// fetch says only "fetch failed"; why is in the cause.
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? messageOf(error.cause) : error.message || error.name;
}
