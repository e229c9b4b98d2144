/**
 * A stand-in for the platform behind the two calls that feeds make: it registers instruments and takes ticks as the
 * contract says (duplicates by id, else by source and sequence; late by event time), and fails on purpose.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type TakenTick = {
  readonly source: string;
  readonly takenAt: number;
  readonly tick: Record<string, unknown>;
};
/** What happens to the next requests with ticks, one fault each; the rest goes well. */
export type Fault =
  | { readonly kind: "refuse"; readonly status: 429 | 503; readonly retryAfter?: string }
  | { readonly kind: "reply-lost" }
  | { readonly kind: "request-lost" }
  /** Every n-th tick of the request is refused as overloaded. */
  | { readonly kind: "overloaded"; readonly every: number };

type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> };
type Rejection = { readonly index: number; readonly code: string; readonly retryable?: boolean };

const HORIZON_MS = 15 * 60_000;
const FUTURE_MS = 2_000;

export class FakePlatform {
  readonly taken: TakenTick[] = [];
  readonly late: TakenTick[] = [];
  readonly instruments = new Map<string, Record<string, unknown>>();
  /** By symbol, width and start or date. */
  readonly bars = new Map<string, Record<string, unknown>>();
  readonly faults: Fault[] = [];
  readonly puts: string[] = [];
  /** Symbols of each end that was taken, and how many ticks had been taken by then. */
  readonly ends: { readonly symbols: readonly string[]; readonly after: number }[] = [];
  /** Symbols whose order book wants a snapshot until one is taken. */
  readonly wanted = new Set<string>();
  requests = 0;
  largest = 0;
  /** Called after each request with ticks was taken, before its reply. */
  onTicks: () => void = () => {};
  readonly #names = new Set<string>();
  readonly #newest = new Map<string, number>();
  readonly #server: Server;
  readonly #apiKey: string;

  private constructor(apiKey: string) {
    this.#apiKey = apiKey;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(apiKey = "ok_test_key"): Promise<FakePlatform> {
    const platform = new FakePlatform(apiKey);
    await new Promise<void>((resolve) => platform.#server.listen(0, "127.0.0.1", resolve));
    return platform;
  }

  get url(): string {
    // SAFETY: a server that listens on a port has an address with one.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const answer = this.#answer(request, text);
    if (answer === "cut") {
      request.socket.destroy();
      return;
    }
    const type = answer.status < 400 ? "application/json" : "application/problem+json";
    response.writeHead(answer.status, { "content-type": type, ...answer.headers });
    response.end(JSON.stringify(answer.body));
  }

  #answer({ method, url = "", headers }: IncomingMessage, text: string): Answer | "cut" {
    if (headers.authorization !== `Bearer ${this.#apiKey}`)
      return { status: 401, body: { code: "unauthenticated" } };
    const symbol = decodeURIComponent(/^\/v1\/instruments\/([^/?]+)$/.exec(url)?.[1] ?? "");
    if (symbol !== "") return this.#instrument(method ?? "", symbol, text);
    const imported = /^\/v1\/symbols\/([^/]+)\/bars\?(.+)$/.exec(url);
    if (method === "POST" && imported !== null) return this.#import(imported, text);
    const alias = /^\/v1\/instruments\?alias=([^&]+)$/.exec(url)?.[1];
    if (alias !== undefined) return this.#byAlias(decodeURIComponent(alias));
    if (method === "POST" && url === "/v1/ticks") return this.#ticks(text);
    return { status: 404, body: { code: "not-found" } };
  }

