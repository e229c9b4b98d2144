/** A platform of its own under load: what a scenario does its harm to, and how it is compared in the end. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AcknowledgedFile } from "./acknowledged.ts";
import { eventually, read } from "./audit.ts";
import type { Compared } from "./compared.ts";
import { Load, type LoadOptions } from "./load.ts";
import type { ScenarioOptions } from "./scenario.ts";
import { type Row, type SqlReader, sqlReader } from "./sql.ts";
import { freePort, Stack, type StackOptions } from "./stack.ts";

export type TrialOptions = LoadOptions & {
  readonly env?: Readonly<Record<string, string>>;
  /** A real PostgreSQL behind the platform, which the comparer reads directly. */
  readonly postgresUrl?: string;
  /** The way by which the platform itself reaches it, where that is another. */
  readonly linkUrl?: string;
};

export class Trial {
  readonly acknowledged: AcknowledgedFile;
  readonly load: Load;
  readonly data: string;
  readonly #options: StackOptions;
  readonly #postgresUrl: string | undefined;
  #stack: Stack;
  #running: Promise<void> | undefined;

  private constructor(
    { folder, random }: ScenarioOptions,
    options: StackOptions,
    stack: Stack,
    trial: TrialOptions,
  ) {
    this.#options = options;
    this.#stack = stack;
    this.#postgresUrl = trial.postgresUrl;
    this.data = options.data;
    this.acknowledged = new AcknowledgedFile(join(folder, "acknowledged.ndjson"));
    this.load = new Load(() => this.#stack.api, this.acknowledged, random, trial);
  }

  /** The platform is up, and has instruments and accounts. */
  static async begin(scenario: ScenarioOptions, trial: TrialOptions = {}): Promise<Trial> {
    const { env = {}, postgresUrl, linkUrl = postgresUrl } = trial;
    const options = {
      data: join(scenario.folder, "data"),
      port: await freePort(),
      env: linkUrl === undefined ? env : { ...env, DATABASE_URL: linkUrl },
    };
    const begun = new Trial(scenario, options, await Stack.start(options), trial);
    await begun.load.prepare();
    return begun;
  }

  get stack(): Stack {
    return this.#stack;
  }

  /** Lets the load run so long, from the first call on. A load that breaks ends the run rather than hang it. */
  async pass(ms: number): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.load.run();
      this.#running.catch(() => {});
    }
    await Promise.race([this.#running, new Promise((resolve) => setTimeout(resolve, ms))]);
  }

  /** kill -9 of everything, and how long it took to be ready again; `meanwhile` sees the disks as they were left. */
  async killAndRestart(meanwhile: () => void = () => {}): Promise<number> {
    await this.#stack.kill();
    meanwhile();
    const killedAt = Date.now();
    this.#stack = await Stack.start(this.#options);
    return Date.now() - killedAt;
  }

  /** Between an orderly stop and a start: `meanwhile` has the data folder to itself. */
  async stoppedFor(meanwhile: () => Promise<void> | void): Promise<void> {
    await this.#stack.stop();
    await meanwhile();
    this.#stack = await Stack.start(this.#options);
  }

  /** The load ends: every call that is under way gets its answer first. */
  async quiet(): Promise<void> {
    this.load.stop();
    await this.#running;
  }

  /** The comparing program, run as one: it shares nothing with this process but the files. */
  async compare(): Promise<Compared> {
    const program = join(import.meta.dirname, "compare.ts");
    const words = [program, this.acknowledged.path, join(this.data, "dev.json")];
    if (this.#postgresUrl !== undefined) words.push(this.#postgresUrl);
    const { output, errors } = await ran(words);
    try {
      return JSON.parse(output) as Compared; // SAFETY: the program prints this one line.
    } catch {
      throw new Error(`the comparing program said nothing: ${errors}`);
    }
  }

  /** For questions of the scenario's own. */
  sql(): SqlReader {
    return sqlReader(this.#stack.dev.databaseUrl, this.#postgresUrl);
  }

  /** How long until Postgres has every order that is acknowledged now, though new ones keep coming; undefined where it takes longer. */
  async untilMirrored(patienceMs: number): Promise<number | undefined> {
    const from = Date.now();
    const wanted = [...this.acknowledged.lastSeqs()];
    const ask = () =>
      read(this.sql(), "SELECT account, max(seq)::int AS seq FROM risk_decision GROUP BY account");
    const isMirrored = (rows: readonly Row[]): boolean =>
      wanted.every(([account, seq]) => Number(rows.find((row) => row.account === account)?.seq ?? 0) >= seq);
    return isMirrored(await eventually(ask, isMirrored, patienceMs)) ? Date.now() - from : undefined;
  }

  /** What the Worker has logged so far. */
  workerLog(): string {
    return readFileSync(join(this.data, "logs/worker.log"), "utf8");
  }

  async end(): Promise<void> {
    this.load.stop();
    this.acknowledged.close();
    await this.#stack.stop();
  }
}

function ran(words: readonly string[]): Promise<{ output: string; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      errors += text;
    });
    child.once("error", reject);
    child.once("close", () => resolve({ output, errors }));
  });
}
