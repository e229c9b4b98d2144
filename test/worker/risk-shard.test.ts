/** The real class in workerd, behind its binding: orders through the Worker's front door, with evictions in between. */
import { evictDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import type { RiskShardApi } from "../../actors/risk-shard/messages.ts";
import { systemClock } from "../../actors/runtime/clock.ts";

const bindings = env as unknown as {
  readonly TEST_ROOT_KEY: string;
  readonly RISK_SHARD: DurableObjectNamespace;
};
const HEADERS = { authorization: `Bearer ${bindings.TEST_ROOT_KEY}`, "content-type": "application/json" };
const SYMBOL = "BINANCE:RISKUSDT";

type Json = Record<string, unknown>;
type Decision = { clientOrderId: string; decision: string; code?: string; seq: number; allowedQty: string };

async function call(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const response = await SELF.fetch(`http://outcry.test${path}`, {
    method,
    headers: HEADERS,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

const instrument = {
  description: "Risk",
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

const limit = (clientOrderId: string, qty: string): Json => ({
  clientOrderId,
  symbol: SYMBOL,
  side: "buy",
  type: "limit",
  qty,
  price: "100",
});

async function order(account: string, sent: Json): Promise<Decision> {
  const { status, body } = await call("POST", `/v1/accounts/${account}/orders`, sent);
  expect([status, body]).toMatchObject([200, { decisions: [{}] }]);
  return (body["decisions"] as Decision[])[0]!;
}

const evict = (account: string): Promise<void> =>
  evictDurableObject(bindings.RISK_SHARD.getByName(`default/${account}`));

async function open(account: string): Promise<void> {
  const path = `/v1/accounts/${account}`;
  expect((await call("PUT", path, { currency: "USDT", equity: "100000" })).status).toBe(200);
  const limits = [{ id: "gross", kind: "max-gross-exposure", threshold: "1000", action: "reduce" }];
  expect(await call("PUT", `${path}/limits`, { limits })).toMatchObject({
    status: 200,
    body: { version: 1 },
  });
}

const quote = (price: string): Promise<unknown> =>
  call("POST", "/v1/ticks", {
    source: "test",
    ticks: [{ type: "trade", symbol: SYMBOL, ts: systemClock.now(), price, size: "1" }],
  });

beforeAll(async () => {
  expect((await call("PUT", `/v1/instruments/${SYMBOL}`, instrument)).status).toBeLessThan(300);
  await quote("100");
});

describe("a risk shard in workerd", () => {
  test("meets a symbol before its first order, reserves, and refuses what is above the limit", async () => {
    await open("first");
    expect(await order("first", limit("a", "6"))).toMatchObject({ decision: "accept", allowedQty: "6" });
    expect(await order("first", limit("b", "6"))).toMatchObject({ decision: "reduce", allowedQty: "4" });
    expect(await order("first", limit("c", "1"))).toMatchObject({
      decision: "reject",
      code: "max-gross-exposure",
    });
  });

  test("I1, I2: after an eviction at any step it has what it acknowledged, and a repeat gets the first decision", async () => {
    await open("kept");
    const first = await order("kept", limit("a", "6"));
    await evict("kept");
    expect(await order("kept", limit("a", "6"))).toEqual(first);
    await evict("kept");
    expect(await order("kept", limit("b", "6"))).toMatchObject({ decision: "reduce", allowedQty: "4" });
    await evict("kept");
    const fill = {
      type: "fill",
      execId: "x1",
      clientOrderId: "a",
      qty: "6",
      price: "99",
      ts: systemClock.now(),
    };
    const report = { executions: [fill] };
    const booked = await call("POST", "/v1/accounts/kept/executions", report);
    expect(booked).toMatchObject({ status: 200, body: { results: [{ execId: "x1", status: "applied" }] } });
    await evict("kept");
    const again = await call("POST", "/v1/accounts/kept/executions", report);
    expect(again.body["results"]).toEqual([{ execId: "x1", status: "duplicate" }]);
    const positions = await call("GET", "/v1/accounts/kept/positions");
    expect(positions.body["items"]).toMatchObject([{ symbol: SYMBOL, qty: "6", avgPrice: "99" }]);
    expect((await call("GET", "/v1/accounts/kept/orders?status=working")).body).toMatchObject({ total: 1 });
  });

  test("R7: an eviction between a fill and its bust, cash and a correction changes nothing of what they do", async () => {
    await open("busted");
    const path = "/v1/accounts/busted";
    const booked = async (report: Json) => {
      const { body } = await call("POST", `${path}/executions`, {
        executions: [{ ts: systemClock.now(), ...report }],
      });
      return (body["results"] as Json[])[0];
    };
    const position = async () => ((await call("GET", `${path}/positions`)).body["items"] as Json[])[0];
    await order("busted", limit("a", "6"));
    const fill = { type: "fill", clientOrderId: "a", price: "99", fee: "0.1" };
    await booked({ ...fill, execId: "x1", qty: "2" });
    await booked({ ...fill, execId: "x2", qty: "1" });
    await evict("busted");
    const about = { clientOrderId: "a", refExecId: "x1" };
    expect(await booked({ type: "bust", execId: "b1", ...about })).toEqual({
      execId: "b1",
      status: "applied",
    });
    await evict("busted");
    expect(await booked({ type: "bust", execId: "b2", ...about })).toMatchObject({ code: "already-busted" });
    expect(
      await booked({ type: "correct", execId: "r1", clientOrderId: "a", refExecId: "x2", price: "98" }),
    ).toMatchObject({
      status: "applied",
    });
    const funding = {
      id: "f1",
      type: "funding",
      currency: "USDT",
      amount: "-0.5",
      symbol: SYMBOL,
      ts: systemClock.now(),
    };
    const cash = {
      movements: [funding, { ...funding, id: "d1", type: "deposit", amount: "10", symbol: undefined }],
    };
    expect((await call("POST", `${path}/cash`, cash)).body["results"]).toMatchObject([
      { id: "f1", status: "applied" },
      { id: "d1", status: "applied" },
    ]);
    await evict("busted");
    expect((await call("POST", `${path}/cash`, cash)).body["results"]).toMatchObject([
      { status: "duplicate" },
      { status: "duplicate" },
    ]);
    expect(await position()).toMatchObject({ qty: "1", avgPrice: "98", fees: "0.1", funding: "-0.5" });
    const orders = await call("GET", `${path}/orders?status=working`);
    expect(orders.body["items"]).toMatchObject([{ clientOrderId: "a", filledQty: "1", remainingQty: "5" }]);
  });

  test("a split that its symbol has recorded is applied through the front door, once", async () => {
    await open("split");
    const path = "/v1/accounts/split";
    await order("split", limit("a", "6"));
    const fill = {
      type: "fill",
      execId: "x1",
      clientOrderId: "a",
      qty: "2",
      price: "100",
      ts: 1_600_000_000_000,
    };
    await call("POST", `${path}/executions`, { executions: [fill] });
    const split = { type: "split", id: "two", exDate: "2023-01-02", from: "1", to: "2" };
    expect((await call("POST", `/v1/symbols/${SYMBOL}/actions`, split)).status).toBe(201);
    await evict("split");
    const asked = { symbol: SYMBOL, id: "two", by: "root" };
    const apply = () => call("POST", `${path}/corporate-actions`, asked);
    expect(await apply()).toMatchObject({
      status: 200,
      body: { outcome: "applied", positions: 1, orders: 0 },
    });
    await evict("split");
    expect(await apply()).toMatchObject({ status: 200, body: { outcome: "unchanged" } });
    const { body } = await call("GET", `${path}/positions`);
    expect(body["items"]).toMatchObject([{ qty: "4", avgPrice: "50" }]);
  });

  test("hears a new price from its hub", async () => {
    await open("hearing");
    await order("hearing", limit("a", "1"));
    const before = await call("GET", "/v1/accounts/hearing/exposures");
    await quote("120");
    await expect
      .poll(async () => (await call("GET", "/v1/accounts/hearing/exposures")).body["gross"], {
        timeout: 5_000,
      })
      .not.toBe(before.body["gross"]);
    await quote("100");
  });

  test("a hundred orders at once are decided in one sequence: the limit holds to the lot", async () => {
    await open("crowd");
    await order("crowd", limit("first", "0.001"));
    const sent = Array.from({ length: 100 }, (_, index) => order("crowd", limit(`o${index}`, "0.5")));
    const decided = await Promise.all(sent);
    const allowed = decided.reduce((sum, { allowedQty }) => sum + Number(allowedQty), 0.001);
    expect(allowed).toBeCloseTo(10, 9);
    expect(new Set(decided.map(({ seq }) => seq)).size).toBe(100);
  });

  test("an order for an account that nobody put is a decision, and makes no actor", async () => {
    expect(await order("nowhere", limit("a", "1"))).toMatchObject({
      decision: "reject",
      code: "account-unknown",
    });
  });

  test("an order in an unknown symbol is rejected, and makes no actor of the symbol", async () => {
    await open("lost");
    const sent = { ...limit("a", "1"), symbol: "BINANCE:NOWHERE" };
    expect(await order("lost", sent)).toMatchObject({ decision: "reject", code: "instrument-unknown" });
  });

  test("its methods are those that the others may call", async () => {
    const shard = bindings.RISK_SHARD.getByName("default/first") as unknown as RiskShardApi;
    const deadline = (systemClock.now() + 1_000) as never;
    const principal = { tenant: "default", subject: "root" };
    const reply = await shard.inspect({ v: 1, requestId: "r", traceparent: "", deadline, principal });
    expect(reply).toMatchObject({ ok: true, value: { status: { fenced: false } } });
  });
});
