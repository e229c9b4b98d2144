/**
 * Clients that write ticks and orders while faults happen under them. A call without an answer is repeated, word for word, until
 * there is one; only what was acknowledged is written down, and in the end everything that was sent has been.
 */
import type { ApiClient } from "../client.ts";
import type { AcknowledgedFile } from "./acknowledged.ts";
import { Latencies } from "./latencies.ts";
import { prepareMarket } from "./market.ts";

export const SYMBOLS = ["FAULT:A", "FAULT:B", "FAULT:C", "FAULT:D"] as const;
export const ACCOUNTS = ["faults-1", "faults-2", "faults-3"] as const;
const CLIENTS_PER_ACCOUNT = 2; // So that groups of more than one command are killed too.
const TRADES_PER_POST = 25; // A busy symbol's quarter of a second.
const ORDERS_PER_POST_MAX = 8; // Small baskets, so that many calls are under way when a fault comes.
const PAUSE_MS = 10; // So that one client does not take a core for itself.
const RETRY_MS = 100; // A platform that is being restarted is asked again soon.

export type Decision = {
  readonly clientOrderId: string;
  readonly decision: string;
  readonly allowedQty: string;
  readonly seq: number;
};
type TickReport = {
  readonly accepted: number;
  readonly duplicates: number;
  readonly late: number;
  readonly rejected: readonly { readonly index: number; readonly code: string }[];
};
export type Order = {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
} & {
  readonly [field: string]: string;
};

/** Sends one body of orders and answers their decisions, however long it takes. */
export type PlaceOrders = (account: string, orders: readonly Order[]) => Promise<readonly Decision[]>;

export type LoadOptions = {
  readonly accounts?: readonly string[];
  readonly place?: PlaceOrders;
  readonly clientsPerAccount?: number;
  readonly tradesPerPost?: number;
};

export class Load {
  readonly latencies = new Latencies();
  /** How often a call was answered by each problem code; "none" where there was no answer. */
  readonly refusals = new Map<string, number>();
  readonly #api: () => ApiClient;
  readonly #acknowledged: AcknowledgedFile;
  readonly #random: () => number;
  readonly #options: LoadOptions;
  /** Between an answer and the next call of that client: a scenario that needs the machine for itself makes it longer. */
  pauseMs = PAUSE_MS;
  #stopped = false;
  #next = 0;

  /** `api` answers the client of the platform that runs now. */
  constructor(
    api: () => ApiClient,
    acknowledged: AcknowledgedFile,
    random: () => number,
    options: LoadOptions = {},
  ) {
    this.#api = api;
    this.#acknowledged = acknowledged;
    this.#random = random;
    this.#options = options;
  }

