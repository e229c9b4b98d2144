/** The edge over actors that only say what they were told to say, and a record of who was asked. */
import type { Credential } from "../../actors/keyring/messages.ts";
import type { DirectorySummary } from "../../actors/metrics-shard/messages.ts";
import { sha256Hex } from "../../actors/runtime/id.ts";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { type App, createApp } from "../../src/app.ts";
import { SCOPES } from "../../src/contracts/endpoint.ts";
import type { InstrumentReply } from "../../src/contracts/instruments.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { LogLevel } from "../../src/env.ts";
import { edgeFrom } from "../../src/http/edge.ts";
import type { ActorPorts, BarImports, HistoryReads, LogFields, Mirror, Ports } from "../../src/ports.ts";

export const NOW = 1_723_075_200_000 as EpochMs;
export const ROOT_KEY = `ok_root_${"r".repeat(43)}`;
/** Opens `/metrics` and nothing else. */
export const SCRAPE_KEY = "scrape-this";
/** Of tenant `acme`, whose every scope it has. */
export const ACME_KEY = keyOf("acme");
export const OTHER_KEY = keyOf("other");
export const CURSOR_KEY = "c".repeat(32);

/** An API key that the fake keyring knows; its id says whose it is, and by `_` what it may. */
export function keyOf(tenant: string, scope?: string): string {
  const id = scope === undefined ? tenant : `${tenant}0${SCOPES.indexOf(scope as (typeof SCOPES)[number])}`;
  return `ok_${id}_${"s".repeat(43)}`;
}

export type Recorded = { readonly actor: string; readonly method: string; readonly args: readonly unknown[] };
export type Answers = Readonly<Record<string, (...args: never[]) => unknown>>;
export type LogLine = { readonly level: LogLevel; readonly event: string; readonly fields: LogFields };

export type FakeEdge = {
  readonly app: App;
  /** Every call of an actor, in order; the keyring's checks of credentials are left out. */
  readonly calls: Recorded[];
  readonly verified: string[];
  readonly log: LogLine[];
  readonly clock: { at: EpochMs; now(): EpochMs };
  /** A call with the key of tenant acme, unless the headers say otherwise. */
  fetch(method: string, path: string, init?: FakeRequest): Promise<Response>;
};
export type FakeRequest = {
  readonly json?: unknown;
  readonly body?: BodyInit;
  readonly headers?: Record<string, string>;
  /** Null: none. */
  readonly key?: string | null;
};

/** What exists in the fake world, unless an answer says otherwise. */
export const KNOWN_SYMBOLS = ["BINANCE:BTCUSDT", "XNAS:AAPL"];
export const KNOWN_FIRM = "acme";
export const KNOWN_DESK = "rates";
export const KNOWN_ACCOUNT = "main";
export const KNOWN_STRATEGY = "carry";

/** What a metrics shard says where nobody waits. */
export const CALM: DirectorySummary = {
  ...{ actors: 3, waiting: 0, waitingSince: undefined },
  ...{ fenced: 0, breakers: [] },
};

/** An instrument as the directory answers it. */
export const listed = (symbol: string, changes: Partial<InstrumentReply> = {}): InstrumentReply => ({
  ...{ symbol, description: `All of ${symbol}`, type: "equity", exchange: symbol.split(":")[0] ?? "" },
  ...{ currency: "USD", tickSize: "0.01", lotSize: "1", multiplier: "1", priceScale: 4, sizeScale: 0 },
  ...{ timezone: "UTC", session: "24x7", status: "active", version: 1 },
  ...changes,
});

type EdgeOptions = {
  readonly answers?: Answers;
  readonly corsOrigins?: readonly string[];
  readonly history?: Partial<HistoryReads>;
  readonly imports?: BarImports;
  readonly mirror?: Partial<Mirror>;
  readonly asset?: (path: string) => Promise<Response>;
  /** What an actor says to a handshake; a 101 without it. */
  readonly socket?: (handshake: Request) => Response;
};

