/** The public API as the page calls it: with the key of this tab, and never twice for one answer. */
import type { TicketReply } from "../contracts/tickets.ts";
import { Stream, type StreamEvents } from "./stream.ts";

/** A call that was answered with no. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  /** The problem's own; `unreachable` where no answer came. */
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** A call that hangs longer than this is worth less than the next one. */
const CALL_MS_MAX = 15_000;

export class Client {
  readonly #key: string;
  readonly #onKeyRefused: () => void;

  constructor(key: string, onKeyRefused: () => void) {
    this.#key = key;
    this.#onKeyRefused = onKeyRefused;
  }

  get<Body>(path: string): Promise<Body> {
    return this.#call<Body>("GET", path);
  }

  /** A stream of the API, which a ticket opens: a browser sends no header with a WebSocket. */
  stream(path: string, topics: readonly string[], events: StreamEvents): Stream {
    const url = `${location.origin.replace(/^http/, "ws")}${path}`;
    const world = {
      ticket: () => this.#ticket(),
      open: (protocols: readonly string[]) => new WebSocket(url, [...protocols]),
      later: (run: () => void, ms: number) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      random: Math.random,
    };
    return new Stream(world, topics, events);
  }

  async #ticket(): Promise<string | undefined> {
    try {
      return (await this.#call<TicketReply>("POST", "/v1/tickets")).ticket;
    } catch (error) {
      if (error instanceof Refused && [401, 403].includes(error.status)) return undefined;
      throw error;
    }
  }

  async #call<Body>(method: string, path: string): Promise<Body> {
    const response = await this.#answer(method, path);
    const body: unknown = await response.json().catch(() => ({}));
    // SAFETY: the caller names the shape that the contract gives this call.
    if (response.ok) return body as Body;
    const {
      code = "unknown",
      detail,
      title = "",
    } = body as { code?: string; detail?: string; title?: string };
    if (response.status === 401) this.#onKeyRefused();
    throw new Refused(response.status, code, detail ?? title);
  }

  async #answer(method: string, path: string): Promise<Response> {
    try {
      return await fetch(path, {
        method,
        headers: { authorization: `Bearer ${this.#key}` },
        signal: AbortSignal.timeout(CALL_MS_MAX),
      });
    } catch {
      throw new Refused(0, "unreachable", "the platform did not answer");
    }
  }
}
