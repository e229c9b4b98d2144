/** Everything that a client of `/v1/stream` can do wrong, all at once and for a while, beside neighbours that behave; then 2,000 come back at once. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { abuse as abuseAll } from "./abusers.ts";
import { tradedIds } from "./acknowledged.ts";
import { eventually } from "./audit.ts";
import { gatewayUrl } from "./gateway-reader.ts";
import type { GatewayMessage } from "./gateway-rules.ts";
import { Latencies, type LatencyFigures } from "./latencies.ts";
import { SYMBOLS } from "./load.ts";
import { prepareMarket } from "./market.ts";
import type { Scenario, ScenarioOptions, Verdict } from "./scenario.ts";
import { SoakReaders } from "./soak-readers.ts";
import { Storm } from "./storm.ts";
import { Trial } from "./trial.ts";

const NEIGHBOURS = 12;
/** Some hundred trades a second and symbol, so that 1 MiB stands before a reader that stopped within seconds. */
const LOAD = { tradesPerPost: 150, clientsPerAccount: 1 };
const PAUSE_MS = 100;
const CALM_MS = 12_000;
/** Long enough for a reader that stopped: until it lags, and 10 s more. */
const ABUSE_MS = 30_000;
const STORM = 2_000;
/** The storm's own symbol: of a busy one, two thousand readers would be the load. */
const STORM_SYMBOL = "FAULT:STORM";
const GATHERED_MS_MAX = 120_000;
const BACK_MS_MAX = 120_000;
const COUNT_MS_MAX = 30_000; // Who is half-open is closed like any reader that does not acknowledge.
const SETTLED_MS = 5_000; // For the last word to come.
const FAULTS_SHOWN_MAX = 20; // Enough to see what is wrong; the rest is the same again.
const NANOSECONDS_PER_MS = 1_000_000;

type Span = LatencyFigures & { readonly ownLateP99Ms: number };

export const abuse: Scenario = {
  name: "abuse",
  promise:
    "who abuses /v1/stream is closed with the right code or refused by name, neighbours lose nothing and are never closed; 2,000 cut off at once come back without a hole",
  run,
};

async function run(options: ScenarioOptions): Promise<Verdict> {
  const trial = await Trial.begin(options, LOAD);
  trial.load.pauseMs = PAUSE_MS;
  await prepareMarket(trial.stack.api, [STORM_SYMBOL], []);
  const told = new Latencies();
  const neighbours = new SoakReaders(() => trial.stack.api, trial.stack.dev.apiKey, [], options.random, {
    roles: { steady: NEIGHBOURS },
    heard: (message) => note(told, message),
  });
  try {
    return await new AbuseTrial(options, trial, neighbours, told).run();
  } finally {
    neighbours.end();
    await trial.end();
  }
}

class AbuseTrial {
  readonly #options: ScenarioOptions;
  readonly #trial: Trial;
  readonly #neighbours: SoakReaders;
  readonly #told: Latencies;
  readonly #faults: string[] = [];
  #trades = 0;

  constructor(options: ScenarioOptions, trial: Trial, neighbours: SoakReaders, told: Latencies) {
    this.#options = options;
    this.#trial = trial;
    this.#neighbours = neighbours;
    this.#told = told;
  }

  async run(): Promise<Verdict> {
    await this.#neighbours.ready();
    const base = await this.#settledCount(NEIGHBOURS);
    const before = await this.#span(() => this.#trial.pass(CALM_MS));
    const offenders: Record<string, unknown> = {};
    const during = await this.#span(() => this.#abuse(offenders));
    const gone = await this.#settledCount(base);
    if (gone !== base) this.#faults.push(`${gone} connections after all offenders have gone, ${base} before`);
    const after = await this.#span(() => this.#trial.pass(CALM_MS));
    const neighboursClosed = this.#neighbours.clients.flatMap(({ closes }) => closes);
    for (const close of neighboursClosed)
      this.#faults.push(`a neighbour was closed: ${JSON.stringify(close)}`);
    this.#options.say(`offenders are gone: ${JSON.stringify({ before, during, after })}`);
    const storm = await this.#storm();
    await this.#judgeNeighbours();
    return {
      figures: {
        ...offenders,
        neighbours: NEIGHBOURS,
        toldToNeighbours: this.#neighbours.clients.reduce((sum, { messages }) => sum + messages, 0),
        delivery: { before, during, after, ...ratios(during, before, after) },
        storm,
      },
      faults: this.#faults.slice(0, FAULTS_SHOWN_MAX),
    };
  }

