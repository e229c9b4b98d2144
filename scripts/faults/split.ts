/** kill -9 of everything while an account is split and merged under load. */
import { eventually } from "./audit.ts";
import type { Scenario, ScenarioOptions, Verdict } from "./scenario.ts";
import { positionFaults, repeatFaults, type ShownPosition, writtenFaults } from "./split-check.ts";
import { type Decision, PRICE, SplitTraders } from "./split-load.ts";
import type { SqlReader } from "./sql.ts";
import { Trial } from "./trial.ts";

/** From the call for a split to the kill: on a busy machine it takes some seconds, so that most kills meet it in the middle. */
const LIFE_MS_MAX = 3_000;
const SHARDS_MAX = 4;
/** After a kill a split goes on within seconds; this much on a busy machine. */
const SPLIT_MS_MAX = 60_000;
const REPRICE_MS = 10_000; // A price that is older than a minute prices nothing.
const TRADERS = 3;
const REPEATED_AT_ONCE = 200; // Of the thousand that one call may have.
const DRAINED_MS_MAX = 60_000;
const ACCOUNT = "hot";
const PATH = `/v1/accounts/${ACCOUNT}`;
const SYMBOLS = Array.from({ length: 24 }, (_, n) => `XTEST:S${n}`);

type Standing = {
  readonly shards: number;
  readonly phase: string;
  readonly fencedMs: number;
  readonly reason: string | null;
};
type Page = { readonly items: readonly ShownPosition[]; readonly nextCursor: string | null };

export const split: Scenario = {
  name: "split",
  promise: "an account that is split and merged under kill -9 loses and doubles no order and no fill",
  run: async (options) => {
    const trial = await Trial.begin(options, { accounts: [] });
    try {
      return await new SplitTrial(options, trial).run();
    } finally {
      await trial.end();
    }
  },
};

class SplitTrial {
  readonly #options: ScenarioOptions;
  readonly #trial: Trial;
  readonly #traders: SplitTraders;
  readonly #faults: string[] = [];
  #isUp = true;
  #ticked = 0;
  #shards = 1;
  /** Kills that met a split in the middle: without any, nothing was tried. */
  #met = 0;

  constructor(options: ScenarioOptions, trial: Trial) {
    this.#options = options;
    this.#trial = trial;
    this.#traders = new SplitTraders(() => (this.#isUp ? trial.stack.api : undefined), ACCOUNT, SYMBOLS, "f");
  }

  async run(): Promise<Verdict> {
    const { kills, random, say } = this.#options;
    await this.#prepare();
    const running = this.#traders.run(TRADERS);
    const pricing = setInterval(() => void this.#price().catch(() => {}), REPRICE_MS);
    for (let kill = 1; kill <= kills; kill++) {
      const others = Array.from({ length: SHARDS_MAX }, (_, n) => n + 1).filter((n) => n !== this.#shards);
      this.#shards = others[Math.floor(random() * others.length)] ?? 1;
      await this.#api.post(`${PATH}/split`, { shards: this.#shards });
      await pause(random() * LIFE_MS_MAX);
      const { phase } = await this.#standing();
      if (phase !== "done") this.#met += 1;
      this.#isUp = false;
      await this.#trial.killAndRestart();
      this.#isUp = true;
      await this.#price();
      const { fencedMs } = await this.#untilDone();
      say(`kill ${kill} of ${kills} while it was ${phase}: ${this.#shards} shards, fenced ${fencedMs} ms`);
    }
    this.#traders.stop();
    await running;
    clearInterval(pricing);
    await this.#check();
    const { placed, positions } = this.#traders;
    const figures = { kills, met: this.#met, orders: placed.length, symbols: positions.size };
    return { figures, faults: [...this.#faults, ...this.#traders.strange] };
  }

  get #api() {
    return this.#trial.stack.api;
  }

  async #prepare(): Promise<void> {
    for (const symbol of SYMBOLS)
      await this.#api.put(`/v1/instruments/${symbol}`, {
        ...{ description: symbol, type: "equity", exchange: "XTEST", currency: "USD", tickSize: "0.01" },
        ...{ lotSize: "1", multiplier: "1", timezone: "UTC", session: "24x7", status: "active" },
      });
    await this.#price();
    await this.#api.put(PATH, { currency: "USD", equity: "100000000" });
    const limits = [{ id: "gross", kind: "max-gross-exposure", threshold: "50000000", action: "reject" }];
    await this.#api.put(`${PATH}/limits`, { limits });
  }

  async #price(): Promise<void> {
    const ts = Date.now();
    const ticks = SYMBOLS.map((symbol) => ({
      ...{ type: "trade", symbol, ts, price: String(PRICE), size: "1", id: `t${this.#ticked++}` },
    }));
    await this.#api.post("/v1/ticks", { source: "faults", ticks });
  }

  #standing(): Promise<Standing> {
    return this.#api.get<Standing>(`${PATH}/split`);
  }

  async #untilDone(): Promise<Standing> {
    const ended = await eventually(
      () => this.#standing(),
      ({ phase }) => phase === "done" || phase === "aborted",
      SPLIT_MS_MAX,
    );
    if (ended.phase !== "done") this.#faults.push(`the split is ${ended.phase}: ${ended.reason}`);
    return ended;
  }

  async #check(): Promise<void> {
    const { placed, positions } = this.#traders;
    this.#faults.push(...positionFaults(positions, await this.#positions()));
    for (let from = 0; from < placed.length; from += REPEATED_AT_ONCE) {
      const those = placed.slice(from, from + REPEATED_AT_ONCE);
      const orders = those.map(({ order }) => order);
      const { decisions } = await this.#api.post<{ decisions: Decision[] }>(`${PATH}/orders`, { orders });
      this.#faults.push(...repeatFaults(those, decisions));
    }
    await this.#checkPostgres();
  }

  async #positions(): Promise<readonly ShownPosition[]> {
    const shown: ShownPosition[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const next: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page = await this.#api.get<Page>(`${PATH}/positions?limit=50${next}`);
      shown.push(...page.items);
      cursor = page.nextCursor;
    }
    return shown;
  }

  async #checkPostgres(): Promise<void> {
    const { placed } = this.#traders;
    const orders = placed.map(({ decision }) => decision.clientOrderId);
    const fills = placed
      .filter(({ decision }) => decision.decision !== "reject")
      .map(({ decision }) => `x-${decision.clientOrderId}`);
    const sql = this.#trial.sql();
    const look = async (): Promise<readonly string[]> => [
      ...writtenFaults("order", orders, await written(sql, "risk_decision", "client_order_id")),
      ...writtenFaults("fill", fills, await written(sql, "execution", "exec_id")),
    ];
    const faults = await eventually(look, (found) => found.length === 0, DRAINED_MS_MAX);
    this.#faults.push(...faults);
  }
}

async function written(sql: SqlReader, table: string, column: string) {
  const text = `SELECT ${column} AS id, count(*) AS times FROM ${table} GROUP BY 1`;
  const rows = await sql.query({ text, params: [] }, DRAINED_MS_MAX);
  return rows.map(({ id, times }) => ({ id: String(id), times: Number(times) }));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
