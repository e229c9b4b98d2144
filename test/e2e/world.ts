/** The product that one end-to-end run shares: its client, its Postgres, and what every scenario does with them. */
import { expect } from "vitest";
import type { Stack } from "../../scripts/faults/stack.ts";
import { type Postgres, postgresAt } from "../../src/db/neon.ts";

export class World {
  readonly postgres: Postgres;
  readonly #stack: Stack;
  #ticks = 0;

  constructor(stack: Stack) {
    this.#stack = stack;
    this.postgres = postgresAt(stack.dev.databaseUrl);
  }

  get<Body>(path: string): Promise<Body> {
    return this.#stack.api.send<Body>("GET", path);
  }

  put<Body>(path: string, json: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Body> {
    return this.#stack.api.send<Body>("PUT", path, { body: { json }, headers });
  }

  post<Body>(path: string, json: unknown): Promise<Body> {
    return this.#stack.api.send<Body>("POST", path, { body: { json } });
  }

  send<Body>(method: string, path: string, json?: unknown): Promise<Body> {
    return this.#stack.api.send<Body>(method, path, json === undefined ? {} : { body: { json } });
  }

  /** Lines of NDJSON. */
  postLines<Body>(path: string, lines: readonly object[]): Promise<Body> {
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    return this.#stack.api.send<Body>("POST", path, { body: { text, type: "application/x-ndjson" } });
  }

  /** Every item of a list, by its cursors; the total must be what came. */
  async all<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const next: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: Item[]; nextCursor: string | null; total: number } = await this.get(
        `${path}?limit=50${next}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
      if (cursor === null) expect(items).toHaveLength(page.total);
    }
    return items;
  }

  async registerInstrument(symbol: string): Promise<void> {
    await this.put(`/v1/instruments/${symbol}`, {
      ...{ description: symbol, type: "equity", exchange: "XTEST", currency: "USD", tickSize: "0.01" },
      ...{ lotSize: "1", multiplier: "1", timezone: "UTC", session: "24x7", status: "active" },
    });
  }

  /** A trade and a quote around it, now. */
  async priceAt(symbol: string, price: string): Promise<void> {
    const ts = Date.now();
    const ask = (Number(price) + 0.01).toFixed(2);
    const ticks = [
      { type: "trade", symbol, ts, price, size: "1", id: `p${ts}-${this.#ticks++}` },
      { type: "quote", symbol, ts, bid: price, bidSize: "5", ask, askSize: "5" },
    ];
    expect(await this.post("/v1/ticks", { source: "e2e", ticks })).toMatchObject({
      accepted: 2,
      rejected: [],
    });
  }
}

export type Decision = {
  clientOrderId: string;
  decision: string;
  allowedQty: string;
  code?: string;
  seq: number;
};
