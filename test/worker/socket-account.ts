/** An account in a market of one stock, for tests of its socket. */
import { expect } from "vitest";
import { call, type Json } from "./socket-client.ts";

export const SYMBOL = "XNAS:STREAM";
const LIMITS = [
  { id: "size", kind: "max-order-qty", threshold: "100", action: "reject" },
  { id: "held", kind: "max-position-qty", threshold: "250", action: "reduce" },
  { id: "gross", kind: "max-gross-exposure", threshold: "1000000", action: "reject" },
];
export const order = (clientOrderId: string, changes: Json = {}): Json => ({
  clientOrderId,
  symbol: SYMBOL,
  side: "buy",
  type: "limit",
  qty: "60",
  price: "100",
  ...changes,
});
export const frame = (id: string, ...orders: Json[]): Json => ({ op: "order", id, orders });
export const streamOf = (account: string) => `/v1/accounts/${account}/stream`;

/** Fields of a contract that may not fail, by HTTP. */
export async function openAccount(account: string): Promise<void> {
  await call("PUT", `/v1/accounts/${account}`, { currency: "USD", equity: "1000000" });
  const put = await call("PUT", `/v1/accounts/${account}/limits`, { limits: LIMITS });
  expect(put.status).toBe(200);
}

export async function openMarket(): Promise<void> {
  const instrument = {
    description: "Stream",
    type: "equity",
    exchange: "XNAS",
    currency: "USD",
    tickSize: "0.01",
    lotSize: "1",
    multiplier: "1",
    timezone: "America/New_York",
    session: "24x7",
    status: "active",
  };
  expect((await call("PUT", `/v1/instruments/${SYMBOL}`, instrument)).status).toBe(200);
  const trade = { type: "trade", symbol: SYMBOL, ts: Date.now(), price: "100", size: "1", id: "t1" };
  await call("POST", "/v1/ticks", { source: "test", ticks: [trade] });
}

/** The same whatever the account is called and whenever it happened: a price's age is told in the numbers of its check. */
export const timeless = (account: string, value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(account, "ACCOUNT")
      .replaceAll(/\b1\d{12}\b/g, "0"),
    (_key, inner: unknown) =>
      typeof inner === "object" && inner !== null && "code" in inner && inner.code === "price-stale"
        ? { ...inner, observed: "", projected: "", headroom: "", utilisation: "" }
        : inner,
  );