  async #abuse(figures: Record<string, unknown>): Promise<void> {
    const { api, dev } = this.#trial.stack;
    const topics = SYMBOLS.flatMap((symbol) => [`quote.${symbol}`, `trades.${symbol}`, `bars.1.${symbol}`]);
    const found = await abuseAll({ url: gatewayUrl(api), apiKey: dev.apiKey, topics }, ABUSE_MS);
    Object.assign(figures, found.figures);
    this.#faults.push(...found.faults);
  }

  /** Deliveries of trades that were sent meanwhile; and how late this process itself was, in which offenders and neighbours live. */
  async #span(work: () => Promise<void>): Promise<Span> {
    const own = monitorEventLoopDelay();
    own.enable();
    const from = Date.now();
    await work();
    own.disable();
    const ownLateP99Ms = Math.round(own.percentile(99) / NANOSECONDS_PER_MS);
    return { ...this.#told.between("trades", from, Date.now()), ownLateP99Ms };
  }

  async #storm(): Promise<object> {
    const { apiKey } = this.#trial.stack.dev;
    // The load would be what takes the machine: here everything is about who comes back.
    await this.#trial.quiet();
    const gatheredFrom = Date.now();
    const gathering = Storm.gather(STORM, () => this.#trial.stack.api, apiKey, STORM_SYMBOL);
    const storm = await within(GATHERED_MS_MAX, gathering, `${STORM} clients`);
    const gatheredMs = Date.now() - gatheredFrom;
    this.#options.say(`${STORM} listen after ${gatheredMs} ms`);
    await this.#trade();
    const cutBefore = storm.cuts();
    if (Object.keys(cutBefore).length > 0)
      this.#faults.push(`storm: closed before the kill: ${JSON.stringify(cutBefore)}`);
    const recoveryMs = await this.#trial.killAndRestart();
    const readyAt = Date.now();
    await this.#trade();
    await within(BACK_MS_MAX, Promise.all([storm.ready(), this.#neighbours.ready()]), "everybody back");
    const allBackMs = Date.now() - readyAt;
    await this.#trade();
    await pause(SETTLED_MS);
    this.#faults.push(...storm.faults(this.#traded([STORM_SYMBOL]).get(STORM_SYMBOL) ?? []));
    const figures = { ...storm.figures(), gatheredMs, recoveryMs, allBackMs };
    storm.end();
    return figures;
  }

  /** Everything in order, from the beginning to the end, over the kill too. */
  async #judgeNeighbours(): Promise<void> {
    this.#faults.push(...(await this.#neighbours.faults(this.#traded(SYMBOLS))));
    for (const reset of this.#neighbours.resets) this.#faults.push(`a neighbour was reset: ${reset}`);
  }

  /** How many connections the gateways tell, once it is so many. */
  async #settledCount(wanted: number): Promise<number> {
    const ask = async () => {
      const { items } = await this.#trial.stack.api.get<{ items: { connections: number }[] }>("/v1/gateways");
      return items.reduce((sum, { connections }) => sum + connections, 0);
    };
    return eventually(ask, (count) => count === wanted, COUNT_MS_MAX);
  }

  async #trade(): Promise<void> {
    const id = `storm${this.#trades++}`;
    const trade = { symbol: STORM_SYMBOL, id, ts: Date.now(), price: "10.00", size: "1" };
    await this.#trial.stack.api.postTicks("faults", [{ type: "trade", ...trade }]);
    this.#trial.acknowledged.append({ kind: "trade", ...trade });
  }

  #traded(symbols: readonly string[]): ReadonlyMap<string, readonly string[]> {
    return tradedIds(this.#trial.acknowledged.path, symbols);
  }
}

/** From the moment that the client of the feed made the newest of the trades. */
function note(told: Latencies, { topic, type, data }: GatewayMessage): void {
  if (type !== "delta" || !topic.startsWith("trades.")) return;
  // SAFETY: the contract's shape; what is not so is found by the comparison.
  const newest = (data as readonly { readonly ts: number }[]).at(-1);
  if (newest !== undefined) told.add("trades", newest.ts, Date.now());
}

/** With the offenders to without; told and not judged: what else the machine does is in it. */
function ratios(during: LatencyFigures, before: LatencyFigures, after: LatencyFigures): object {
  const of = (name: "p50Ms" | "p99Ms"): number =>
    Number(((2 * during[name]) / (before[name] + after[name])).toFixed(2));
  return { ratioP50: of("p50Ms"), ratioP99: of("p99Ms") };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function within<Value>(ms: number, promise: Promise<Value>, what: string): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
