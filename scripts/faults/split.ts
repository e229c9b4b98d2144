/** kill -9 of everything while an account is split and merged under load. */
import { eventually } from "./audit.ts";
import type { Scenario, ScenarioOptions, Verdict } from "./scenario.ts";
import { positionFaults, repeatFaults, type ShownPosition, writtenFaults } from "./split-check.ts";
import { SplitFirm } from "./split-firm.ts";
import { type Decision, type Placed, PRICE, SplitTraders } from "./split-load.ts";
import type { SqlReader } from "./sql.ts";
import { Trial } from "./trial.ts";

/** From the call for a split to the kill: on a busy machine it takes some seconds, so that most kills meet it in the middle. */
const LIFE_MS_MAX = 3_000;
const SHARDS_MAX = 4;
/** After a kill a split goes on within seconds; this much on a busy machine. */
const SPLIT_MS_MAX = 60_000;
const REPRICE_MS = 10_000; // A price that is older than a minute prices nothing.
/** Of the accounts, how many trade each at the same time, and how their orders are called. */
const ACCOUNTS = [
  { account: "hot", traders: 2, prefix: "f", isSplit: true },
  // Below one firm.
  { account: "below", traders: 2, prefix: "b", isSplit: true },
  { account: "beside", traders: 1, prefix: "n", isSplit: false },
] as const;
const REPEATED_AT_ONCE = 200; // Of the thousand that one call may have.
const DRAINED_MS_MAX = 60_000;
const PATH = "/v1/accounts";
const SPLIT = ACCOUNTS.filter(({ isSplit }) => isSplit).map(({ account }) => account);
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
  promise:
    "accounts that are split and merged under kill -9 lose and double no order and no fill, and keep to the limit of the firm above",
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
  readonly #traders: ReadonlyMap<string, SplitTraders>;
  readonly #firm: SplitFirm;
  readonly #faults: string[] = [];
  #isUp = true;
  #ticked = 0;
  /** By account. */
  readonly #shards = new Map<string, number>();
  /** By account, kills that met its split in the middle: without any, nothing was tried. */
  readonly #met = new Map<string, number>(SPLIT.map((account) => [account, 0]));

  constructor(options: ScenarioOptions, trial: Trial) {
    this.#options = options;
    this.#trial = trial;
    const api = () => (this.#isUp ? trial.stack.api : undefined);
    this.#traders = new Map(
      ACCOUNTS.map(({ account, prefix }) => [account, new SplitTraders(api, account, SYMBOLS, prefix)]),
    );
    const below = new Map([...this.#traders].filter(([account]) => account !== "hot"));
    this.#firm = new SplitFirm(() => trial.stack.api, trial.data, below, SHARDS_MAX);
  }

  async run(): Promise<Verdict> {
    const { kills, random, say } = this.#options;
    await this.#prepare();
    const running = Promise.all(ACCOUNTS.map(({ account, traders }) => this.#of(account).run(traders)));
    const pricing = setInterval(() => void this.#price().catch(() => {}), REPRICE_MS);
    for (let kill = 1; kill <= kills; kill++) {
      for (const account of SPLIT) await this.#split(account);
      await pause(random() * LIFE_MS_MAX);
      const phases = await Promise.all(SPLIT.map((account) => this.#phase(account)));
      this.#isUp = false;
      await this.#trial.killAndRestart(() => this.#faults.push(...this.#firm.diskFaults(`at kill ${kill}`)));
      this.#isUp = true;
      await this.#price();
      const ended = await Promise.all(SPLIT.map((account) => this.#untilDone(account)));
      const met = SPLIT.map(
        (account, index) =>
          `${account} ${phases[index]}, ${this.#shards.get(account)} shards, fenced ${ended[index]?.fencedMs} ms`,
      );
      say(`kill ${kill} of ${kills} while they were: ${met.join("; ")}`);
    }
    for (const traders of this.#traders.values()) traders.stop();
    await running;
    this.#faults.push(...(await this.#firm.endFaults()));
    clearInterval(pricing);
    await this.#check();
    const all = [...this.#traders.values()];
    const figures = {
      ...{ kills, met: Object.fromEntries(this.#met), heldOnDisk: this.#firm.heldOnDisk },
      orders: Object.fromEntries([...this.#traders].map(([account, { placed }]) => [account, placed.length])),
      ...{ outcomes: this.#firm.outcomes, symbols: SYMBOLS.length },
    };
    return { figures, faults: [...this.#faults, ...all.flatMap(({ strange }) => strange)] };
  }

  #of(account: string): SplitTraders {
    const traders = this.#traders.get(account);
    if (traders === undefined) throw new Error(`nobody trades ${account}`);
    return traders;
  }

  /** Into another number of shards than it has. */
  async #split(account: string): Promise<void> {
    const { random } = this.#options;
    const present = this.#shards.get(account) ?? 1;
    const others = Array.from({ length: SHARDS_MAX }, (_, n) => n + 1).filter((n) => n !== present);
    const shards = others[Math.floor(random() * others.length)] ?? 1;
    this.#shards.set(account, shards);
    await this.#api.post(`${PATH}/${account}/split`, { shards });
  }

  async #phase(account: string): Promise<string> {
    const { phase } = await this.#standing(account);
    if (phase !== "done") this.#met.set(account, (this.#met.get(account) ?? 0) + 1);
    return phase;
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
    const firm = await this.#firm.prepare();
    const limits = [{ id: "own", kind: "max-gross-exposure", threshold: "50000000", action: "reject" }];
    for (const { account } of ACCOUNTS) {
      const parent = account === "hot" ? {} : { parent: firm };
      await this.#api.put(`${PATH}/${account}`, { currency: "USD", equity: "100000000", ...parent });
      await this.#api.put(`${PATH}/${account}/limits`, { limits });
    }
  }

  async #price(): Promise<void> {
    const ts = Date.now();
    const ticks = SYMBOLS.map((symbol) => ({
      ...{ type: "trade", symbol, ts, price: String(PRICE), size: "1", id: `t${this.#ticked++}` },
    }));
    await this.#api.post("/v1/ticks", { source: "faults", ticks });
  }

  #standing(account: string): Promise<Standing> {
    return this.#api.get<Standing>(`${PATH}/${account}/split`);
  }

  async #untilDone(account: string): Promise<Standing> {
    const ended = await eventually(
      () => this.#standing(account),
      ({ phase }) => phase === "done" || phase === "aborted",
      SPLIT_MS_MAX,
    );
    if (ended.phase !== "done")
      this.#faults.push(`the split of ${account} is ${ended.phase}: ${ended.reason}`);
    return ended;
  }

  async #check(): Promise<void> {
    for (const [account, traders] of this.#traders) {
      const found = [
        ...positionFaults(traders.positions, await this.#positions(account)),
        ...(await this.#repeated(account, traders.placed)),
      ];
      this.#faults.push(...found.map((fault) => `${account} ${fault}`));
    }
    await this.#checkPostgres();
  }

  async #repeated(account: string, placed: readonly Placed[]): Promise<readonly string[]> {
    const faults: string[] = [];
    for (let from = 0; from < placed.length; from += REPEATED_AT_ONCE) {
      const those = placed.slice(from, from + REPEATED_AT_ONCE);
      const json = { orders: those.map(({ order }) => order) };
      const path = `${PATH}/${account}/orders`;
      const { decisions } = await this.#api.post<{ decisions: Decision[] }>(path, json);
      faults.push(...repeatFaults(those, decisions));
    }
    return faults;
  }

  async #positions(account: string): Promise<readonly ShownPosition[]> {
    const shown: ShownPosition[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const next: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page = await this.#api.get<Page>(`${PATH}/${account}/positions?limit=50${next}`);
      shown.push(...page.items);
      cursor = page.nextCursor;
    }
    return shown;
  }

  async #checkPostgres(): Promise<void> {
    const placed = [...this.#traders.values()].flatMap((traders) => traders.placed);
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
