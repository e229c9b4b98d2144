/** Clients that stall, flood, vanish and come back all at once, beside clients that behave: those must not notice. */
import type WebSocket from "ws";
import { eventually } from "./audit.ts";
import { faultsOf } from "./compared.ts";
import { GoodClients } from "./good-clients.ts";
import { type Ending, flood, listener, neverAcknowledge, say, stall } from "./hostile.ts";
import { SYMBOLS } from "./load.ts";
import type { Scenario, ScenarioOptions, Verdict } from "./scenario.ts";
import { SlowLink } from "./slow-link.ts";
import { StreamClient, streamUrl } from "./stream-client.ts";
import { Trial } from "./trial.ts";

const GOOD_PER_SYMBOL = 3;
const TRADES_PER_POST = 200; // So that a client that stalls has 1 MiB before it within seconds.
const CALM_MS = 3_000; // Time for every topic to say something.
const STALLED = 20;
const STALLED_MS = 20_000; // Longer than it may lag.
const FLOODS = 3;
const FLOOD_PER_SECOND = 5_000;
const VANISHED = 20;
const HALF_OPEN = 10;
const STORM = 200;
const ENDED_MS_MAX = 90_000; // To let 1 MiB stand on a busy machine, and 10 s to catch up.
const FLOOD_ENDED_MS_MAX = 15_000; // A second on a quiet machine; pings that are on their way already stand in a queue.
const STORM_MS_MAX = 30_000; // The promise: everybody is back by then.
const [SYMBOL] = SYMBOLS;
const TOPICS = [`quote.${SYMBOL}`, `trades.${SYMBOL}`, `bars.1.${SYMBOL}`];

export const sockets: Scenario = {
  name: "sockets",
  promise:
    "clients that stall, flood or vanish are closed, and nobody else notices; after kill -9 all resume without a silent hole",
  run,
};

async function run(options: ScenarioOptions): Promise<Verdict> {
  const trial = await Trial.begin(options, { tradesPerPost: TRADES_PER_POST });
  const good = new GoodClients(() => trial.stack.api, trial.stack.dev.apiKey, GOOD_PER_SYMBOL);
  try {
    await good.ready();
    return await new SocketsTrial(options, trial, good).run();
  } finally {
    good.end();
    await trial.end();
  }
}

class SocketsTrial {
  readonly #options: ScenarioOptions;
  readonly #trial: Trial;
  readonly #good: GoodClients;
  readonly #faults: string[] = [];

  constructor(options: ScenarioOptions, trial: Trial, good: GoodClients) {
    this.#options = options;
    this.#trial = trial;
    this.#good = good;
  }

  async run(): Promise<Verdict> {
    await this.#trial.pass(CALM_MS);
    const base = await this.#socketCount();
    const calmFrom = Date.now() - CALM_MS;
    const hostileFrom = Date.now();
    const figures = { good: 4 * GOOD_PER_SYMBOL + 3, base, hostile: await this.#hostile() };
    const { latencies } = this.#trial.load;
    const ticksBefore = latencies.between("ticks", calmFrom, hostileFrom);
    const ticksDuring = latencies.between("ticks", hostileFrom, Date.now());
    const backToBaseMs = await this.#untilCount(base);
    this.#options.say("offenders are gone");
    const storm = await this.#storm();
    await this.#trial.quiet();
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    this.#faults.push(...(await this.#good.faults(this.#trial.acknowledged.path)));
    const compared = await this.#trial.compare();
    const told = this.#good.messages;
    return {
      figures: { ...figures, backToBaseMs, ticksBefore, ticksDuring, storm, toldToGood: told, ...compared },
      faults: [...this.#faults, ...faultsOf(compared)],
    };
  }

  async #hostile(): Promise<object> {
    const [stalled, deaf, floods, odd] = await Promise.all([
      this.#each(STALLED, (socket) => stall(socket, STALLED_MS, ENDED_MS_MAX + STALLED_MS)),
      this.#each(2, (socket) => neverAcknowledge(socket, ENDED_MS_MAX)),
      this.#each(FLOODS, (socket) => flood(socket, FLOOD_PER_SECOND, FLOOD_ENDED_MS_MAX)),
      this.#oddFrames(),
      this.#vanish(),
      this.#halfOpen(),
      this.#trial.pass(STALLED_MS),
    ]);
    this.#expect("stalled", stalled, 4008);
    this.#expect("never acknowledging", deaf, 4008);
    this.#expect("flooding", floods, 1008);
    for (const { reason } of [...stalled, ...deaf])
      if (!/^\S+=\d+( \S+=\d+)*$/.test(reason))
        this.#faults.push(`4008 does not say where to resume: ${reason}`);
    return { stalled: told(stalled), neverAcknowledging: told(deaf), flooding: told(floods), ...odd };
  }

  async #each(count: number, misbehave: (socket: WebSocket) => Promise<Ending>): Promise<Ending[]> {
    const open = () => listener(this.#url(), this.#trial.stack.dev.apiKey, TOPICS);
    return Promise.all(Array.from({ length: count }, async () => misbehave(await open())));
  }

  async #oddFrames(): Promise<object> {
    const one = (frames: readonly (string | Buffer)[]) =>
      this.#each(1, (socket) => say(socket, frames, ENDED_MS_MAX));
    const binary = await one([Buffer.from('{"op":"ping"}')]);
    const tooBig = await one([JSON.stringify({ op: "ping", id: "x".repeat(70_000) })]);
    const malformed = await one(["{", '{"op":"ack"}', "[]"]);
    this.#expect("binary", binary, 1008);
    this.#expect("too big", tooBig, 1009);
    this.#expect("malformed three times", malformed, 1008);
    return { binary: told(binary), tooBig: told(tooBig), malformed: told(malformed) };
  }