  #instrument(method: string, symbol: string, text: string): Answer {
    if (method === "PUT") {
      this.puts.push(symbol);
      this.instruments.set(symbol, JSON.parse(text));
    }
    const known = this.instruments.get(symbol);
    return known === undefined ? { status: 404, body: { code: "not-found" } } : { status: 200, body: known };
  }

  #import([, symbol, query]: readonly string[], text: string): Answer {
    this.requests++;
    if (!this.instruments.has(symbol ?? "")) return { status: 404, body: { code: "symbol-unknown" } };
    const given = new URLSearchParams(query);
    const counts = { accepted: 0, inserted: 0, revised: 0, unchanged: 0, kept: 0 };
    for (const line of text.trim().split("\n")) {
      const bar = JSON.parse(line);
      const key = `${symbol} ${given.get("resolution")} ${bar.t ?? bar.date}`;
      counts.accepted++;
      counts[this.bars.has(key) ? "unchanged" : "inserted"]++;
      this.bars.set(key, bar);
    }
    return { status: 200, body: { ...counts, rejected: [] } };
  }

  #byAlias(alias: string): Answer {
    const found = [...this.instruments].filter(([, { aliases }]) =>
      Object.entries(aliases ?? {}).some(([broker, token]) => `${broker}:${token}` === alias),
    );
    return { status: 200, body: { items: found.map(([symbol, body]) => ({ symbol, ...body })) } };
  }

  #ticks(text: string): Answer | "cut" {
    this.requests++;
    const fault = this.faults.shift();
    if (fault?.kind === "request-lost") return "cut";
    if (fault?.kind === "refuse") {
      const headers = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
      return { status: fault.status, body: { code: "overloaded" }, headers };
    }
    const { source, ticks, end } = JSON.parse(text) as {
      source: string;
      ticks: Record<string, unknown>[];
      end?: string[];
    };
    if (end?.some((symbol) => !this.instruments.has(symbol)))
      return { status: 422, body: { code: "invalid" } };
    this.largest = Math.max(this.largest, ticks.length);
    const every = fault?.kind === "overloaded" ? fault.every : Number.POSITIVE_INFINITY;
    const report = this.#takeAll(source, ticks, every);
    const body = end === undefined ? report : { ...report, ended: this.#end(end, every) };
    this.onTicks();
    return fault?.kind === "reply-lost" ? "cut" : { status: 200, body };
  }

  #takeAll(source: string, ticks: readonly Record<string, unknown>[], every: number): object {
    const counts = { accepted: 0, duplicates: 0, late: 0 };
    const rejected: Rejection[] = [];
    for (const [index, tick] of ticks.entries()) {
      const overloaded = index % every === every - 1;
      const outcome = overloaded ? "overloaded" : this.#take({ source, takenAt: Date.now(), tick });
      if (outcome === "overloaded") rejected.push({ index, code: outcome, retryable: true });
      else if (outcome === "symbol-unknown" || outcome === "ts-future")
        rejected.push({ index, code: outcome });
      else counts[outcome]++;
    }
    const told = [...this.wanted].filter((symbol) => ticks.some((tick) => tick["symbol"] === symbol));
    const wanted = told.map((symbol) => ({ symbol, type: "depth-snapshot" }));
    return { ...counts, rejected, ...(wanted.length === 0 ? {} : { wanted }) };
  }

  #end(symbols: readonly string[], every: number): string[] {
    const ended = symbols.filter((_, index) => index % every !== every - 1);
    if (ended.length > 0) this.ends.push({ symbols: ended, after: this.taken.length });
    return ended;
  }

  #take(taken: TakenTick): "accepted" | "duplicates" | "late" | "symbol-unknown" | "ts-future" {
    const { tick, source, takenAt } = taken;
    const symbol = String(tick["symbol"]);
    const ts = Number(tick["ts"]);
    if (!this.instruments.has(symbol)) return "symbol-unknown";
    if (ts > takenAt + FUTURE_MS) return "ts-future";
    const seq = tick["seq"] ?? tick["lastSeq"];
    const name = tick["id"] ?? (seq === undefined ? undefined : `${source}/${seq}`);
    const key = `${symbol} ${tick["snapshot"] === true ? "snapshot" : tick["type"]} ${name}`;
    if (name !== undefined && this.#names.has(key)) return "duplicates";
    this.#names.add(key);
    const newest = this.#newest.get(symbol) ?? ts;
    this.#newest.set(symbol, Math.max(newest, ts));
    if (ts < newest - HORIZON_MS) {
      this.late.push(taken);
      return "late";
    }
    this.taken.push(taken);
    if (tick["snapshot"] === true) this.wanted.delete(symbol);
    return "accepted";
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
