/** Sums by class, group and factor in workerd: made anew after each eviction, from what is on disk and the prices that symbols tell. */
import { evictDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { systemClock } from "../../actors/runtime/clock.ts";

const bindings = env as unknown as {
  readonly TEST_ROOT_KEY: string;
  readonly RISK_SHARD: DurableObjectNamespace;
};
const HEADERS = { authorization: `Bearer ${bindings.TEST_ROOT_KEY}`, "content-type": "application/json" };
const ACCOUNT = "/v1/accounts/summed";
const LAYER = "BINANCE:SUMLUSDT";
const COIN = "BINANCE:SUMCUSDT";

type Json = Record<string, unknown>;

async function call(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const response = await SELF.fetch(`http://outcry.test${path}`, {
    method,
    headers: HEADERS,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

/** Told to an account that remembers nothing. */
async function order(clientOrderId: string, symbol: string, side: string, qty: string): Promise<Json> {
  await evictDurableObject(bindings.RISK_SHARD.getByName("default/summed"));
  const sent = { clientOrderId, symbol, side, type: "limit", qty, price: "100" };
  const { status, body } = await call("POST", `${ACCOUNT}/orders`, sent);
  expect([status, body]).toMatchObject([200, { decisions: [{}] }]);
  return (body["decisions"] as Json[])[0]!;
}

beforeAll(async () => {
  const instrument = {
    ...{ description: "Sums", type: "crypto", exchange: "BINANCE", currency: "USDT", sector: "chains" },
    ...{
      tickSize: "0.01",
      lotSize: "1",
      multiplier: "1",
      timezone: "Etc/UTC",
      session: "24x7",
      status: "active",
    },
  };
  for (const [symbol, beta] of [
    [LAYER, "2"],
    [COIN, "0.5"],
  ] as const) {
    const put = await call("PUT", `/v1/instruments/${symbol}`, { ...instrument, factors: { beta } });
    expect(put.status).toBeLessThan(300);
    const trade = { type: "trade", symbol, ts: systemClock.now(), price: "100", size: "1" };
    await call("POST", "/v1/ticks", { source: "test", ticks: [trade] });
  }
  await call("PUT", ACCOUNT, { currency: "USDT", equity: "100000" });
  const limits = [
    {
      id: "sector",
      kind: "max-gross-exposure",
      threshold: "3000",
      scope: { kind: "sector" },
      action: "reduce",
    },
    {
      id: "pair",
      kind: "max-long-notional",
      threshold: "9000",
      scope: { kind: "group", id: "pair" },
      symbols: [LAYER, COIN],
      action: "reject",
    },
    { id: "beta", kind: "max-beta-exposure", threshold: "5", action: "reject" },
    { id: "top", kind: "max-top-weight", n: 1, threshold: "100", action: "reject" },
  ];
  expect((await call("PUT", `${ACCOUNT}/limits`, { limits })).status).toBe(200);
});

test("R7: each eviction finds the sums again that decided before it", async () => {
  expect(await order("a", LAYER, "buy", "10")).toMatchObject({ decision: "accept" });
  const ts = systemClock.now();
  const fill = { type: "fill", execId: "x1", clientOrderId: "a", qty: "10", price: "100", ts };
  await call("POST", `${ACCOUNT}/executions`, { executions: [fill] });
  expect(await order("b", COIN, "sell", "15")).toMatchObject({ decision: "accept", allowedQty: "15" });
  const cut = await order("c", COIN, "sell", "40");
  expect(cut).toMatchObject({ decision: "reduce", allowedQty: "5", code: "max-gross-exposure" });
  const found = (cut["checks"] as Json[]).filter(({ code }) => String(code).startsWith("max-"));
  expect(found.map(({ code, observed, projected }) => [code, observed, projected])).toEqual([
    ["max-long-notional", "1000", "1000"],
    ["max-gross-exposure", "2500", "6500"],
    ["max-top-weight", "60", "84.615385"],
    ["max-beta-exposure", "2", "2"],
  ]);
  const { decision, checks } = await order("d", LAYER, "buy", "20");
  const beta = (checks as Json[]).find(({ code }) => code === "max-beta-exposure");
  expect([decision, beta]).toMatchObject(["reject", { verdict: "fail", observed: "2", projected: "6" }]);
  expect(await order("e", LAYER, "sell", "10")).toMatchObject({ decision: "accept" });
});
