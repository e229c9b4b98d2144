/** What the risk shard counts of orders and executions stands in workerd as it was committed, with an eviction after each step. */
import { evictDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { systemClock } from "../../actors/runtime/clock.ts";

const bindings = env as unknown as {
  readonly TEST_ROOT_KEY: string;
  readonly RISK_SHARD: DurableObjectNamespace;
};
const HEADERS = { authorization: `Bearer ${bindings.TEST_ROOT_KEY}`, "content-type": "application/json" };
const SYMBOL = "BINANCE:FLOWUSDT";
const DAY_MS = 86_400_000;

type Json = Record<string, unknown>;

async function call(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const response = await SELF.fetch(`http://outcry.test${path}`, {
    method,
    headers: HEADERS,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

const evict = (account: string): Promise<void> =>
  evictDurableObject(bindings.RISK_SHARD.getByName(`default/${account}`));

async function open(account: string, limit: Json): Promise<void> {
  await call("PUT", `/v1/accounts/${account}`, { currency: "USDT", equity: "100000" });
  const limits = [{ id: "flow", action: "reject", ...limit }];
  expect((await call("PUT", `/v1/accounts/${account}/limits`, { limits })).status).toBe(200);
}

let ids = 0;
async function order(account: string, changes: Json = {}): Promise<Json> {
  const sent = {
    clientOrderId: `c${++ids}`,
    symbol: SYMBOL,
    side: "buy",
    type: "limit",
    qty: "1",
    price: "100",
    ...changes,
  };
  const { body } = await call("POST", `/v1/accounts/${account}/orders`, sent);
  await evict(account);
  return (body["decisions"] as Json[])[0]!;
}

beforeAll(async () => {
  const instrument = {
    description: "Flow",
    type: "crypto",
    exchange: "BINANCE",
    currency: "USDT",
    tickSize: "0.01",
    lotSize: "0.001",
    multiplier: "1",
    timezone: "Etc/UTC",
    session: "24x7",
    status: "active",
  };
  expect((await call("PUT", `/v1/instruments/${SYMBOL}`, instrument)).status).toBeLessThan(300);
  const trade = { type: "trade", symbol: SYMBOL, ts: systemClock.now(), price: "100", size: "1" };
  await call("POST", "/v1/ticks", { source: "test", ticks: [trade] });
});

test.each<[string, Json, Json]>([
  ["max-message-rate", { threshold: "2", windowMs: DAY_MS }, {}],
  ["max-daily-orders", { threshold: "2" }, {}],
  ["max-daily-trades", { threshold: "2" }, {}],
  ["max-daily-turnover", { threshold: "250" }, {}],
  ["duplicate-order", { threshold: String(DAY_MS) }, { qty: "7" }],
])("%s has counted what was accepted before the eviction", async (kind, limit, other) => {
  await open(kind, { kind, ...limit });
  expect(await order(kind)).toMatchObject({ decision: "accept" });
  if (kind === "duplicate-order") expect(await order(kind)).toMatchObject({ code: kind });
  expect(await order(kind, other)).toMatchObject({ decision: "accept" });
  expect(await order(kind, other)).toMatchObject({ decision: "reject", code: kind });
});

test("repeated-execution stays tripped until its release, which stands too", async () => {
  const account = "repeated-execution";
  await open(account, { kind: account, threshold: "2", windowMs: DAY_MS, scope: { kind: "account" } });
  const { clientOrderId } = await order(account, { qty: "5" });
  for (const execId of ["x1", "x2"]) {
    const fill = { type: "fill", execId, clientOrderId, qty: "1", price: "100", ts: systemClock.now() };
    await call("POST", `/v1/accounts/${account}/executions`, { executions: [fill] });
    await evict(account);
  }
  expect(await order(account)).toMatchObject({ decision: "reject", code: account });
  expect(await order(account, { side: "sell" })).toMatchObject({ decision: "accept", warnings: [account] });
  const { body } = await call("GET", `/v1/accounts/${account}/violations`);
  expect(body["items"]).toMatchObject([{ code: account, limitId: "flow", observed: "2" }]);
  const said = { reason: "looked at", by: "root" };
  expect(await call("POST", `/v1/accounts/${account}/limits/flow/release`, said)).toMatchObject({
    status: 200,
  });
  await evict(account);
  expect(await order(account)).toMatchObject({ decision: "accept" });
});
