/**
 * Many readers of `/v1/stream` for minutes: they leave, vanish, fall asleep and come back, gateways are drained and added, quiet symbols are
 * evicted between two ticks, and now and then everything is killed. Nobody may miss anything that it was not told it missed.
 */
import { tradedIds } from "./acknowledged.ts";
import { SYMBOLS } from "./load.ts";
import { prepareMarket } from "./market.ts";
import type { Scenario, ScenarioOptions, Verdict } from "./scenario.ts";
import { SoakReaders } from "./soak-readers.ts";
import { Trial } from "./trial.ts";

/** A tick now and then: the platform evicts an object after ten seconds without one. */
const QUIET = ["FAULT:Q1", "FAULT:Q2", "FAULT:Q3"] as const;
const QUIET_MS = 14_000;
const LOAD = { tradesPerPost: 5, clientsPerAccount: 1 };
/** Between two calls of one client: some hundred trades a second in all, which a reader can be behind by. */
const PAUSE_MS = 100;
const KILL_MS_MIN = 40_000;
const KILL_MS_MAX = 90_000;
const DRAIN_MS = 50_000;
const CALM_MS = 5_000;
/** Whoever was away, or lagged, is back by then. */
const BACK_MS_MAX = 100_000;

export const soak: Scenario = {
  name: "soak",
  promise:
    "over reconnects, evictions, kill -9, drained gateways and slow clients nobody misses a message without a word",
  run,
};

async function run(options: ScenarioOptions): Promise<Verdict> {
  const trial = await Trial.begin(options, LOAD);
  trial.load.pauseMs = PAUSE_MS;
  await prepareMarket(trial.stack.api, QUIET, []);
  const readers = new SoakReaders(() => trial.stack.api, trial.stack.dev.apiKey, QUIET, options.random);
  const quiet = new QuietMarket(trial);
  try {
    return await new SoakTrial(options, trial, readers, quiet).run();
  } finally {
    readers.end();
    quiet.stop();
    await trial.end();
  }
}

class SoakTrial {
  readonly #options: ScenarioOptions;
  readonly #trial: Trial;
  readonly #readers: SoakReaders;
  readonly #quiet: QuietMarket;
  readonly #faults: string[] = [];
  #kills = 0;
  #drains = 0;

  constructor(options: ScenarioOptions, trial: Trial, readers: SoakReaders, quiet: QuietMarket) {
    this.#options = options;
    this.#trial = trial;
    this.#readers = readers;
    this.#quiet = quiet;
  }

