/**
 * The client of the public API for browsers, Node and Deno. Every call has the shape of its contract; a stream comes back by itself.
 * Decimals are texts, as the API writes them: whoever needs a number knows how many digits he may lose.
 */
import type { BodyOf, EndpointAt, Method, NamesAnd, NamesOf, PathOf, ReplyOf } from "./calls.ts";
import { Http, type HttpOptions } from "./http.ts";
import { Refused } from "./refused.ts";
import { Stream, type StreamOptions } from "./streams/stream.ts";
import { TextBody } from "./text-body.ts";

export type CallOptions = {
  /** Under one key the call has one effect, however often it is sent: it is then tried again when no answer came. */
  readonly idempotencyKey?: string;
  /** `If-Match`. */
  readonly ifMatch?: number;
  /** The body may be sent again when no answer came: ticks with ids, orders with their `clientOrderId`. GET, PUT and DELETE always are. */
  readonly repeatable?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

type Names = Readonly<Record<string, string | number | undefined>>;
type Given<M extends Method, Path extends string> = NamesOf<EndpointAt<M, Path>>;
type Answer<M extends Method, Path extends string> = Promise<ReplyOf<EndpointAt<M, Path>>>;
type Sent<M extends Method, Path extends string> = BodyOf<EndpointAt<M, Path>>;

/** A post may not be repeated unless its caller says so. */
const REPEATABLE: readonly Method[] = ["GET", "PUT", "DELETE"];

export class Outcry {
  readonly #http: Http;

  constructor(options: HttpOptions) {
    this.#http = new Http(options);
  }

  get url(): string {
    return this.#http.url;
  }

  /** `names` are those in the path and the fields of the query: `get("/v1/symbols/{symbol}/bars", {symbol, resolution: "5"})`. */
  get<Path extends PathOf<"GET">>(
    path: Path,
    ...rest: NamesAnd<Given<"GET", Path>, CallOptions>
  ): Answer<"GET", Path> {
    const [names, options] = rest;
    return this.#call("GET", path, names, undefined, options) as Answer<"GET", Path>;
  }

  /** The same where path and names are worked out by the caller's own types. */
  read<Path extends PathOf<"GET">>(
    path: Path,
    names: Given<"GET", Path>,
    options?: CallOptions,
  ): Answer<"GET", Path> {
    return this.#call("GET", path, names, undefined, options) as Answer<"GET", Path>;
  }

  post<Path extends PathOf<"POST">>(
    path: Path,
    names: Given<"POST", Path>,
    body?: Sent<"POST", Path>,
    options?: CallOptions,
  ): Answer<"POST", Path> {
    return this.#call("POST", path, names, body, options) as Answer<"POST", Path>;
  }

  put<Path extends PathOf<"PUT">>(
    path: Path,
    names: Given<"PUT", Path>,
    body?: Sent<"PUT", Path>,
    options?: CallOptions,
  ): Answer<"PUT", Path> {
    return this.#call("PUT", path, names, body, options) as Answer<"PUT", Path>;
  }

  patch<Path extends PathOf<"PATCH">>(
    path: Path,
    names: Given<"PATCH", Path>,
    body: Sent<"PATCH", Path>,
    options?: CallOptions,
  ): Answer<"PATCH", Path> {
    return this.#call("PATCH", path, names, body, options) as Answer<"PATCH", Path>;
  }

  delete<Path extends PathOf<"DELETE">>(
    path: Path,
    names: Given<"DELETE", Path>,
    options?: CallOptions,
  ): Answer<"DELETE", Path> {
    return this.#call("DELETE", path, names, undefined, options) as Answer<"DELETE", Path>;
  }

  /** Every page of a list, from the one that `names` ask for on, as it is asked for. */
  async *pages<Path extends PagedPath>(
    path: Path,
    names: Given<"GET", Path>,
    options?: CallOptions,
  ): AsyncGenerator<Awaited<Answer<"GET", Path>>> {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await this.#call(
        "GET",
        path,
        { ...(names as Names), cursor: cursor ?? (names as Names)["cursor"] },
        undefined,
        options,
      );
      yield page as Awaited<Answer<"GET", Path>>;
      cursor = (page as { readonly nextCursor: string | null }).nextCursor;
    }
  }

  /** A stream of many topics; `path` names one of a single actor. It lives until it is closed. */
  stream(options: StreamOptions = {}): Stream {
    return new Stream(
      { url: this.url, ticket: () => this.#ticket(), surroundings: this.#http.surroundings },
      options,
    );
  }

  /** A browser sends no header with a WebSocket, so a one-use ticket opens it. Undefined: the key is refused. */
  async #ticket(): Promise<string | undefined> {
    try {
      return (await this.post("/v1/tickets", {}, undefined, { repeatable: true })).ticket;
    } catch (error) {
      if (error instanceof Refused && [401, 403].includes(error.status)) return undefined;
      throw error;
    }
  }

  #call(
    method: Method,
    path: string,
    names: unknown,
    body: unknown,
    options: CallOptions = {},
  ): Promise<unknown> {
    const { idempotencyKey, ifMatch, headers, signal } = options;
    const repeatable = options.repeatable ?? (REPEATABLE.includes(method) || idempotencyKey !== undefined);
    return this.#http.send(method, pathOf(path, (names ?? {}) as Names), {
      ...{ body: bodyOf(body), repeatable, signal },
      headers: {
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
        ...(ifMatch === undefined ? {} : { "if-match": String(ifMatch) }),
        ...headers,
      },
    });
  }
}

type PagedPath = {
  [Path in PathOf<"GET">]: ReplyOf<EndpointAt<"GET", Path>> extends { readonly nextCursor: string | null }
    ? Path
    : never;
}[PathOf<"GET">];

/** What the path does not name goes into the query. */
export function pathOf(template: string, names: Names): string {
  const left = new Map(Object.entries(names));
  const path = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = left.get(name);
    left.delete(name);
    // An empty name would make another path of it.
    if (value === undefined || value === "") throw new TypeError(`${template}: ${name} is missing`);
    return encodeURIComponent(value).replaceAll("%3A", ":");
  });
  const query = new URLSearchParams();
  for (const [name, value] of left) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query}`;
}

function bodyOf(body: unknown): { readonly text: string; readonly type: string } | undefined {
  if (body === undefined) return undefined;
  return body instanceof TextBody ? body : { text: JSON.stringify(body), type: "application/json" };
}
