/** An old copy of one actor's storage is brought back while the rest of the world has gone on. The mirror must not follow it. */
import { join } from "node:path";
import type { AcknowledgedOrder } from "./acknowledged.ts";
import { read } from "./audit.ts";
import { faultsOf } from "./compared.ts";
import { SYMBOLS } from "./load.ts";
import { prepareMarket } from "./market.ts";
import { ObjectFiles } from "./object-files.ts";
import type { Scenario, ScenarioOptions, Verdict } from "./scenario.ts";
import { Trial } from "./trial.ts";

const VICTIM = "faults-stale";
const ORDERS_BETWEEN = 25; // Archived in several batches, so that many tokens lie between copy and truth.
const FROZEN_MS_MAX = 20_000; // A push and its answer, on a busy machine, with one backoff.
const MIRRORED_MS_MAX = 60_000; // As long as the comparing program waits.
const OTHERS_MS = 3_000; // Long enough for those who are not concerned to show that they are not.

export const staleCopy: Scenario = {
  name: "stale-copy",
  promise:
    "an old copy of an actor's storage freezes and says so; the mirror holds nothing of it; the right one goes on",
  run,
};

async function run(options: ScenarioOptions): Promise<Verdict> {
  const trial = await Trial.begin(options);
  try {
    return await new StaleCopyTrial(options, trial).run();
  } finally {
    await trial.end();
  }
}

type Answer = {
  readonly status: number;
  readonly code: string;
  readonly decided: readonly AcknowledgedOrder[];
};

class StaleCopyTrial {
  readonly #options: ScenarioOptions;
  readonly #trial: Trial;
  readonly #faults: string[] = [];
  #next = 0;

  constructor(options: ScenarioOptions, trial: Trial) {
    this.#options = options;
    this.#trial = trial;
  }

  async run(): Promise<Verdict> {
    const trial = this.#trial;
    await prepareMarket(trial.stack.api, [], [VICTIM]);
    await trial.pass(OTHERS_MS);
    await this.#trade();
    const actor = await this.#actorName();
    const files = new ObjectFiles(trial.data, "RiskShard", actor.slice(actor.indexOf(":") + 1));

    const atRest = join(this.#options.folder, "copied-at-rest");
    await trial.stoppedFor(() => files.copyTo(atRest));
    await this.#trade();
    const running = join(this.#options.folder, "copied-running");
    const trading = this.#trade();
    files.backUpTo(running);
    await trading;
    await this.#trade();

    const figures = {
      copiedAtRest: await this.#bringBack(actor, files, atRest),
      copiedRunning: await this.#bringBack(actor, files, running),
    };
    await trial.quiet();
    const compared = await trial.compare();
    const parked = compared.letters.map((letter) => `parked: ${JSON.stringify(letter)}`);
    return {
      figures: { ...figures, ...compared },
      faults: [...this.#faults, ...faultsOf(compared), ...parked],
    };
  }

  /** The old copy in place of the right one, until it has frozen; then the right one again. */
  async #bringBack(actor: string, files: ObjectFiles, copy: string): Promise<object> {
    const trial = this.#trial;
    if ((await trial.untilMirrored(MIRRORED_MS_MAX)) === undefined)
      this.#faults.push("not everything was mirrored");
    const right = `${copy}-right`;
    await trial.stoppedFor(() => {
      files.copyTo(right);
      files.putBack(copy);
    });
    const before = await this.#mirrorOf(actor);
    const { answered, frozenMs } = await this.#untilFrozen();
    const others = trial.acknowledged.lines;
    await trial.pass(OTHERS_MS);
    if (trial.acknowledged.lines === others) this.#faults.push("the others stood still while one was frozen");
    await trial.killAndRestart();
    const afterRestart = await this.#order();
    if (afterRestart.code !== "actor-fenced")
      this.#faults.push(`thawed by a restart: ${JSON.stringify(afterRestart)}`);
    if (!trial.workerLog().includes(`"actor-fenced","actor":"${actor}"`))
      this.#faults.push("no log line says that it froze");
    const after = await this.#mirrorOf(actor);
    if (after !== before) this.#faults.push(`the mirror followed the old copy: ${before} became ${after}`);
    await trial.stoppedFor(() => files.putBack(right));
    await this.#trade();
    return { answeredBeforeItFroze: answered, frozenMs, othersMeanwhile: trial.acknowledged.lines - others };
  }

  /** What the old copy answers until it knows better is nobody's truth: it is counted, not written down. */
  async #untilFrozen(): Promise<{ answered: number; frozenMs: number }> {
    const from = Date.now();
    let answered = 0;
    while (Date.now() - from < FROZEN_MS_MAX) {
      const { status, code } = await this.#order();
      if (code === "actor-fenced") return { answered, frozenMs: Date.now() - from };
      if (status === 200) answered += 1;
      await this.#trial.pass(50);
    }
    this.#faults.push(`the old copy still answered after ${FROZEN_MS_MAX} ms`);
    return { answered, frozenMs: Date.now() - from };
  }

  /** Orders that the right copy must acknowledge, one by one, each in a fact of its own. */
  async #trade(): Promise<void> {
    for (let count = 0; count < ORDERS_BETWEEN; count++) {
      const { status, code, decided } = await this.#order();
      if (status !== 200) throw new Error(`the right copy refused an order: ${status} ${code}`);
      this.#trial.acknowledged.append(...decided);
    }
  }

  async #order(): Promise<Answer> {
    const clientOrderId = `s${this.#next++}`;
    const body = { clientOrderId, symbol: SYMBOLS[0], side: "buy", type: "limit", qty: "1", price: "100" };
    const path = `/v1/accounts/${VICTIM}/orders`;
    type Body = { code?: string; decisions?: { decision: string; allowedQty: string; seq: number }[] };
    const reply = await this.#trial.stack.api.once<Body>("POST", path, { body: { json: body } });
    const { code = "", decisions = [] } = reply.body;
    const decided = decisions.map(({ decision, allowedQty, seq }) => {
      return { kind: "order", account: VICTIM, body, decision, allowedQty, seq } as const;
    });
    return { status: reply.status, code, decided };
  }

  /** As the mirror calls the account's actor. */
  async #actorName(): Promise<string> {
    await this.#trial.untilMirrored(MIRRORED_MS_MAX);
    const rows = await read(
      this.#trial.sql(),
      "SELECT DISTINCT actor FROM risk_decision WHERE account = $1",
      VICTIM,
    );
    if (rows.length !== 1) throw new Error(`${rows.length} actors have decided for ${VICTIM}`);
    return String(rows[0]?.actor);
  }

  async #mirrorOf(actor: string): Promise<string> {
    const facts = await read(
      this.#trial.sql(),
      "SELECT count(*) AS n, max(seq) AS last, md5(string_agg(payload, '' ORDER BY seq)) AS hash FROM actor_fact WHERE actor = $1",
      actor,
    );
    const decided = await read(
      this.#trial.sql(),
      "SELECT count(*) AS n FROM risk_decision WHERE account = $1",
      VICTIM,
    );
    return JSON.stringify([facts, decided]);
  }
}