export async function fakeEdge(options: EdgeOptions = {}): Promise<FakeEdge> {
  const calls: Recorded[] = [];
  const verified: string[] = [];
  const log: LogLine[] = [];
  const clock = { at: NOW, now: () => clock.at };
  const ports: Ports = {
    actors: fakeActors(calls, verified, options),
    mirror: { ...FAILING_MIRROR, ping: async () => {}, ...options.mirror },
    history: {
      quoteBars: async () => answer([]),
      bars: async () => answer([]),
      dayFolds: async (_envelope, _symbol, ranges) => answer(ranges.map(() => null)),
      m2m: async () => answer([]),
      m2mFolds: async () => answer([]),
      executions: async () => answer([]),
      executionCount: async () => answer(0),
      accountParts: async () => answer([]),
      partExecutions: async () => answer([]),
      partViolations: async () => answer([]),
      violations: async () => answer([]),
      snapshots: async () => answer([]),
      snapshotCount: async () => answer(0),
      limitsAt: async () => answer(undefined),
      limitVersions: async () => answer([]),
      statement: async () => answer(undefined),
      decisionFact: async () => answer(undefined),
      labelVersions: async () => answer([]),
      ...options.history,
    },
    imports: options.imports ?? { put: async () => refusal("history-unavailable") },
    deliver: () => Promise.reject(new Error("the edge delivers nothing")),
    report: () => Promise.reject(new Error("the edge is no actor")),
    stillValid: () => Promise.reject(new Error("the edge holds no socket")),
    tellGateway: () => Promise.reject(new Error("the edge hosts no topic")),
    log: (level, event, fields) => void log.push({ level, event, fields }),
  };
  const app = createApp(
    edgeFrom({
      ports,
      clock,
      asset: options.asset ?? (async () => new Response(null, { status: 404 })),
      variables: {
        databaseUrl: "postgres://localhost/outcry",
        cursorKey: CURSOR_KEY,
        rootKeySha256: await sha256Hex(ROOT_KEY),
        scrapeKeySha256: await sha256Hex(SCRAPE_KEY),
        corsOrigins: options.corsOrigins ?? [],
        logLevel: "debug",
      },
    }),
  );
  return { app, calls, verified, log, clock, fetch: async (...call) => app.fetch(requestOf(...call)) };
}

