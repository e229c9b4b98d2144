/** What a book may lose, in workerd: bars come from the symbols' own trades, through their hub as they close, and once more after an eviction. */
import { evictDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { systemClock } from "../../actors/runtime/clock.ts";
import type { RiskReply } from "../../src/contracts/risk.ts";
import { columnsOf, dot, matrixOf, times } from "../quant/covariance/oracle.ts";

const bindings = env as unknown as {
  readonly TEST_ROOT_KEY: string;
  readonly RISK_SHARD: DurableObjectNamespace;
};
const HEADERS = { authorization: `Bearer ${bindings.TEST_ROOT_KEY}`, "content-type": "application/json" };
const [LEFT, RIGHT] = ["BINANCE:VARLEFT", "BINANCE:VARRIGHT"] as const;
const ACCOUNT = "/v1/accounts/numbers";
const MINUTE = 60_000;
/** Whole minutes, up to an hour ago. */
const SINCE = Math.floor(systemClock.now() / MINUTE) - 60;

type Json = Record<string, unknown>;
type Check = {
  code: string;
  verdict: string;
  observed: string | null;
  projected: string | null;
  reason?: string;
};

async function call(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await SELF.fetch(`http://outcry.test${path}`, { method, headers: HEADERS, ...sent });
  return { status: response.status, body: (await response.json()) as Json };
}

const priceOf = (symbol: string, minute: number): number =>
  symbol === LEFT
    ? Math.round(10_000 + 100 * Math.sin(minute)) / 100
    : Math.round(5_000 + 80 * Math.sin(minute) + 30 * Math.cos(2.5 * minute)) / 100;

async function tradeUntil(from: number, to: number): Promise<void> {
  for (const symbol of [LEFT, RIGHT]) {
    const ticks = Array.from({ length: to - from }, (_, index) => ({
      ...{ type: "trade", symbol, ts: (SINCE + from + index) * MINUTE + 5_000, size: "1" },
      price: String(priceOf(symbol, from + index)),
    }));
    const { body } = await call("POST", "/v1/ticks", { source: "test", ticks });
    expect(body).toMatchObject({ accepted: ticks.length });
  }
}
async function risk(): Promise<RiskReply> {
  const { status, body } = await call("GET", `${ACCOUNT}/risk?confidence=0.95&horizonDays=2`);
  expect(status).toBe(200);
  return body as unknown as RiskReply;
}
let ids = 0;
async function check(symbol: string, qty: string): Promise<Check> {
  ids += 1;
  const order = {
    clientOrderId: `n${ids}`,
    symbol,
    side: "buy",
    type: "limit",
    qty,
    price: symbol === LEFT ? "100" : "50",
  };
  const { body } = await call("POST", `${ACCOUNT}/checks`, { orders: [order] });
  const [decision] = body["decisions"] as { checks: Check[] }[];
  return decision!.checks.find(({ code }) => code === "max-var")!;
}
const evict = () => evictDurableObject(bindings.RISK_SHARD.getByName("default/numbers"));

/** Of a minute of the book, from the trades that were sent and the slots that are told. */
function exactSigma({ components, coverage }: RiskReply): number {
  const slots = Array.from(
    { length: coverage.to! - coverage.from! + 1 },
    (_, index) => coverage.from! + index,
  );
  const returns = new Map(
    [LEFT, RIGHT].map((symbol) => [
      symbol,
      new Map(
        slots.map((slot) => [
          slot,
          Math.round((priceOf(symbol, slot - SINCE) / priceOf(symbol, slot - SINCE - 1) - 1) * 1e9) / 1e9,
        ]),
      ),
    ]),
  );
  const weights = [LEFT, RIGHT].map((symbol) =>
    Number(components.find((one) => one.symbol === symbol)?.value ?? 0),
  );
  return Math.sqrt(
    dot(weights, times(matrixOf(returns, [LEFT, RIGHT], 0.94, columnsOf(returns, 250)), weights)),
  );
}

beforeAll(async () => {
  for (const symbol of [LEFT, RIGHT]) {
    const instrument = {
      ...{ description: "Var", type: "crypto", exchange: "BINANCE", currency: "USDT", tickSize: "0.01" },
      ...{ lotSize: "0.001", multiplier: "1", timezone: "Etc/UTC", session: "24x7", status: "active" },
    };
    expect((await call("PUT", `/v1/instruments/${symbol}`, instrument)).status).toBeLessThan(300);
  }
  await tradeUntil(0, 12);
  const riskModel = { resolution: "1", minObservations: 20 };
  expect((await call("PUT", ACCOUNT, { currency: "USDT", equity: "100000", riskModel })).status).toBe(200);
  const limits = [
    { id: "var", kind: "max-var", threshold: "100000", action: "reject", confidence: "0.95", horizonDays: 2 },
  ];
  expect((await call("PUT", `${ACCOUNT}/limits`, { limits })).status).toBe(200);
});

test("too few bars fail and say so; those that close come through the hub, and the numbers are those of the trades", async () => {
  expect(await check(LEFT, "10")).toMatchObject({ verdict: "fail", reason: "returns-missing" });
  const executions = [LEFT, RIGHT].map((symbol) => ({
    ...{
      type: "fill",
      execId: `x-${symbol.slice(8)}`,
      clientOrderId: `v-${symbol.slice(8)}`,
      symbol,
      side: symbol === LEFT ? "buy" : "sell",
    },
    ...{ qty: "30", price: "50", ts: systemClock.now() },
  }));
  expect((await call("POST", `${ACCOUNT}/executions`, { executions })).status).toBe(200);
  await risk();
  await tradeUntil(12, 15);
  await tradeUntil(15, 40);
  const told = await vi.waitFor(
    async () => {
      const found = await risk();
      expect(found.coverage).toMatchObject({ missing: [], resolution: "1", barsPerDay: 1_440 });
      // The newest minute goes with the next price.
      expect(found.coverage.to).toBeGreaterThanOrEqual(SINCE + 38);
      return found;
    },
    { timeout: 8_000, interval: 100 },
  );
  const exact = exactSigma(told);
  expect(told.sigma! / (exact * Math.sqrt(1_440))).toBeCloseTo(1, 9);
  expect(told.parametric.var! / (1.6448536269514722 * exact * Math.sqrt(2_880))).toBeCloseTo(1, 9);
  const { observed, verdict } = await check(LEFT, "10");
  expect([verdict, Number(observed) / told.parametric.var!]).toEqual(["pass", expect.closeTo(1, 7)]);
});

test("after an eviction the symbols tell them again, and the decision is the same", async () => {
  const before = await check(RIGHT, "5");
  await evict();
  const after = await check(RIGHT, "5");
  expect(Number(after.projected) / Number(before.projected)).toBeCloseTo(1, 9);
  expect(after.verdict).toBe(before.verdict);
});
