/** An account in several currencies with strategies and a group of them, and what is booked to it while somebody looks. */
import type { ApiClient } from "../client.ts";

export const FUND = "fund";
export const GROUP = "both";
export const EURO_SYMBOL = "TEST:HAFEN";
const RATE_SYMBOL = "TEST:EURUSD";
export const SHARE_SYMBOL = "TEST:ACME";

const MARKS = [
  [EURO_SYMBOL, "98"],
  [RATE_SYMBOL, "1.1"],
  [SHARE_SYMBOL, "11"],
] as const;

export class Fund {
  readonly #api: ApiClient;
  readonly strategies: string[] = [];
  #sent = 0;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  async prepare(): Promise<void> {
    await this.#instrument(EURO_SYMBOL, "equity", "EUR", "0.01");
    await this.#instrument(RATE_SYMBOL, "fx", "USD", "0.0001");
    await this.#instrument(SHARE_SYMBOL, "equity", "USD", "0.01");
    for (const [symbol, price] of MARKS) await this.mark(symbol, price);
    const fx = { EUR: RATE_SYMBOL };
    await this.#api.put(`/v1/accounts/${FUND}`, { currency: "USD", equity: "100000", fx });
    const limits = [{ id: "age", kind: "max-price-age", threshold: "3600000", action: "reject" }];
    await this.#api.put(`/v1/accounts/${FUND}/limits`, { limits });
    for (const [symbol, qty, targetQty] of [
      [SHARE_SYMBOL, "120", "150"],
      [EURO_SYMBOL, "-40", "-40"],
    ] as const) {
      const { id } = await this.#api.post<{ id: string }>("/v1/strategies", {
        ...{ name: `hold ${symbol}`, account: FUND, tags: ["test"] },
        instruments: [{ symbol, qty, avgPrice: symbol === EURO_SYMBOL ? "100" : "10", targetQty }],
      });
      this.strategies.push(id);
    }
    // What nobody ordered goes to the first of them.
    const [defaultStrategy] = this.strategies;
    await this.#api.put(`/v1/accounts/${FUND}`, { currency: "USD", equity: "100000", fx, defaultStrategy });
    await this.#api.put(`/v1/strategy-groups/${GROUP}`, { name: "both holds", strategies: this.strategies });
  }

  /** The price of a symbol, as a trade of now. */
  async mark(symbol: string, price: string): Promise<void> {
    this.#sent += 1;
    const tick = { type: "trade", symbol, ts: Date.now(), price, size: "1", id: `fund${this.#sent}` };
    const { accepted, rejected } = await this.#api.postTicks("browser", [tick]);
    if (accepted !== 1) throw new Error(`the mark was not taken: ${JSON.stringify(rejected)}`);
  }

  async fill(execId: string, side: "buy" | "sell", qty: string, price: string): Promise<void> {
    const fill = {
      type: "fill",
      execId,
      clientOrderId: execId,
      symbol: SHARE_SYMBOL,
      side,
      qty,
      price,
      fee: "0.75",
    };
    await this.#book({ ...fill, ts: Date.now() });
  }

  bust(execId: string, refExecId: string): Promise<void> {
    return this.#book({ type: "bust", execId, clientOrderId: refExecId, refExecId, ts: Date.now() });
  }

  async deposit(id: string, currency: string, amount: string): Promise<void> {
    const movements = [{ id, type: "deposit", currency, amount, ts: Date.now() }];
    const { results } = await this.#api.post<Told>(`/v1/accounts/${FUND}/cash`, { movements });
    mustApply(results);
  }

  async state(strategy: string, state: "active" | "paused"): Promise<void> {
    await this.#api.send("PATCH", `/v1/strategies/${strategy}`, { body: { json: { state } } });
  }

  /** What a broker says it holds: less than we do. */
  reconcile(qty: string): Promise<{ differences: object[] }> {
    const positions = [
      { symbol: SHARE_SYMBOL, qty, avgPrice: "10" },
      { symbol: EURO_SYMBOL, qty: "-40", avgPrice: "100" },
    ];
    return this.#api.post(`/v1/accounts/${FUND}/reconcile`, { asOf: Date.now(), positions });
  }

  get<Body>(path: string): Promise<Body> {
    return this.#api.get<Body>(path);
  }

  async #book(execution: object): Promise<void> {
    const { results } = await this.#api.post<Told>(`/v1/accounts/${FUND}/executions`, {
      executions: [execution],
    });
    mustApply(results);
  }

  #instrument(symbol: string, type: string, currency: string, tickSize: string): Promise<unknown> {
    return this.#api.put(`/v1/instruments/${symbol}`, {
      ...{ description: symbol, type, exchange: "TEST", currency, tickSize, lotSize: "1", multiplier: "1" },
      ...{ timezone: "UTC", session: "24x7", status: "active" },
    });
  }
}

type Told = { readonly results: readonly { readonly status: string; readonly code?: string }[] };

function mustApply(results: Told["results"]): void {
  if (results.some(({ status }) => status !== "applied"))
    throw new Error(`not booked: ${JSON.stringify(results)}`);
}
