/** What the rows of risk stand on: a thousand symbols, one of them with a past of closed days; accounts that hold all of them, under forty limits. */
import { setTimeout as sleep } from "node:timers/promises";
import { DAY_MS, MINUTE_MS } from "../../src/domain/time.ts";
import type { Bench } from "./context.ts";
import { INSTRUMENT } from "./platform.ts";
import { CLASSES, fortyLimits } from "./risk-limits.ts";

const POSITIONS = 1_000;
const symbolAt = (index: number): string => `BENCH:K${index}`;
const SYMBOLS = Array.from({ length: POSITIONS }, (_, index) => symbolAt(index));
/** What is traded. */
export const TRADED = symbolAt(0);
/** As many sessions as an average volume is of, and some. */
const DAYS = 25;
/** They want a past of each symbol that is held. [risk-decide] has them. */
const OF_RETURNS = ["max-correlation", "max-cluster-gross", "max-var"] as const;
/** Of the traded symbol, so that more than half of a day's stretches have a trade. */
const TRADES_OF_A_DAY = 288;
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const DAY_STARTS = Array.from({ length: DAYS }, (_, index) => TODAY - (DAYS - index) * DAY_MS);
const INSTRUMENTS_PER_REQUEST = 500;
const SYMBOLS_PER_REQUEST = 50;
/** An account asks a thousand symbols for their prices, their volumes and their past. */
const READY_MS_MAX = 60_000;

type Decision = { readonly decision: string; readonly code?: string; readonly checks: readonly unknown[] };

export class RiskWorld {
  readonly #bench: Bench;

  private constructor(bench: Bench) {
    this.#bench = bench;
  }

  static async start(bench: Bench): Promise<RiskWorld> {
    const world = new RiskWorld(bench);
    await world.#instruments();
    await world.#past();
    return world;
  }

  /** An account with a book whose next order is accepted. */
  async account(name: string): Promise<void> {
    const { api } = this.#bench.platform;
    await api.put(`/v1/accounts/${name}`, { currency: "USD", equity: "1000000000" });
    const positions = SYMBOLS.map((symbol, index) => ({ symbol, qty: String(100 + index), avgPrice: "100" }));
    for (let from = 0; from < POSITIONS; from += SYMBOLS_PER_REQUEST) {
      const part = { id: `book-${from}`, positions: positions.slice(from, from + SYMBOLS_PER_REQUEST) };
      await api.post(`/v1/accounts/${name}/import`, part);
    }
    await api.put(`/v1/accounts/${name}/limits`, { limits: fortyLimits(OF_RETURNS) });
    await this.#priced();
    await this.#ready(name);
  }

  async #ready(name: string): Promise<void> {
    const { api } = this.#bench.platform;
    const giveUpAt = Date.now() + READY_MS_MAX;
    for (;;) {
      const { decisions } = await api.post<{ decisions: readonly Decision[] }>(
        `/v1/accounts/${name}/checks`,
        riskOrder(0),
      );
      if (decisions[0]?.decision === "accept") return;
      if (Date.now() > giveUpAt) throw new Error(`risk: not accepted: ${JSON.stringify(decisions)}`);
      await sleep(200);
    }
  }

  async #instruments(): Promise<void> {
    const { api } = this.#bench.platform;
    for (let from = 0; from < POSITIONS; from += INSTRUMENTS_PER_REQUEST) {
      const lines = SYMBOLS.slice(from, from + INSTRUMENTS_PER_REQUEST).map((symbol) =>
        JSON.stringify({ symbol, ...INSTRUMENT, ...CLASSES }),
      );
      const body = { text: lines.join("\n"), type: "application/x-ndjson" };
      await api.send("POST", "/v1/instruments", { body });
    }
  }

  /** A trade of each symbol, and a month of the one that is traded. */
  async #past(): Promise<void> {
    const { api } = this.#bench.platform;
    const step = DAY_MS / TRADES_OF_A_DAY;
    for (const [day, start] of DAY_STARTS.entries()) {
      const trades = Array.from({ length: TRADES_OF_A_DAY }, (_, at) =>
        tradeAt(TRADED, start + at * step, day),
      );
      await api.postTicks("bench", trades);
    }
    // An object of each symbol is made by its first trade, which takes a busy machine some tens of milliseconds.
    for (let from = 0; from < POSITIONS; from += SYMBOLS_PER_REQUEST) {
      const some = SYMBOLS.slice(from, from + SYMBOLS_PER_REQUEST);
      await api.postTicks(
        "bench",
        some.map((symbol, index) => tradeAt(symbol, Date.now(), index)),
      );
    }
    this.#bench.note("risk", `${POSITIONS} symbols have prices, the one that is traded a month of them`);
  }

  #priced(): Promise<void> {
    return this.#bench.platform.priced([TRADED]);
  }
}

/** Within a percent or two of a hundred. */
const tradeAt = (symbol: string, ts: number, salt: number) => ({
  ...{ type: "trade", symbol, ts: Math.floor(ts / MINUTE_MS) * MINUTE_MS, size: "1000" },
  price: (100 + Math.sin(salt * 12.9898)).toFixed(2),
});

/** No two in a row are alike: a limit looks for orders that came twice. */
export const riskOrder = (index: number): object => ({
  ...{ clientOrderId: `order-${100_000 + index}`, symbol: TRADED, side: "buy", type: "limit" },
  ...{ qty: String(10 + (index % 89)), price: `100.${10 + (index % 83)}`, timeInForce: "day" },
});
