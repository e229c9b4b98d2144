/**
 * Clients that write ticks and orders while the platform is killed under them. A call without an answer is repeated, word for word, until
 * there is one; only what was acknowledged is written down, and in the end everything that was sent has been.
 */
import type { ApiClient } from "../client.ts";
import type { AcknowledgedFile } from "./acknowledged.ts";

export const SYMBOLS = ["FAULT:A", "FAULT:B", "FAULT:C", "FAULT:D"] as const;
export const ACCOUNTS = ["faults-1", "faults-2", "faults-3"] as const;
const TRADES_PER_POST = 25;
const PAUSE_MS = 10; // So that one client does not take a core for itself.

type Decision = { readonly clientOrderId: string; readonly decision: string; readonly allowedQty: string };
type TickReport = {
  readonly accepted: number;
  readonly duplicates: number;
  readonly late: number;
  readonly rejected: readonly { readonly index: number; readonly code: string }[];
};

export class Load {
  readonly #api: () => ApiClient;
  readonly #acknowledged: AcknowledgedFile;
  readonly #random: () => number;
  #stopped = false;
  #next = 0;
  #trades = 0;
  #orders = 0;

  /** `api` answers the client of the platform that runs now. */
  constructor(api: () => ApiClient, acknowledged: AcknowledgedFile, random: () => number) {
    this.#api = api;
    this.#acknowledged = acknowledged;
    this.#random = random;
  }

  get counts(): { trades: number; orders: number } {
    return { trades: this.#trades, orders: this.#orders };
  }

  async prepare(): Promise<void> {
    for (const symbol of SYMBOLS) {
      const words = {
        description: symbol,
        type: "equity",
        exchange: "FAULT",
        currency: "USD",
        timezone: "UTC",
        session: "24x7",
        status: "active",
      };
      await this.#api().send("PUT", `/v1/instruments/${symbol}`, {
        body: { json: { ...words, tickSize: "0.01", lotSize: "1", multiplier: "1" } },
      });
    }
    const limits = [
      { id: "clip", kind: "max-order-qty", threshold: "50", action: "reject" },
      { id: "hold", kind: "max-position-qty", threshold: "400", action: "reduce" },
    ];
    for (const account of ACCOUNTS) {
      await this.#api().send("PUT", `/v1/accounts/${account}`, {
        body: { json: { currency: "USD", equity: "1000000" } },
      });
      await this.#api().send("PUT", `/v1/accounts/${account}/limits`, { body: { json: { limits } } });
    }
  }

  /** Runs until `stop`; resolves when the last call of each client has its answer. */
  async run(): Promise<void> {
    await Promise.all([
      ...SYMBOLS.map((symbol) => this.#tick(symbol)),
      ...ACCOUNTS.map((account) => this.#trade(account)),
    ]);
  }

  stop(): void {
    this.#stopped = true;
  }

  async #tick(symbol: string): Promise<void> {
    for (let price = 10_000; !this.#stopped; await pause()) {
      const ticks = Array.from({ length: TRADES_PER_POST }, () => {
        price += Math.floor(this.#random() * 21) - 10;
        const size = String(1 + Math.floor(this.#random() * 9));
        return {
          type: "trade",
          symbol,
          ts: Date.now(),
          price: (price / 100).toFixed(2),
          size,
          id: `t${this.#next++}`,
        };
      });
      const report = await this.#untilAnswered<TickReport>("/v1/ticks", { source: "faults", ticks }, taken);
      if (report.accepted + report.duplicates !== ticks.length)
        throw new Error(`ticks were not taken: ${JSON.stringify(report)}`);
      this.#acknowledged.append(
        ...ticks.map(
          ({ ts, price: at, size, id }) => ({ kind: "trade", symbol, id, ts, price: at, size }) as const,
        ),
      );
      this.#trades += ticks.length;
    }
  }

  async #trade(account: string): Promise<void> {
    for (; !this.#stopped; await pause()) {
      const symbol = SYMBOLS[Math.floor(this.#random() * SYMBOLS.length)] ?? SYMBOLS[0];
      const side = this.#random() < 0.5 ? "buy" : "sell";
      const id = `o${this.#next++}`;
      const order = {
        clientOrderId: id,
        symbol,
        side,
        type: "limit",
        qty: String(1 + Math.floor(this.#random() * 60)),
        price: "100",
      };
      const { decisions } = await this.#untilAnswered<{ decisions: Decision[] }>(
        `/v1/accounts/${account}/orders`,
        order,
      );
      const decision = decisions[0];
      if (decision === undefined) throw new Error("an order without a decision");
      this.#acknowledged.append({
        kind: "order",
        account,
        id,
        decision: decision.decision,
        allowedQty: decision.allowedQty,
      });
      this.#orders += 1;
      if (decision.decision !== "reject") await this.#fill(account, id, symbol, side, decision.allowedQty);
    }
  }

  async #fill(
    account: string,
    order: string,
    symbol: string,
    side: "buy" | "sell",
    qty: string,
  ): Promise<void> {
    const fill = {
      type: "fill",
      execId: `x-${order}`,
      clientOrderId: order,
      qty,
      price: "100",
      ts: Date.now(),
    };
    const { results } = await this.#untilAnswered<{ results: { status: string }[] }>(
      `/v1/accounts/${account}/executions`,
      { executions: [fill] },
    );
    if (results[0]?.status === "refused") throw new Error(`a fill was refused: ${JSON.stringify(results)}`);
    this.#acknowledged.append({
      kind: "execution",
      account,
      id: fill.execId,
      symbol,
      side,
      qty,
      price: "100",
    });
  }

  /** The same body again and again: the platform must make one effect of it. */
  async #untilAnswered<Reply>(
    path: string,
    json: unknown,
    isFinal: (reply: Reply) => boolean = () => true,
  ): Promise<Reply> {
    for (;;) {
      try {
        const { status, body } = await this.#api().once<Reply>("POST", path, { body: { json } });
        if (status === 200 && isFinal(body)) return body;
        if (status >= 400 && status < 500 && status !== 429)
          throw new Refused(`${path} answered ${status} ${JSON.stringify(body)}`);
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      await pause(100);
    }
  }
}

/** The platform said no for a reason that time does not mend: the load itself is wrong. */
class Refused extends Error {
  override readonly name = "Refused";
}

/** Ticks refused for load are sent again with all others of their post: those are duplicates then. */
const taken = (report: TickReport): boolean => report.rejected.every(({ code }) => code !== "overloaded");

const pause = (ms: number = PAUSE_MS): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
