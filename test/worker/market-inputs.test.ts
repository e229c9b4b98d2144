/** What decisions go by, in workerd: after an eviction nothing is known, the symbol tells it again, and what nobody can tell fails closed. */
import { evictDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../actors/runtime/clock.ts";

const bindings = env as unknown as {
  readonly TEST_ROOT_KEY: string;
  readonly RISK_SHARD: DurableObjectNamespace;
  readonly SYMBOL: DurableObjectNamespace;
};
const HEADERS = { authorization: `Bearer ${bindings.TEST_ROOT_KEY}`, "content-type": "application/json" };
const SYMBOL = "BINANCE:INPUTUSDT";
/** Traded yesterday at 90, today at 100. */
const CLOSED = "BINANCE:CLOSEDUSDT";
const DAY_MS = 86_400_000;
const ACCOUNT = "/v1/accounts/inputs";

type Json = Record<string, unknown>;
type Check = { code: string; verdict: string; projected: string | null; reason?: string };
type Decision = { decision: string; code?: string; warnings: string[]; checks: Check[] };

async function call(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await SELF.fetch(`http://outcry.test${path}`, { method, headers: HEADERS, ...sent });
  return { status: response.status, body: (await response.json()) as Json };
}

let ids = 0;
async function check(changes: Json = {}): Promise<Decision> {
  ids += 1;
  const order = {
    clientOrderId: `o${ids}`,
    symbol: SYMBOL,
    side: "buy",
    type: "limit",
    qty: "1",
    price: "100",
  };
  const { status, body } = await call("POST", `${ACCOUNT}/checks`, { orders: [{ ...order, ...changes }] });
  expect([status, body]).toMatchObject([200, { decisions: [{}] }]);
  return (body["decisions"] as Decision[])[0]!;
}
const of = ({ checks }: Decision, kind: string): Check | undefined =>
  checks.find(({ code }) => code === kind);

const trade = (price: string, symbol = SYMBOL, ageMs = 0): Promise<unknown> => {
  const ticks = [{ type: "trade", symbol, ts: systemClock.now() - ageMs, price, size: "1" }];
  return call("POST", "/v1/ticks", { source: "test", ticks });
};
async function inputs(symbol = SYMBOL): Promise<Json> {
  const { status, body } = await call("GET", `${ACCOUNT}/inputs?symbol=${symbol}`);
  expect(status).toBe(200);
  return (body["items"] as Json[])[0]!;
}
const evict = (): Promise<void> => evictDurableObject(bindings.RISK_SHARD.getByName("default/inputs"));
const limits = (...list: Json[]) =>
  call("PUT", `${ACCOUNT}/limits`, {
    limits: list.map((limit, at) => ({ id: `l${at}`, action: "reject", ...limit })),
  });

const COLLAR = { kind: "price-collar-period", threshold: "100", windowMs: 60_000 };
const VOLUME = { kind: "max-adv-participation", threshold: "10" };

beforeAll(async () => {
  const instrument = {
    ...{ description: "Inputs", type: "crypto", exchange: "BINANCE", currency: "USDT", tickSize: "0.01" },
    ...{ lotSize: "0.001", multiplier: "1", timezone: "Etc/UTC", session: "24x7", status: "active" },
  };
  for (const symbol of [SYMBOL, CLOSED])
    expect((await call("PUT", `/v1/instruments/${symbol}`, instrument)).status).toBeLessThan(300);
  await trade("90", CLOSED, DAY_MS);
  await trade("100", CLOSED);
  expect((await call("PUT", ACCOUNT, { currency: "USDT", equity: "100000" })).status).toBe(200);
  await trade("100");
  await trade("102");
  await trade("100");
});

describe("after an eviction", () => {
  test("a window of marks is what the symbol has traded, also of before the shard was there", async () => {
    expect((await limits(COLLAR)).status).toBe(200);
    expect(of(await check({ side: "sell" }), COLLAR.kind)).toMatchObject({
      projected: "196.078432",
      verdict: "fail",
    });
    await evict();
    expect(await inputs()).toMatchObject({ status: "missing", priceAgeMs: null });
    expect(of(await check({ side: "sell" }), COLLAR.kind)).toMatchObject({
      projected: "196.078432",
      verdict: "fail",
    });
    expect(await inputs()).toMatchObject({
      status: "fresh",
      windows: [{ windowMs: 60_000, low: "100", high: "102" }],
    });
  });

  test("a window is known also where the symbol was evicted", async () => {
    await evict();
    await evictDurableObject(bindings.SYMBOL.getByName(SYMBOL));
    expect(of(await check({ side: "sell" }), COLLAR.kind)).toMatchObject({ projected: "196.078432" });
  });

  test("what no symbol can tell fails closed with its reason, and what closes goes through", async () => {
    expect((await limits(VOLUME)).status).toBe(200);
    const ts = systemClock.now();
    const fill = { type: "fill", execId: "x1", clientOrderId: "voice", symbol: SYMBOL, side: "buy" };
    const executions = [{ ...fill, qty: "5", price: "100", ts }];
    expect((await call("POST", `${ACCOUNT}/executions`, { executions })).status).toBe(200);
    await evict();
    const opening = await check();
    expect(opening).toMatchObject({ decision: "reject", code: VOLUME.kind });
    expect(of(opening, VOLUME.kind)).toMatchObject({ verdict: "fail", reason: "liquidity-missing" });
    expect(await check({ side: "sell", qty: "5.001" })).toMatchObject({ code: VOLUME.kind });
    expect(await check({ side: "sell", qty: "5" })).toMatchObject({
      decision: "accept",
      warnings: [VOLUME.kind],
    });
    expect(await inputs()).toMatchObject({ liquidityVersion: null, liquidityStatus: "missing" });
  });
});

test("the close before the day is known after evictions of both, and is what a collar compares with", async () => {
  expect((await limits({ kind: "price-collar", threshold: "500", reference: "close" })).status).toBe(200);
  for (const isEvicted of [false, true]) {
    if (isEvicted) {
      await evict();
      await evictDurableObject(bindings.SYMBOL.getByName(CLOSED));
    }
    const near = await check({ symbol: CLOSED, price: "94.5" });
    expect(of(near, "price-collar")).toMatchObject({ verdict: "pass", projected: "500" });
    expect(await check({ symbol: CLOSED, price: "94.51" })).toMatchObject({
      decision: "reject",
      code: "price-collar",
    });
    expect(await inputs(CLOSED)).toMatchObject({ previousClose: { price: "90" } });
  }
});

test("inputs of another tenant's account, or of none, are not there", async () => {
  expect((await call("GET", "/v1/accounts/nobody/inputs")).status).toBe(404);
});
