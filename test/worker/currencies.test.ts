/** An account of three currencies in workerd, an inverse contract among what it holds, evicted between any two calls. */
import { evictDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { systemClock } from "../../actors/runtime/clock.ts";
import { balancesReply } from "../../src/contracts/balances.ts";

const bindings = env as unknown as {
  readonly TEST_ROOT_KEY: string;
  readonly RISK_SHARD: DurableObjectNamespace;
};
const HEADERS = { authorization: `Bearer ${bindings.TEST_ROOT_KEY}`, "content-type": "application/json" };
const SHARE = "XCUR:SHARE";
const PERPETUAL = "XCUR:XBTUSD";
const EURUSD = "XCUR:EURUSD";
const BTCUSD = "XCUR:BTCUSD";
const PATH = "/v1/accounts/currencies";

type Json = Record<string, unknown>;

async function call(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const response = await SELF.fetch(`http://outcry.test${path}`, {
    method,
    headers: HEADERS,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

const evict = (): Promise<void> => evictDurableObject(bindings.RISK_SHARD.getByName("default/currencies"));

const trade = (symbol: string, price: string): Promise<unknown> =>
  call("POST", "/v1/ticks", {
    source: "test",
    ticks: [{ type: "trade", symbol, ts: systemClock.now(), price, size: "1" }],
  });

async function fill(execId: string, symbol: string, side: string, qty: string, price: string): Promise<void> {
  const report = { type: "fill", execId, clientOrderId: execId, symbol, side, qty, price, fee: "0.001" };
  const executions = [{ ...report, ts: systemClock.now() }];
  const { body } = await call("POST", `${PATH}/executions`, { executions });
  expect(body["results"]).toEqual([{ execId, status: "applied" }]);
}

async function balances(): Promise<Json> {
  const { status, body } = await call("GET", `${PATH}/balances`);
  expect([status, body]).toEqual([200, balancesReply.parse(body)]);
  return body;
}

const instrument = (symbol: string, changes: Json): Promise<unknown> =>
  call("PUT", `/v1/instruments/${symbol}`, {
    description: symbol,
    ...{ type: "equity", exchange: "XCUR", currency: "USD", tickSize: "0.01", lotSize: "1", multiplier: "1" },
    ...{ timezone: "Etc/UTC", session: "24x7", status: "active", ...changes },
  });

beforeAll(async () => {
  await instrument(SHARE, { currency: "EUR" });
  await instrument(PERPETUAL, { type: "future", currency: "BTC", contract: "inverse", tickSize: "0.5" });
  await instrument(EURUSD, { type: "fx", tickSize: "0.0001" });
  await instrument(BTCUSD, { type: "crypto" });
  await trade(SHARE, "100");
  await trade(PERPETUAL, "100000");
  await trade(EURUSD, "1.25");
  await trade(BTCUSD, "100000");
});

test("rates are followed, and equity is what it was after an eviction at any step", async () => {
  const account = { currency: "USD", equity: "10000", fx: { EUR: EURUSD, BTC: BTCUSD } };
  expect((await call("PUT", PATH, account)).body).toMatchObject({ equity: "10000", fx: account.fx });
  await evict();
  await fill("f1", SHARE, "buy", "8", "90");
  await evict();
  await fill("f2", PERPETUAL, "sell", "1000", "80000");
  await evict();
  await fill("f3", SHARE, "sell", "3", "95");
  await evict();
  // EUR: 3 × 5 realised, 5 × 10 not yet, 0.002 paid. BTC: sold for 0.0125, worth 0.01 by now, so 0.0025 lost; 0.001 paid.
  const expected = {
    ...{ realised: "18.75", unrealised: "-187.5", fees: "100.0025", total: "-268.7525" },
    ...{ startingEquity: "10000", equity: "9731.2475", unpriced: [] },
    ...{ marginInitial: "1625", buyingPower: "8106.2475", cash: "0" },
  };
  const shown = await balances();
  expect(shown).toMatchObject(expected);
  expect(shown["currencies"]).toMatchObject([
    { currency: "USD", fxRate: "1" },
    { currency: "BTC", unrealised: "-0.0025", fees: "0.001", fxRate: "100000", fxSymbol: BTCUSD },
    { currency: "EUR", realised: "15", unrealised: "50", fees: "0.002", fxRate: "1.25" },
  ]);
  await evict();
  expect(await balances()).toMatchObject(expected);
  await trade(EURUSD, "1.5");
  await expect.poll(async () => (await balances())["equity"], { timeout: 5_000 }).toBe("9747.497");
});