  async prepare(): Promise<void> {
    await prepareMarket(this.#api(), SYMBOLS, this.#options.accounts ?? ACCOUNTS);
  }

  /** Runs until `stop`; resolves when the last call of each client has its answer. */
  async run(): Promise<void> {
    const { accounts = ACCOUNTS, clientsPerAccount = CLIENTS_PER_ACCOUNT } = this.#options;
    const traders = accounts.flatMap((account) => Array<string>(clientsPerAccount).fill(account));
    await Promise.all([
      ...SYMBOLS.map((symbol) => this.#tick(symbol)),
      ...traders.map((account) => this.#trade(account)),
    ]);
  }

  stop(): void {
    this.#stopped = true;
  }

  async #tick(symbol: string): Promise<void> {
    const { tradesPerPost = TRADES_PER_POST } = this.#options;
    for (let price = 10_000; !this.#stopped; await pause(this.pauseMs)) {
      const ticks = Array.from({ length: tradesPerPost }, () => {
        price += Math.floor(this.#random() * 21) - 10;
        const size = String(1 + Math.floor(this.#random() * 9));
        const id = `t${this.#next++}`;
        return { type: "trade", symbol, ts: Date.now(), price: (price / 100).toFixed(2), size, id };
      });
      const body = { source: "faults", ticks };
      const report = await this.#untilAnswered<TickReport>("/v1/ticks", body, taken);
      if (report.accepted + report.duplicates !== ticks.length)
        throw new Error(`ticks were not taken: ${JSON.stringify(report)}`);
      this.#acknowledged.append(...ticks.map(({ type, ...trade }) => ({ kind: "trade", ...trade }) as const));
    }
  }

  async #trade(account: string): Promise<void> {
    const { place = (to, orders) => this.#placeByHttp(to, orders) } = this.#options;
    for (; !this.#stopped; await pause(this.pauseMs)) {
      const count = 1 + Math.floor(this.#random() * ORDERS_PER_POST_MAX);
      const orders = Array.from({ length: count }, () => this.#newOrder());
      const decisions = await place(account, orders);
      if (decisions.length !== orders.length) throw new Error("an order without a decision");
      this.#acknowledged.append(
        ...decisions.map(({ decision, allowedQty, seq }, index) => {
          const body = orders[index] as Order; // SAFETY: as many decisions as orders, see above.
          return { kind: "order", account, body, decision, allowedQty, seq } as const;
        }),
      );
      await this.#fill(account, orders, decisions);
    }
  }

  #newOrder(): Order {
    const symbol = SYMBOLS[Math.floor(this.#random() * SYMBOLS.length)] ?? SYMBOLS[0];
    const side = this.#random() < 0.5 ? "buy" : "sell";
    const qty = String(1 + Math.floor(this.#random() * 60));
    return { clientOrderId: `o${this.#next++}`, symbol, side, type: "limit", qty, price: "100" };
  }

  async #placeByHttp(account: string, orders: readonly Order[]): Promise<readonly Decision[]> {
    const path = `/v1/accounts/${account}/orders`;
    const { decisions } = await this.#untilAnswered<{ decisions: Decision[] }>(path, { orders });
    return decisions;
  }

  async #fill(account: string, orders: readonly Order[], decisions: readonly Decision[]): Promise<void> {
    const filled = orders.flatMap((order, index) => {
      const { decision, allowedQty: qty } = decisions[index] ?? { decision: "reject", allowedQty: "0" };
      const { clientOrderId, symbol, side } = order;
      const execId = `x-${clientOrderId}`;
      const body = { type: "fill", execId, clientOrderId, qty, price: "100", ts: Date.now() };
      return decision === "reject" ? [] : [{ kind: "execution", account, body, symbol, side } as const];
    });
    if (filled.length === 0) return;
    const { results } = await this.#untilAnswered<{ results: { status: string }[] }>(
      `/v1/accounts/${account}/executions`,
      { executions: filled.map(({ body }) => body) },
    );
    if (results.length !== filled.length || results.some(({ status }) => status === "refused"))
      throw new Error(`a fill was refused: ${JSON.stringify(results)}`);
    this.#acknowledged.append(...filled);
  }

  /** The same body again and again: the platform must make one effect of it. */
  async #untilAnswered<Reply>(
    path: string,
    json: unknown,
    isFinal: (reply: Reply) => boolean = () => true,
  ): Promise<Reply> {
    for (;;) {
      const reply = await this.#answered<Reply>(path, json);
      if (reply !== undefined && isFinal(reply)) return reply;
      if (reply !== undefined) this.#refused("overloaded");
      await pause(RETRY_MS);
    }
  }

  /** One attempt: undefined where it has to be made again. */
  async #answered<Reply>(path: string, json: unknown): Promise<Reply | undefined> {
    const startedAt = Date.now();
    const call = this.#api().once<Reply>("POST", path, { body: { json } });
    const reply = await call.catch(() => undefined);
    if (reply === undefined) {
      this.#refused("none");
      return undefined;
    }
    const { status, body } = reply;
    if (status === 200) {
      this.latencies.add(path.split("/").at(-1) ?? "", startedAt, Date.now());
      return body;
    }
    // The platform said no for a reason that time does not mend: the load itself is wrong.
    if (status >= 400 && status < 500 && status !== 429)
      throw new Error(`${path} answered ${status} ${JSON.stringify(body)}`);
    // SAFETY: what is not a 200 is a problem, or the text of whoever stands in front.
    this.#refused((body as { code?: string }).code ?? String(status));
    return undefined;
  }

  #refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}

/** Ticks refused for load are sent again with all others of their post: those are duplicates then. */
const taken = (report: TickReport): boolean => report.rejected.every(({ code }) => code !== "overloaded");

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
