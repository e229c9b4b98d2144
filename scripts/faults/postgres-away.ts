/** A real PostgreSQL behind the platform: stopped, slow, cut after its commits, restarted. Nobody who trades may notice. */

import { faultsOf } from "./compared.ts";
import { NeonFaults } from "./neon-faults.ts";
import { Readiness } from "./readiness.ts";
import { postgresBinaries, RealPostgres } from "./real-postgres.ts";
import type { Scenario, ScenarioOptions, Verdict } from "./scenario.ts";
import { SlowLink } from "./slow-link.ts";
import { Trial } from "./trial.ts";

/** Each has its own way to the mirror and its own waits: so many that some transaction is always on its way. */
const ACCOUNTS = Array.from({ length: 16 }, (_, index) => `faults-${index + 1}`);
const CALM_MS = 8_000; // Enough calls for a p99 to hold the outage against.
const LATENCY_MS = 2_000;
const SLOW_MS = 10_000; // Several transactions, each of them late.
const TRICKLE_BYTES_PER_SECOND = 5_000; // Far less than the load makes.
const TRICKLE_MS = 15_000; // Longer than the deadline of a transaction: some end with an unknown outcome.
const LOST_REPLIES = 200;
const LOST_SHARE = 0.35; // Below what a breaker opens at: what was lost is sent again at once, and gets through.
const LOST_PAUSE_MS = 200; // Many small transactions, not few large ones.
const LOST_MS_MAX = 120_000; // For each half; a quiet machine takes a quarter of it.
const RESTARTS = 4;
const BETWEEN_RESTARTS_MS = 2_000;
const READINESS_MS_MAX = 10_000; // The promise: degraded, and ready again, within this.
const DRAINED_MS_MAX = 120_000; // Twice the longest outage.

export const postgresAway: Scenario = {
  name: "postgres",
  promise: "PostgreSQL may be stopped, slow, cut after commit and restarted: orders and ticks go on",
  run,
};

async function run(options: ScenarioOptions): Promise<Verdict> {
  const binaries = postgresBinaries();
  if (binaries === undefined)
    return { figures: {}, faults: [], skipped: "no PostgreSQL server is installed here" };
  const postgres = await RealPostgres.start(binaries);
  const link = await SlowLink.to(postgres.port);
  try {
    const trial = await Trial.begin(options, {
      accounts: ACCOUNTS,
      clientsPerAccount: 1,
      env: { NEON_FAULTS: "1" },
      postgresUrl: postgres.url,
      linkUrl: postgres.url.replace(`:${postgres.port}/`, `:${link.port}/`),
    });
    return await new PostgresTrial(options, trial, postgres, link).run();
  } finally {
    link.close();
    await postgres.remove();
  }
}

class PostgresTrial {
  readonly #options: ScenarioOptions;
  readonly #trial: Trial;
  readonly #postgres: RealPostgres;
  readonly #link: SlowLink;
  readonly #readiness: Readiness;
  readonly #faults: string[] = [];

  constructor(options: ScenarioOptions, trial: Trial, postgres: RealPostgres, link: SlowLink) {
    this.#options = options;
    this.#trial = trial;
    this.#postgres = postgres;
    this.#link = link;
    this.#readiness = new Readiness(() => trial.stack.dev.url);
  }