  /** Their connections end without a word. */
  async #vanish(): Promise<void> {
    const { apiKey } = this.#trial.stack.dev;
    const gone = await Promise.all(
      Array.from({ length: VANISHED }, () => listener(this.#url(), apiKey, TOPICS)),
    );
    for (const socket of gone) socket.terminate();
  }

  /** Their network swallows everything, and no end of a connection is ever told. */
  async #halfOpen(): Promise<void> {
    const { apiKey, url } = this.#trial.stack.dev;
    const link = await SlowLink.to(Number(new URL(url).port));
    const through = this.#url().replace(new URL(url).host, `127.0.0.1:${link.port}`);
    await Promise.all(Array.from({ length: HALF_OPEN }, () => listener(through, apiKey, TOPICS)));
    link.limit(0);
  }

  /** Everybody is cut off at once and comes back at once. */
  async #storm(): Promise<object> {
    const { apiKey } = this.#trial.stack.dev;
    const clients = Array.from({ length: STORM }, (_, index) => {
      const symbol = SYMBOLS[index % SYMBOLS.length] ?? SYMBOL;
      const url = () => streamUrl(this.#trial.stack.api, `/v1/symbols/${symbol}`);
      return new StreamClient({ url, apiKey, topics: [`quote.${symbol}`, `bars.1.${symbol}`] });
    });
    await Promise.all(clients.map((client) => client.ready));
    await this.#trial.pass(CALM_MS);
    const killedAt = Date.now();
    const recoveryMs = await this.#trial.killAndRestart();
    await Promise.race([
      Promise.all([...clients.map((client) => client.ready), this.#good.ready()]),
      this.#trial.pass(STORM_MS_MAX),
    ]);
    const resumedMs = Date.now() - killedAt;
    if (resumedMs - recoveryMs >= STORM_MS_MAX)
      this.#faults.push(`not everybody was back after ${STORM_MS_MAX} ms`);
    await this.#trial.pass(CALM_MS);
    for (const client of clients) client.end();
    const resets = clients.flatMap((client) => client.resets);
    this.#faults.push(...clients.flatMap(({ faults }) => faults).slice(0, 5));
    const messages = clients.reduce((sum, client) => sum + client.messages, 0);
    return { clients: STORM, recoveryMs, allResumedMs: resumedMs, resets: resets.length, messages };
  }

  #expect(who: string, endings: readonly Ending[], code: number): void {
    for (const ending of endings)
      if (ending.code !== code)
        this.#faults.push(`${who}: closed with ${JSON.stringify(ending)}, not ${code}`);
  }

  async #untilCount(base: number): Promise<number> {
    const from = Date.now();
    const count = await eventually(
      () => this.#socketCount(),
      (found) => found === base,
      ENDED_MS_MAX,
    );
    if (count !== base) this.#faults.push(`${count} sockets after all offenders have gone, ${base} before`);
    return Date.now() - from;
  }

  async #socketCount(): Promise<number> {
    const { sockets: count } = await this.#trial.stack.api.get<{ sockets: number }>(
      `/v1/actors/symbol/${SYMBOL}`,
    );
    return count;
  }

  #url(): string {
    return streamUrl(this.#trial.stack.api, `/v1/symbols/${SYMBOL}`);
  }
}

const told = (endings: readonly Ending[]): object => ({
  clients: endings.length,
  codes: [...new Set(endings.map(({ code }) => code))],
  slowestMs: Math.max(...endings.map(({ afterMs }) => afterMs)),
});
