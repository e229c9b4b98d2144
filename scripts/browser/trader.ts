/** What somebody did before the Console is opened: instruments, an account with limits, orders, fills, a strategy. */
import type { ApiClient } from "../client.ts";

export const ACCOUNT = "demo";
export const SYMBOL = "SIM:ROCKET";
/** Of the test alone, so that the generator revises nothing of it. */
export const QUIET_SYMBOL = "TEST:QUIET";
/** Text that must stay text. */
export const HOSTILE = "<img src=x onerror=\"document.title='broken'\">";

const MINUTE_MS = 60_000;
const PAST_MINUTES = 720;
const TRADES_A_MINUTE = 5;

/** From −0.5 to 0.5, the same in each run. */
const noise = (index: number): number => ((Math.sin(index * 12.9898) * 43_758.5453) % 1) / 2;

export class Trader {
  readonly #api: ApiClient;
  #strategy: string | undefined;
  #ticks = 0;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  get strategy(): string {
    if (this.#strategy === undefined) throw new Error("no strategy was opened yet");
    return this.#strategy;
  }

  async prepare(): Promise<void> {
    await this.#instrument(QUIET_SYMBOL, HOSTILE);
    await this.#pastDay();
    const now = Date.now();
    for (const minutesAgo of [4, 3, 2, 0]) await this.trade("100", now - minutesAgo * MINUTE_MS);
    await this.#api.put(`/v1/accounts/${ACCOUNT}`, { currency: "USD", equity: "100000" });
    await this.#api.put(`/v1/accounts/${ACCOUNT}/limits`, { limits: LIMITS });
    await this.#priced();
    await this.order("first", "100");
    const fill = {
      type: "fill",
      execId: "e1",
      clientOrderId: "first",
      qty: "60",
      price: "25",
      ts: Date.now(),
    };
    await this.#api.post(`/v1/accounts/${ACCOUNT}/executions`, { executions: [fill] });
    await this.order("large", "300");
    await this.order("whale", "50000");
    const opened = await this.#api.post<{ id: string }>("/v1/strategies", {
      ...{ name: `carry ${HOSTILE}`, account: ACCOUNT, tags: ["demo"] },
      instruments: [{ symbol: SYMBOL, qty: "40", avgPrice: "25" }],
    });
    this.#strategy = opened.id;
  }

  order(clientOrderId: string, qty: string): Promise<unknown> {
    const order = { clientOrderId, symbol: SYMBOL, side: "buy", type: "market", qty };
    return this.#api.post(`/v1/accounts/${ACCOUNT}/orders`, order);
  }

  /** Of the quiet symbol. */
  async trade(price: string, ts: number): Promise<void> {
    this.#ticks += 1;
    const tick = { type: "trade", symbol: QUIET_SYMBOL, ts, price, size: "5", id: `t${this.#ticks}` };
    const { accepted, rejected } = await this.#api.postTicks("browser", [tick]);
    if (accepted !== 1) throw new Error(`the trade was not taken: ${JSON.stringify(rejected)}`);
  }

  /** The quiet symbol's, of thirty levels a side around 100. */
  async book(): Promise<void> {
    const side = (sign: number) =>
      Array.from({ length: 30 }, (_, level) => [
        (100 + sign * 0.02 * (level + 1)).toFixed(2),
        String(20 + Math.trunc(400 * Math.abs(noise(sign * 50 + level)))),
      ]);
    await this.#depth({ snapshot: true, bids: side(-1), asks: side(1) });
  }

  bookChanges(bid: string, size: string): Promise<void> {
    return this.#depth({ bids: [[bid, size]], asks: [] });
  }

  async #depth(book: object): Promise<void> {
    const tick = { type: "depth", symbol: QUIET_SYMBOL, ts: Date.now(), ...book };
    const { accepted, rejected } = await this.#api.postTicks("browser", [tick]);
    if (accepted !== 1) throw new Error(`the book was not taken: ${JSON.stringify(rejected)}`);
  }

  /** Of the quiet symbol, an hour ago. */
  async label(text: string): Promise<string> {
    const label = { symbol: QUIET_SYMBOL, ts: Date.now() - 60 * MINUTE_MS, text };
    return (await this.#api.post<{ id: string }>("/v1/labels", label)).id;
  }

  unlabel(id: string): Promise<unknown> {
    return this.#api.once("DELETE", `/v1/labels/${id}`);
  }

  get<Body>(path: string): Promise<Body> {
    return this.#api.get<Body>(path);
  }

  /** A key that may look and not trade. */
  async readingKey(): Promise<string> {
    const { key } = await this.#api.post<{ key: string }>("/v1/keys", {
      scopes: ["market:read", "risk:read"],
    });
    return key;
  }

  #instrument(symbol: string, description: string): Promise<unknown> {
    return this.#api.put(`/v1/instruments/${symbol}`, {
      ...{ description, type: "equity", exchange: "TEST", currency: "USD", tickSize: "0.01", lotSize: "1" },
      ...{ multiplier: "1", timezone: "America/New_York", session: "24x7", status: "active" },
    });
  }

  /** Half a day of trades: more than one page of bars. */
  async #pastDay(): Promise<void> {
    const now = Date.now();
    const ticks = Array.from({ length: PAST_MINUTES * TRADES_A_MINUTE }, (_, index) => {
      const minute = index / TRADES_A_MINUTE;
      const ts = Math.trunc(now - (PAST_MINUTES + 5 - minute) * MINUTE_MS);
      const price = 100 + 6 * Math.sin(minute / 45) + 2 * Math.sin(minute / 7) + noise(index);
      const size = String(1 + Math.trunc(50 * Math.abs(noise(index + 1))));
      return { type: "trade", symbol: QUIET_SYMBOL, ts, price: price.toFixed(2), size, id: `past${index}` };
    });
    const { accepted } = await this.#api.postTicks("browser", ticks);
    if (accepted !== ticks.length) throw new Error(`${accepted} of ${ticks.length} trades were taken`);
  }

  /** Until the generator has traded the symbol that orders are for. */
  async #priced(): Promise<void> {
    for (;;) {
      const { ask } = await this.#api.get<{ ask: string | null }>(`/v1/symbols/${SYMBOL}/quote`);
      if (ask !== null) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

const LIMITS = [
  { id: "clip", kind: "max-order-notional", threshold: "500000", warnAt: "5000", action: "reject" },
  { id: "hold", kind: "max-position-qty", threshold: "300", action: "reduce" },
  { id: "gross", kind: "max-gross-exposure", threshold: "12000", action: "reduce" },
  { id: "pace", kind: "max-order-rate", threshold: "100", windowMs: 1_000, action: "reject" },
  { id: "working", kind: "max-working-orders", threshold: "3", action: "warn" },
];
