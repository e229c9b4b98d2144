/** One world under one seed: objects, their network, Postgres, a market, and nothing from outside. */
import { createHash } from "node:crypto";
import type { Fact, TextBatch } from "../../../actors/runtime/fact.ts";
import type { Copy, Kind, ShellClass } from "./copy.ts";
import { Faults } from "./faults.ts";
import { settled, takeOver } from "./globals.ts";
import { Market } from "./market.ts";
import { servePostgres } from "./mirror-port.ts";
import { type Answered, Network } from "./network.ts";
import { Objects } from "./objects.ts";
import { Postgres } from "./postgres.ts";
import { Random } from "./random.ts";
import { Schedule } from "./schedule.ts";

/** A Wednesday morning. */
export const STARTS_AT = 1_763_539_200_000;
/** Lines of a trace that are kept for whoever asks. */
const TRACE_LINES_MAX = 200_000;

export type WorldOptions = {
  readonly seed: number;
  readonly shells: Readonly<Record<Kind, ShellClass>>;
  /** SQL that a new disk of a kind begins with; nothing where its object makes its own. */
  readonly templates: Readonly<Record<Kind, string>>;
  readonly read: (batch: TextBatch) => readonly Fact[];
  readonly isTraced: boolean;
};

export class World {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly objects: Objects;
  readonly network: Network;
  readonly postgres: Postgres;
  readonly market: Market;
  /** Of the workload. */
  readonly random: Random;
  readonly trace: string[] = [];
  /** What was thrown where nobody caught it. */
  readonly stray: string[] = [];
  readonly violations: string[] = [];
  readonly onFlush: ((copy: Copy) => void)[] = [];
  /** A clock was set, by so many milliseconds. */
  readonly onClock: ((copy: Copy, byMs: number) => void)[] = [];
  /** For whatever a load adds to the faults. */
  readonly spare: Random;
  /** What objects are given, and the edge. */
  readonly env: unknown;
  steps = 0;
  readonly #hash = createHash("sha256");
  readonly #isTraced: boolean;
  readonly #giveBack: () => void;

  constructor({ seed, shells, templates, read, isTraced }: WorldOptions) {
    const root = new Random(seed);
    this.#isTraced = isTraced;
    this.schedule = new Schedule(root.fork(), STARTS_AT);
    this.faults = new Faults(root.fork());
    this.random = root.fork();
    const bytes = root.fork();
    this.market = new Market(this, root.fork());
    this.spare = root.fork();
    this.postgres = new Postgres(this.schedule, this.faults, read);
    this.env = this.#env();
    this.objects = new Objects({
      schedule: this.schedule,
      faults: this.faults,
      shells,
      templates,
      env: this.env,
      note: this.note,
      flushed: (copy) => {
        for (const look of this.onFlush) look(copy);
      },
      stepped: (copy, byMs) => {
        for (const hear of this.onClock) hear(copy, byMs);
      },
      loadFailed: (copy, error) => this.note(() => `load of ${copy.label} failed: ${error}`),
    });
    this.network = new Network(this.objects, this.schedule, this.faults, this.note);
    servePostgres(this.postgres);
    process.on("unhandledRejection", this.#strayed);
    const giveBack = takeOver({
      now: () => this.schedule.now + (this.objects.running.getStore()?.copy.skewMs ?? 0),
      later: (run, ms) => this.#later(run, ms),
      forget: (timer) => {
        if (timer !== undefined && timer !== null) (timer as { cancelled: boolean }).cancelled = true;
      },
      fill: (into) => {
        for (let index = 0; index < into.length; index++) into[index] = Math.floor(bytes.next() * 256);
      },
    });
    this.#giveBack = giveBack;
  }

  readonly note = (line: () => string): void => {
    const text = `${this.schedule.now - STARTS_AT} ${line()}`;
    this.#hash.update(text);
    if (this.#isTraced && this.trace.length < TRACE_LINES_MAX) this.trace.push(text);
  };

  /** A promise that was broken: the run ends with it. */
  violate(rule: string, detail: string): void {
    this.note(() => `VIOLATION ${rule}: ${detail}`);
    this.violations.push(`${rule}: ${detail}`);
  }

  /** A call of somebody outside. */
  call(kind: Kind, name: string, method: string, ...given: unknown[]): Promise<Answered> {
    return this.network.send({ from: undefined, to: this.objects.copyOf(kind, name), method, given });
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.schedule.after(ms, resolve));
  }

  /** Lets time pass until then, or until something is wrong, or `isDone` says so. */
  async runUntil(at: number, isDone: () => boolean = () => false): Promise<void> {
    await settled();
    while (this.violations.length === 0 && !isDone()) {
      const planned = this.schedule.take(at);
      if (planned === undefined) return;
      planned.run();
      this.steps += 1;
      await settled();
    }
  }

  hash(): string {
    return this.#hash.copy().digest("hex").slice(0, 16);
  }

  async end(): Promise<void> {
    await settled();
    this.objects.close();
    servePostgres(undefined);
    this.#giveBack();
    process.off("unhandledRejection", this.#strayed);
  }

  readonly #strayed = (error: unknown): void => {
    this.stray.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };

  #later(run: () => void, ms: number): unknown {
    const activation = this.objects.running.getStore();
    return this.schedule.after(Math.ceil(ms), () => {
      try {
        if (activation === undefined) run();
        else if (activation.isAlive) this.objects.running.run(activation, run);
      } catch (error) {
        this.#strayed(error);
      }
    });
  }

  #env(): unknown {
    const bindings: Readonly<Record<string, Kind>> = {
      RISK_SHARD: "risk-shard",
      STRATEGY: "strategy",
      PRICE_HUB: "price-hub",
      ARCHIVER: "archiver",
      TENANT_DIRECTORY: "tenant-directory",
      SYMBOL: "symbol",
      INSTRUMENT_DIRECTORY: "instrument-directory",
      METRICS_SHARD: "metrics-shard",
      FIRM: "firm",
      ACCOUNT_SPLIT: "account-split",
    };
    const namespaces = Object.entries(bindings).map(([name, kind]) => [
      name,
      { getByName: this.#stubs(kind) },
    ]);
    return {
      ...Object.fromEntries(namespaces),
      DATABASE_URL: "postgresql://user:password@simulated/outcry",
      LOG_LEVEL: "error",
    };
  }

  #stubs(kind: Kind) {
    return (name: string) =>
      new Proxy(
        {},
        {
          get: (_stub, method) => {
            if (typeof method !== "string" || method === "then") return undefined;
            return async (...given: unknown[]) => {
              const from = this.objects.running.getStore();
              const to = this.objects.copyOf(kind, name);
              return (await this.network.send({ from, to, method, given })).value;
            };
          },
        },
      );
  }
}
