/** What there must be before anybody trades: instruments, and accounts with limits that accept, reduce and reject. */
import type { ApiClient } from "../client.ts";

const INSTRUMENT = {
  ...{ type: "equity", exchange: "FAULT", currency: "USD", timezone: "UTC", session: "24x7" },
  ...{ status: "active", tickSize: "0.01", lotSize: "1", multiplier: "1" },
};
const LIMITS = [
  { id: "clip", kind: "max-order-qty", threshold: "50", action: "reject" },
  { id: "hold", kind: "max-position-qty", threshold: "400", action: "reduce" },
];

export async function prepareMarket(
  api: ApiClient,
  symbols: readonly string[],
  accounts: readonly string[],
): Promise<void> {
  for (const symbol of symbols)
    await api.put(`/v1/instruments/${symbol}`, { ...INSTRUMENT, description: symbol });
  for (const account of accounts) {
    await api.put(`/v1/accounts/${account}`, { currency: "USD", equity: "1000000" });
    await api.put(`/v1/accounts/${account}/limits`, { limits: LIMITS });
  }
}
