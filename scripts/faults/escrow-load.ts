/** Traders below one firm: they take what quota there is, give it back by closing, and can be told to wait. */
import type { ApiClient } from "../client.ts";
import type { AcknowledgedFile } from "./acknowledged.ts";
import { ACCOUNTS, PRICE, SYMBOLS } from "./escrow-world.ts";
import { untilAnswered } from "./until-answered.ts";

const CLIENTS_PER_ACCOUNT = 2; // So that groups of more than one order are killed too.
const ORDERS_PER_POST_MAX = 3; // Some orders of a group need what those before them leave.
const LOTS_MAX = 40; // A tenth of the firm's limit: some orders need what several others hold.
const CLOSING_SHARE = 0.45; // Grants and returns keep each other in balance.
const PAUSE_MS = 10; // So that one client does not take a core for itself.
const PRICED_EACH_MS = 5_000; // A price that is older than a minute prices nothing.

type Side = "buy" | "sell";
type Order = { readonly clientOrderId: string; readonly symbol: string; readonly side: Side } & {
  readonly [field: string]: string;
};
type Decision = {
  readonly decision: string;
  readonly allowedQty: string;
  readonly seq: number;
  readonly code?: string;
};

export class EscrowLoad {
  readonly outcomes = new Map<string, number>();
  readonly #api: () => ApiClient;
  readonly #acknowledged: AcknowledgedFile;
  readonly #random: () => number;
  /** By account and symbol, of what was acknowledged. */
  readonly #positions = new Map<string, number>();
  #isStopped = false;
  #isWaiting = false;
  #busy = 0;
  #next = 0;

  constructor(api: () => ApiClient, acknowledged: AcknowledgedFile, random: () => number) {
    this.#api = api;
    this.#acknowledged = acknowledged;
    this.#random = random;
  }

  /** Until `stop`; what breaks the load ends it. */
  async run(): Promise<void> {
    await this.#priced();
    const traders = ACCOUNTS.flatMap((account) => Array<string>(CLIENTS_PER_ACCOUNT).fill(account));
    await Promise.all([this.#keepPriced(), ...traders.map((account) => this.#trade(account))]);
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Every call that is under way has its answer, and none begins until `resume`. */
  async quiet(): Promise<void> {
    this.#isWaiting = true;
    while (this.#busy > 0) await pause(PAUSE_MS);
  }

  resume(): void {
    this.#isWaiting = false;
  }

  /** Sends orders of the account against all that it holds, until nothing is left. */
  async flatten(): Promise<void> {
    for (const account of ACCOUNTS)
      for (const symbol of SYMBOLS) {
        const held = this.#heldIn(account, symbol);
        if (held === 0) continue;
        const side = held > 0 ? "sell" : "buy";
        await this.place(account, [this.#order(symbol, side, Math.abs(held))]);
        if (this.#heldIn(account, symbol) !== 0) throw new Error(`${account} cannot close ${symbol}`);
      }
  }

  /** Orders with what came of them: those that were let through are filled. */
  async place(account: string, orders: readonly Order[]): Promise<readonly Decision[]> {
    const path = `/v1/accounts/${account}`;
    const { decisions } = await untilAnswered<{ decisions: Decision[] }>(this.#api, `${path}/orders`, {
      orders,
    });
    this.#acknowledged.append(
      ...decisions.map(({ decision, allowedQty, seq, code }, index) => {
        this.#count(code ?? decision);
        const body = orders[index] as Order; // SAFETY: as many decisions as orders.
        return { kind: "order", account, body, decision, allowedQty, seq } as const;
      }),
    );
    const fills = orders.flatMap((order, index) => this.#fillOf(account, order, decisions[index]));
    if (fills.length === 0) return decisions;
    const executions = fills.map(({ body }) => body);
    const { results } = await untilAnswered<{ results: { status: string }[] }>(
      ...([this.#api, `${path}/executions`, { executions }] as const),
    );
    if (results.some(({ status }) => status === "refused"))
      throw new Error(`a fill was refused: ${JSON.stringify(results)}`);
    this.#acknowledged.append(...fills);
    for (const { symbol, side, body } of fills) {
      const key = `${account} ${symbol}`;
      const signed = (side === "buy" ? 1 : -1) * Number(body.qty);
      this.#positions.set(key, (this.#positions.get(key) ?? 0) + signed);
    }
    return decisions;
  }

  #order(symbol: string, side: Side, qty: number): Order {
    const terms = { type: "limit", qty: String(qty), price: String(PRICE) };
    return { clientOrderId: `e${this.#next++}`, symbol, side, ...terms };
  }

  /** One order of the account for that much, in the first symbol. */
  orderOf(side: Side, qty: number): Order {
    return this.#order(SYMBOLS[0], side, qty);
  }

  #fillOf(account: string, { clientOrderId, symbol, side }: Order, decided: Decision | undefined) {
    if (decided === undefined) throw new Error("an order without a decision");
    if (decided.decision === "reject") return [];
    const body = {
      ...{ type: "fill", execId: `x-${clientOrderId}`, clientOrderId, qty: decided.allowedQty },
      ...{ price: String(PRICE), ts: Date.now() },
    };
    return [{ kind: "execution", account, body, symbol, side } as const];
  }

  async #trade(account: string): Promise<void> {
    for (; !this.#isStopped; await pause(PAUSE_MS)) {
      if (this.#isWaiting) continue;
      this.#busy += 1;
      try {
        const count = 1 + Math.floor(this.#random() * ORDERS_PER_POST_MAX);
        await this.place(
          account,
          Array.from({ length: count }, () => this.#newOrder(account)),
        );
      } finally {
        this.#busy -= 1;
      }
    }
  }

  #newOrder(account: string): Order {
    const symbol = SYMBOLS[Math.floor(this.#random() * SYMBOLS.length)] ?? SYMBOLS[0];
    const held = this.#heldIn(account, symbol);
    const isClosing = held !== 0 && this.#random() < CLOSING_SHARE;
    const closing = held > 0 ? "sell" : "buy";
    const side = isClosing ? closing : this.#random() < 0.5 ? "buy" : "sell";
    return this.#order(symbol, side, isClosing ? Math.abs(held) : 1 + Math.floor(this.#random() * LOTS_MAX));
  }

  async #keepPriced(): Promise<void> {
    for (let sent = 0; !this.#isStopped; await pause(PAUSE_MS)) {
      if (Date.now() - sent < PRICED_EACH_MS) continue;
      await this.#priced();
      sent = Date.now();
    }
  }

  async #priced(): Promise<void> {
    const trades = SYMBOLS.map((symbol) => ({
      ...{ symbol, ts: Date.now(), price: String(PRICE), size: "1", id: `p${this.#next++}` },
    }));
    const ticks = trades.map((trade) => ({ type: "trade", ...trade }));
    await untilAnswered(this.#api, "/v1/ticks", { source: "escrow", ticks });
    this.#acknowledged.append(...trades.map((trade) => ({ kind: "trade", ...trade }) as const));
  }

  #heldIn(account: string, symbol: string): number {
    return this.#positions.get(`${account} ${symbol}`) ?? 0;
  }

  #count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
