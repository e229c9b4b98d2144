/** A firm with a desk and accounts below both, and what is ordered there while somebody looks. */
import type { ApiClient } from "../client.ts";
import { SHARE_SYMBOL } from "./fund.ts";

export const FIRM = "acme";
export const DESK = "rates";
/** The first is at the desk, the other at the firm. */
export const HOUSE_ACCOUNTS = ["govies", "prop"] as const;

/** Of the firm: gross and long exposure together, so that there is a choice. */
const LIMITS = [
  { id: "gross", kind: "max-gross-exposure", threshold: "50000" },
  { id: "long", kind: "max-long-notional", threshold: "40000" },
];
const OWN = [{ id: "age", kind: "max-price-age", threshold: "3600000", action: "reject" }];

export class House {
  readonly #api: ApiClient;
  readonly #by: string;
  #sent = 0;

  constructor(api: ApiClient, apiKey: string) {
    this.#api = api;
    // A key is named by its middle: `ok_<id>_<secret>`.
    this.#by = apiKey.split("_")[1] ?? "";
  }

  /** The share must have a price already. */
  async prepare(): Promise<void> {
    await this.#api.put(`/v1/firms/${FIRM}`, { currency: "USD", reserve: "10" });
    await this.#api.put(`/v1/firms/${FIRM}/limits`, { limits: LIMITS });
    await this.#api.put(`/v1/desks/${DESK}`, { currency: "USD", parent: FIRM });
    for (const [place, account] of HOUSE_ACCOUNTS.entries()) {
      const parent = place === 0 ? DESK : FIRM;
      await this.#api.put(`/v1/accounts/${account}`, { currency: "USD", equity: "100000", parent });
      await this.#api.put(`/v1/accounts/${account}/limits`, { limits: OWN });
    }
  }

  /** What came of it. */
  async order(account: string, qty: string): Promise<string> {
    const { decisions } = await this.#api.post<{ decisions: { decision: string; code?: string }[] }>(
      `/v1/accounts/${account}/orders`,
      {
        ...{ clientOrderId: `house-${++this.#sent}`, symbol: SHARE_SYMBOL, side: "buy", type: "limit" },
        ...{ qty, price: "10" },
      },
    );
    return decisions[0]?.code ?? decisions[0]?.decision ?? "";
  }

  state(state: string, reason: string): Promise<unknown> {
    return this.#api.post(`/v1/firms/${FIRM}/state`, { state, reason, by: this.#by });
  }

  get<Body>(path: string): Promise<Body> {
    return this.#api.get<Body>(path);
  }
}