  async run(): Promise<Verdict> {
    try {
      const calmFrom = Date.now();
      await this.#trial.pass(CALM_MS);
      const figures = {
        outage: await this.#outage(calmFrom),
        slow: await this.#slow(),
        trickle: await this.#trickle(),
        lostReplies: await this.#lostReplies(),
        restarts: await this.#restarts(),
      };
      await this.#trial.quiet();
      const compared = await this.#trial.compare();
      const refused = this.#readiness.refused.map((sample) => `not ready: ${JSON.stringify(sample)}`);
      const refusals = Object.fromEntries(this.#trial.load.refusals);
      return {
        figures: { ...figures, readiness: this.#readiness.tally, refusals, ...compared },
        faults: [...this.#faults, ...refused.slice(0, 3), ...faultsOf(compared)],
      };
    } finally {
      this.#readiness.stop();
      await this.#trial.end();
    }
  }

  async #outage(calmFrom: number): Promise<object> {
    const stoppedAt = Date.now();
    await this.#postgres.stop("immediate");
    await this.#trial.pass(this.#options.outageSeconds * 1_000);
    const backAt = Date.now();
    await this.#postgres.resume();
    const drainedMs = await this.#untilMirrored();
    const drainedAt = Date.now();
    await this.#trial.pass(READINESS_MS_MAX);
    const degradedMs = this.#readiness.firstSaid("degraded", stoppedAt, backAt);
    const readyMs = this.#readiness.firstSaid("ready", drainedAt);
    this.#expect(degradedMs, "said `degraded` after PostgreSQL stopped");
    this.#expect(readyMs, "said `ready` after everything had drained");
    const { latencies } = this.#trial.load;
    const calm = latencies.between("orders", calmFrom, stoppedAt);
    const away = latencies.between("orders", stoppedAt, backAt);
    if (away.calls === 0) this.#faults.push("no order was decided while PostgreSQL was away");
    const ticks = latencies.between("ticks", stoppedAt, backAt);
    if (ticks.calls === 0) this.#faults.push("no tick was taken while PostgreSQL was away");
    this.#options.say(`away for ${backAt - stoppedAt} ms, drained ${drainedMs} ms later`);
    return {
      awayMs: backAt - stoppedAt,
      degradedMs,
      drainedMs,
      readyMs,
      ordersBefore: calm,
      ordersDuring: away,
      ticks,
    };
  }

  async #slow(): Promise<object> {
    const from = Date.now();
    const faults = this.#neonFaults();
    await faults.set({ delayMs: LATENCY_MS });
    await this.#trial.pass(SLOW_MS);
    const { delayed } = await faults.end();
    const orders = this.#trial.load.latencies.between("orders", from, Date.now());
    return { latencyMs: LATENCY_MS, delayed, orders, drainedMs: await this.#untilMirrored() };
  }

  async #trickle(): Promise<object> {
    const from = Date.now();
    this.#link.limit(TRICKLE_BYTES_PER_SECOND);
    await this.#trial.pass(TRICKLE_MS);
    this.#link.limit(Number.POSITIVE_INFINITY);
    const orders = this.#trial.load.latencies.between("orders", from, Date.now());
    return { bytesPerSecond: TRICKLE_BYTES_PER_SECOND, orders, drainedMs: await this.#untilMirrored() };
  }

  /** Each of them has committed, and whoever sent it does not know; half-way everything is killed as well. */
  async #lostReplies(): Promise<object> {
    const from = Date.now();
    this.#trial.load.pauseMs = LOST_PAUSE_MS;
    const before = this.#refusedTransactions();
    const lost = (): number => this.#refusedTransactions() - before;
    await this.#loseReplies(() => lost() >= LOST_REPLIES / 2);
    this.#readiness.paused = true;
    const recoveryMs = await this.#trial.killAndRestart();
    this.#readiness.paused = false;
    await this.#loseReplies(() => lost() >= LOST_REPLIES);
    const replies = lost();
    if (replies < LOST_REPLIES) this.#faults.push(`only ${replies} replies were lost, not ${LOST_REPLIES}`);
    return { replies, ms: Date.now() - from, recoveryMs, drainedMs: await this.#untilMirrored() };
  }

  async #loseReplies(enough: () => boolean): Promise<void> {
    const from = Date.now();
    const faults = this.#neonFaults();
    await faults.set({ drop: { probability: LOST_SHARE } });
    while (!enough() && Date.now() - from < LOST_MS_MAX) await this.#trial.pass(500);
    await faults.end();
  }

  /** Sessions end with 57P01, new ones are refused for a moment. */
  async #restarts(): Promise<object> {
    for (let restart = 0; restart < RESTARTS; restart++) {
      await this.#trial.pass(BETWEEN_RESTARTS_MS);
      await this.#postgres.stop("fast");
      await this.#postgres.resume();
    }
    return { restarts: RESTARTS, drainedMs: await this.#untilMirrored() };
  }

  async #untilMirrored(): Promise<number | undefined> {
    const drainedMs = await this.#trial.untilMirrored(DRAINED_MS_MAX);
    if (drainedMs === undefined)
      this.#faults.push(`PostgreSQL still lacked orders after ${DRAINED_MS_MAX} ms`);
    return drainedMs;
  }

  #refusedTransactions(): number {
    return this.#trial.workerLog().split("mirror-refused").length - 1;
  }

  #neonFaults(): NeonFaults {
    return new NeonFaults(() => this.#trial.stack.dev.databaseUrl);
  }

  #expect(ms: number | undefined, what: string): void {
    const last = JSON.stringify(this.#readiness.samples.at(-1));
    if (ms === undefined) this.#faults.push(`/health/ready never ${what}: ${last}`);
    else if (ms > READINESS_MS_MAX) this.#faults.push(`/health/ready ${what} only after ${ms} ms`);
  }
}
