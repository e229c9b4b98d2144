/** Traders of one account that is split while they trade: each call is repeated word for word until it is answered, and what came is kept. */
import type { ApiClient } from "../client.ts";

export type Order = {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
} & {
  readonly [field: string]: string;
};
export type Decision = {
  readonly clientOrderId: string;
  readonly decision: string;
  readonly allowedQty: string;
  readonly code?: string;
  readonly seq: number;
};
export type Placed = { readonly order: Order; readonly decision: Decision };

export const PRICE = 10;
/** So that one trader does not take a core for itself. */
const PAUSE_MS = 15;
const RETRY_MS = 25;

export class SplitTraders {
  readonly placed: Placed[] = [];
  /** By symbol, of all fills that were acknowledged. */
  readonly positions = new Map<string, number>();
  /** By symbol, the longest that its orders were refused without a break. */
  readonly refusedMs = new Map<string, number>();
  /** Answers that were none of 200 and `overloaded` with a time to come back. */
  readonly strange: string[] = [];
  readonly #api: () => ApiClient | undefined;
  readonly #path: string;
  readonly #symbols: readonly string[];
  #isStopped = false;
  readonly #prefix: string;
  #next = 0;
  #random = 17;

  constructor(api: () => ApiClient | undefined, account: string, symbols: readonly string[], prefix: string) {
    this.#prefix = prefix;
    this.#api = api;
    this.#path = `/v1/accounts/${account}`;
    this.#symbols = symbols;
  }

  async run(traders: number): Promise<void> {
    await Promise.all(Array.from({ length: traders }, () => this.#trade()));
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #trade(): Promise<void> {
    while (!this.#isStopped) {
      await this.trade(Array.from({ length: 1 + this.#below(3) }, () => this.#order()));
      await pause(PAUSE_MS);
    }
  }

  /** What is let through is filled. */
  async trade(orders: readonly Order[]): Promise<readonly Decision[]> {
    const decisions = await this.place(orders);
    const fills = orders.flatMap((order, index) => this.#fillOf(order, decisions[index]));
    if (fills.length > 0) await this.#book(fills);
    return decisions;
  }

  /** One order in each symbol that is held, against all of it. */
  async close(): Promise<void> {
    for (const [symbol, qty] of [...this.positions])
      if (qty !== 0) await this.trade([this.orderOf(symbol, qty > 0 ? "sell" : "buy", Math.abs(qty))]);
  }

  orderOf(symbol: string, side: "buy" | "sell", qty: number): Order {
    const terms = { type: "limit", qty: String(qty), price: String(PRICE) };
    return { clientOrderId: `${this.#prefix}${this.#next++}`, symbol, side, ...terms };
  }

  /** What its positions are worth, each side for itself. */
  get exposure(): { readonly gross: number; readonly long: number; readonly short: number } {
    const worths = [...this.positions.values()].map((qty) => qty * PRICE);
    const sumOf = (valued: (worth: number) => number): number =>
      worths.reduce((sum, worth) => sum + valued(worth), 0);
    const [long, short] = [
      sumOf((worth) => Math.max(0, worth)),
      sumOf((worth) => Math.max(0, -worth)),
    ] as const;
    return { gross: long + short, long, short };
  }

  async place(orders: readonly Order[]): Promise<readonly Decision[]> {
    const reply = await this.#untilAnswered<{ decisions: Decision[] }>("orders", { orders }, orders);
    for (const [index, order] of orders.entries()) {
      const decision = reply.decisions[index];
      if (decision !== undefined) this.placed.push({ order, decision });
    }
    return reply.decisions;
  }

  async #book(fills: readonly (Order & { execId: string; qty: string })[]): Promise<void> {
    const executions = fills.map(({ clientOrderId, symbol, side, qty, execId }) => ({
      ...{ type: "fill", execId, clientOrderId, qty, price: String(PRICE), ts: Date.now() - 1_000 },
      // A venue says it or does not.
      ...(this.#below(2) === 0 ? { symbol, side } : {}),
    }));
    const reply = await this.#untilAnswered<{ results: { execId: string; status: string }[] }>(
      "executions",
      { executions },
      fills,
    );
    for (const [index, fill] of fills.entries()) {
      const status = reply.results[index]?.status;
      if (status !== "applied" && status !== "duplicate")
        this.strange.push(`${fill.execId} ${JSON.stringify(reply.results[index])}`);
      const signed = (fill.side === "buy" ? 1 : -1) * Number(fill.qty);
      this.positions.set(fill.symbol, (this.positions.get(fill.symbol) ?? 0) + signed);
    }
  }

  #order(): Order {
    const symbol = this.#symbols[this.#below(this.#symbols.length)] ?? "";
    const side = this.#below(5) < 3 ? "buy" : "sell";
    return this.orderOf(symbol, side, 1 + this.#below(9));
  }

  #fillOf(order: Order, decision: Decision | undefined) {
    if (decision === undefined || decision.decision === "reject") return [];
    return [{ ...order, execId: `x-${order.clientOrderId}`, qty: decision.allowedQty }];
  }

  async #untilAnswered<Reply>(
    call: string,
    json: unknown,
    those: readonly { symbol: string }[],
  ): Promise<Reply> {
    let since: number | undefined;
    for (;;) {
      const api = this.#api();
      const reply = await api
        ?.once<Reply>("POST", `${this.#path}/${call}`, { body: { json } })
        .catch(() => undefined);
      if (reply?.status === 200) {
        if (since !== undefined) this.#refused(those, Date.now() - since);
        return reply.body;
      }
      // While it is killed nobody answers, and what is loading says so: that is no fence.
      if (reply === undefined || api !== this.#api()) since = undefined;
      else {
        since ??= Date.now();
        const { code } = reply.body as { code?: string };
        const isOverloaded =
          reply.status === 503 && code === "overloaded" && reply.headers.has("retry-after");
        if (!isOverloaded && code !== "outcome-unknown")
          this.strange.push(`${call}: ${reply.status} ${JSON.stringify(reply.body)}`);
      }
      await pause(RETRY_MS);
    }
  }

  #refused(those: readonly { symbol: string }[], ms: number): void {
    for (const { symbol } of those) this.refusedMs.set(symbol, Math.max(this.refusedMs.get(symbol) ?? 0, ms));
  }

  #below(bound: number): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * bound);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