export function requestOf(
  method: string,
  path: string,
  { json, body, headers, key = ACME_KEY }: FakeRequest = {},
): Request {
  const content = json === undefined ? body : JSON.stringify(json);
  return new Request(`http://outcry.test${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(content === undefined ? {} : { body: content, duplex: "half" }),
  });
}

const noMirror = (): Promise<never> => Promise.reject(new Error("no mirror here"));
const FAILING_MIRROR: Mirror = {
  commit: noMirror,
  park: noMirror,
  watermarks: noMirror,
  maintain: noMirror,
  ping: noMirror,
};

/** `kind.method` names an answer; without one an actor says `{}`. */
function fakeActors(calls: Recorded[], verified: string[], options: EdgeOptions): ActorPorts {
  const defaults: Answers = {
    "instrumentDirectory.known": (_envelope: unknown, symbols: string[]) =>
      answer(symbols.filter((symbol) => KNOWN_SYMBOLS.includes(symbol))),
    "instrumentDirectory.named": (_envelope: unknown, names: string[]) =>
      answer(names.map((name) => (KNOWN_SYMBOLS.includes(name) ? JSON.stringify(listed(name)) : null))),
    "instrumentDirectory.exchanges": () => answer(["BINANCE", "XNAS"]),
    "tenantDirectory.hasAccount": (_envelope: unknown, account: string) => answer(account === KNOWN_ACCOUNT),
    "tenantDirectory.hasNode": (_envelope: unknown, kind: string, id: string) =>
      answer(id === (kind === "firm" ? KNOWN_FIRM : KNOWN_DESK)),
    "tenantDirectory.accountOf": (_envelope: unknown, strategy: string) =>
      strategy === KNOWN_STRATEGY ? answer(KNOWN_ACCOUNT) : refusal("strategy-unknown"),
    "keyring.verify": (_envelope: unknown, id: string) => credentialOf(id),
    "metricsShard.summary": () => answer(CALM),
    "gatewayDirectory.assign": () => answer("g-1"),
    ...options.answers,
  };
  const actor = (kind: string, name: string): never =>
    new Proxy(
      {},
      {
        get:
          (_target, method: string) =>
          (...args: unknown[]) => {
            const known = defaults[`${kind}.${method}`] as ((...given: unknown[]) => unknown) | undefined;
            if (`${kind}.${method}` === "keyring.verify") verified.push(String(args[1]));
            else calls.push({ actor: name === "" ? kind : `${kind}/${name}`, method, args });
            return Promise.resolve(known === undefined ? answer("{}") : known(...args));
          },
      },
    ) as never;
  return {
    symbol: (symbol) => actor("symbol", symbol),
    riskShard: (tenant, account) => actor("riskShard", `${tenant}/${account}`),
    strategy: (tenant, strategy) => actor("strategy", `${tenant}/${strategy}`),
    priceHub: (hub) => actor("priceHub", hub),
    priceSubscriber: (subscriber) => actor("priceSubscriber", subscriber),
    archiver: (archiver) => actor("archiver", archiver),
    instrumentDirectory: () => actor("instrumentDirectory", ""),
    tenantDirectory: (tenant) => actor("tenantDirectory", tenant),
    labelBook: (tenant) => actor("labelBook", tenant),
    accountSplit: (tenant, account) => actor("accountSplit", `${tenant}/${account}`),
    firm: (name) => actor("firm", name),
    quotaChild: (parent, child) => actor("quotaChild", `${parent}#${child}`),
    keyring: () => actor("keyring", ""),
    metricsShard: (reporter) => actor("metricsShard", reporter),
    metricsShards: () => ["metrics-0", "metrics-1"].map((shard) => actor("metricsShard", shard)),
    gateway: (gateway) => actor("gateway", gateway),
    gatewayDirectory: () => actor("gatewayDirectory", ""),
    linkHost: (name) => actor("linkHost", name),
    inspected: (name) => actor("inspected", name),
    socket: (name, handshake) => {
      calls.push({ actor: name, method: "socket", args: [handshake] });
      return Promise.resolve(options.socket?.(handshake) ?? switching());
    },
  };
}

/** As the runtime makes it: immutable. Node has no response of this status. */
export function switching(): Response {
  const response = new Response(null);
  const immutable = (): never => {
    throw new TypeError("immutable");
  };
  Object.defineProperties(response, {
    status: { value: 101 },
    headers: {
      value: Object.assign(new Headers(), { set: immutable, append: immutable, delete: immutable }),
    },
  });
  return response;
}

/** `acme` may everything, `acme03` only the fourth scope. Tenants that are not `acme` or `other` do not exist. */
function credentialOf(id: string) {
  const [, tenant, scope] = /^(acme|other)(?:0(\d+))?$/.exec(id) ?? [];
  if (tenant === undefined) return refusal("unauthenticated");
  const scopes = scope === undefined ? SCOPES : SCOPES.slice(Number(scope), Number(scope) + 1);
  const credential: Credential = { tenant, subject: id, scopes };
  return answer(credential);
}

export type Tried = {
  readonly told: string;
  readonly errors: readonly { path: string; code: string }[] | undefined;
  readonly asked: readonly string[];
  readonly text: string;
};

/** One call to a fresh fake world: `<status> <code>`, its errors, and who was asked. */
export async function tried(method: string, path: string, request: FakeRequest): Promise<Tried> {
  const edge = await fakeEdge();
  const response = await edge.fetch(method, path, request);
  const text = await response.text();
  const { code, errors } = JSON.parse(text) as { code: string; errors?: { path: string; code: string }[] };
  return {
    told: `${response.status} ${code}`,
    errors,
    asked: edge.calls.map(({ method: called }) => called),
    text,
  };
}