  async run(): Promise<Verdict> {
    await this.#trial.pass(CALM_MS);
    await this.#readers.ready();
    const living = this.#readers.live();
    const quiet = this.#quiet.run();
    await this.#harm(Date.now() + this.#options.soakSeconds * 1_000);
    this.#readers.rest();
    await living;
    if (!(await this.#within(BACK_MS_MAX, this.#readers.ready())))
      this.#faults.push(`not everybody was back after ${BACK_MS_MAX} ms`);
    await this.#trial.quiet();
    this.#quiet.stop();
    await quiet;
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    this.#faults.push(
      ...(await this.#readers.faults(tradedIds(this.#trial.acknowledged.path, [...SYMBOLS, ...QUIET]))),
    );
    const figures = this.#figures();
    await this.#farewell();
    return { figures, faults: this.#faults.slice(0, FAULTS_SHOWN_MAX) };
  }

  /** Kills and drains by turns, at moments that nobody knows. */
  async #harm(until: number): Promise<void> {
    let [killAt, drainAt] = [Date.now() + this.#life(), Date.now() + DRAIN_MS];
    while (Date.now() < until) {
      await this.#trial.pass(1_000);
      if (Date.now() > drainAt) {
        await this.#drain();
        drainAt = Date.now() + DRAIN_MS;
      }
      if (Date.now() < killAt || Date.now() > until - CALM_MS) continue;
      const ms = await this.#trial.killAndRestart();
      this.#kills += 1;
      this.#options.say(`kill ${this.#kills}: ready after ${ms} ms; ${this.#messages()} messages so far`);
      killAt = Date.now() + this.#life();
    }
  }

  /** One more gateway, and the oldest goes. */
  async #drain(): Promise<void> {
    const { api } = this.#trial.stack;
    await api.send("POST", "/v1/gateways");
    const { items } = await api.get<{ items: { gateway: string; state: string }[] }>("/v1/gateways");
    const oldest = items.find(({ state }) => state === "open");
    if (oldest === undefined) return;
    await api.post(`/v1/gateways/${oldest.gateway}/drain`, { inMs: 500 });
    this.#drains += 1;
  }

  /** An orderly stop: everybody is told and closed as for a restart, before the platform goes. */
  async #farewell(): Promise<void> {
    const { clients } = this.#readers;
    const before = clients.map(({ closes, notices }) => ({ closes: closes.length, notices }));
    await this.#trial.stack.stop();
    const untold = clients.filter(({ closes, notices }, index) => {
      const { closes: closed = 0, notices: noticed = 0 } = before[index] ?? {};
      return notices === noticed || closes[closed]?.code !== CLOSE_RESTART;
    });
    if (untold.length > 0) this.#faults.push(`${untold.length} were not told that the platform stops`);
  }

  #life(): number {
    return KILL_MS_MIN + this.#options.random() * (KILL_MS_MAX - KILL_MS_MIN);
  }

  #messages(): number {
    return this.#readers.clients.reduce((sum, { messages }) => sum + messages, 0);
  }

  #figures(): Verdict["figures"] {
    const { clients } = this.#readers;
    const sum = (count: (client: (typeof clients)[number]) => number): number =>
      clients.reduce((total, client) => total + count(client), 0);
    return {
      ...{ readers: clients.length, kills: this.#kills, drained: this.#drains },
      trades: this.#trial.acknowledged.lines,
      messages: this.#messages(),
      connections: sum(({ closes }) => closes.length) + clients.length,
      restored: sum(({ restored }) => restored),
      sessionsEnded: sum(({ anew }) => anew),
      notices: sum(({ notices }) => notices),
      closes: counted(clients.flatMap(({ closes }) => closes.map(({ code }) => String(code)))),
      resets: counted(this.#readers.resets),
      silentGaps: sum(({ rules }) => rules.faults.length),
    };
  }

  async #within(ms: number, promise: Promise<unknown>): Promise<boolean> {
    const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), ms));
    return Promise.race([promise.then(() => true), late]);
  }
}

/** Symbols that trade so seldom that their objects are gone in between. */
class QuietMarket {
  readonly #trial: Trial;
  #ended = false;
  #next = 0;

  constructor(trial: Trial) {
    this.#trial = trial;
  }

  async run(): Promise<void> {
    while (!this.#ended) {
      for (const symbol of QUIET) await this.#trade(symbol);
      for (let waited = 0; waited < QUIET_MS && !this.#ended; waited += 500)
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  stop(): void {
    this.#ended = true;
  }

  /** With an id of its own: a repeat is taken once. */
  async #trade(symbol: string): Promise<void> {
    const id = `q${this.#next++}`;
    const trade = { symbol, id, ts: Date.now(), price: "10.00", size: "1" };
    for (;;) {
      try {
        await this.#trial.stack.api.post("/v1/ticks", {
          source: "faults",
          ticks: [{ type: "trade", ...trade }],
        });
        this.#trial.acknowledged.append({ kind: "trade", ...trade });
        return;
      } catch {
        // It is being restarted.
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }
}

/** The contract's close of a planned restart. */
const CLOSE_RESTART = 1012;
/** Enough to see what is wrong; the rest is the same again. */
const FAULTS_SHOWN_MAX = 20;

const counted = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};
