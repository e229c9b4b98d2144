/** A strategy inside workerd, through the front door, over real symbols, hubs and accounts, some of which are evicted on the way. */
import { evictDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { priceHubOf } from "../../actors/price-hub/address.ts";
import {
  type M2mCandleObject,
  m2mCandle,
  strategyObject,
  strategyPnl,
  strategyPositions,
} from "../../src/contracts/strategies.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Env } from "../../src/env.ts";
import { m2mByBruteForce, type OracleChange, type OracleFill } from "../support/m2m-oracle.ts";

const { TEST_ROOT_KEY, STRATEGY, PRICE_HUB } = env as unknown as Env & { TEST_ROOT_KEY: string };
const A = "BINANCE:AAA";
const B = "BINANCE:BBB";
const MINUTE = 60_000;
const HUBS = new Set([A, B].map((symbol) => priceHubOf(symbol as Symbol)));
/** A full minute, long enough ago that nothing lies in the future. */
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 30 * MINUTE;
let key = TEST_ROOT_KEY;

type Json = Record<string, unknown>;
async function call(method: string, path: string, json?: unknown) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await SELF.fetch(`http://outcry.test${path}`, {
    method,
    headers,
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Json };
}

const object = (id: string) => STRATEGY.getByName(`acme/${id}`);

async function candlesOf(id: string): Promise<M2mCandleObject[]> {
  const { status, body } = await call("GET", `/v1/strategies/${id}/m2m?resolution=1`);
  expect(status).toBe(200);
  return (body["candles"] as unknown[]).map((candle) => m2mCandle.parse(candle));
}

/** Waits until hubs have told: their pace is 200 ms. */
async function candlesOnce(
  id: string,
  told: (candles: readonly M2mCandleObject[]) => boolean,
): Promise<M2mCandleObject[]> {
  for (;;) {
    const candles = await candlesOf(id);
    if (told(candles)) return candles;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ticks = async (all: readonly OracleChange[]) => {
  const sent = all.map(({ symbol, ts, price }, index) => ({
    type: "trade",
    symbol,
    ts,
    price,
    size: "1",
    id: `${symbol.replace(":", "-")}-${ts}-${index}`,
  }));
  const { body } = await call("POST", "/v1/ticks", { source: "test", ticks: sent });
  expect(body).toMatchObject({ accepted: all.length, rejected: [] });
};
const tickCount = (candles: readonly M2mCandleObject[]) =>
  candles.reduce((sum, candle) => sum + candle.tickCount, 0);

beforeAll(async () => {
  const scopes = [
    "market:read",
    "market:write",
    "risk:read",
    "risk:trade",
    "risk:admin",
    "strategy:read",
    "strategy:write",
  ];
  const made = await call("POST", "/v1/keys", { tenant: "acme", scopes });
  key = String(made.body["key"]);
  const instrument = {
    description: "A coin",
    type: "crypto",
    exchange: "BINANCE",
    currency: "USDT",
    tickSize: "0.01",
    lotSize: "1",
    multiplier: "1",
    timezone: "Etc/UTC",
    session: "24x7",
    status: "active",
  };
  for (const symbol of [A, B])
    expect((await call("PUT", `/v1/instruments/${symbol}`, instrument)).status).toBe(200);
  expect((await call("PUT", "/v1/accounts/main", { currency: "USDT", equity: "1000000" })).status).toBe(200);
  const age = { id: "age", kind: "max-price-age", threshold: "86400000", action: "reject" };
  expect((await call("PUT", "/v1/accounts/main/limits", { limits: [age] })).status).toBe(200);
});

describe("through the front door", () => {
  const changes: OracleChange[] = [];
  const fills: OracleFill[] = [
    { symbol: A, side: "buy", qty: "10", price: "100", fee: "0", ts: T0, opening: true },
  ];
  const legs = [
    { symbol: A, multiplier: "1", startPrice: { price: "99.5", ts: T0 - 5_000 } },
    { symbol: B, multiplier: "1" },
  ];
  let id = "";

  beforeAll(async () => {
    await ticks([{ symbol: A, ts: T0 - 5_000, price: "99.5" }]);
    const body = {
      name: "Carry",
      account: "main",
      instruments: [{ symbol: A, qty: "10", avgPrice: "100" }, { symbol: B }],
      tags: ["pair"],
    };
    const opened = await call("POST", "/v1/strategies", body);
    expect(opened.status).toBe(201);
    id = String(opened.body["id"]);
    for (let minute = 0; minute < 6; minute++) await tradeAMinute(minute);
  });

  async function tradeAMinute(minute: number): Promise<void> {
    const at = T0 + minute * MINUTE;
    const fresh = [
      { symbol: A, ts: at + 1_000, price: `${100 + minute}.25` },
      { symbol: B, ts: at + 2_000, price: `${50 - minute}.5` },
      { symbol: A, ts: at + 3_000, price: `${101 + minute}` },
      { symbol: B, ts: at + 30_000, price: `${51 - minute}` },
    ];
    await ticks(fresh);
    changes.push(...fresh);
    await candlesOnce(id, (candles) => tickCount(candles) === changes.length);
    const symbol = minute % 2 === 0 ? B : A;
    const side = minute < 3 ? "sell" : "buy";
    const fill: OracleFill = {
      symbol,
      side,
      qty: `${3 + minute}`,
      price: "75.5",
      fee: "0.1",
      ts: at + 10_000,
    };
    await book(id, `o${minute}`, fill);
    fills.push(fill);
    if (minute % 2 === 0) await evictDurableObject(object(id));
    if (minute === 3) await Promise.all([...HUBS].map((hub) => evictDurableObject(PRICE_HUB.getByName(hub))));
    await candlesOnce(id, (candles) => candles.at(-1)?.fees === `0.${fills.length - 1}`);
  }

  test("candles are the brute-force program's, whoever was evicted in between", async () => {
    const shown = await candlesOf(id);
    expect(shown.map(({ sampled: _s, rev: _r, state: _t, ...candle }) => candle)).toEqual(
      m2mByBruteForce(legs, changes, fills),
    );
    expect(shown.map((candle) => [candle.sampled, candle.state === "forming"])).toEqual([
      ...Array(5).fill([false, false]),
      [false, true],
    ]);
  });

  test("the strategy, its positions and its result are what the candles say", async () => {
    const at = `/v1/strategies/${id}`;
    expect(strategyObject.parse((await call("GET", at)).body)).toMatchObject({
      id,
      name: "Carry",
      tags: ["pair"],
    });
    const held = strategyPositions.parse((await call("GET", `${at}/positions`)).body);
    expect(held.items.map(({ symbol, qty }) => [symbol, qty])).toEqual([
      [A, "20"],
      [B, "-1"],
    ]);
    const { realised, unrealised, fees, close } = (await candlesOf(id)).at(-1) as M2mCandleObject;
    const result = strategyPnl.parse((await call("GET", `${at}/pnl`)).body);
    expect(result).toMatchObject({ realised, unrealised, fees, total: close });
  });

  test("one that was never opened is unknown", async () => {
    expect(await call("GET", "/v1/strategies/nobody")).toMatchObject({
      status: 404,
      body: { code: "strategy-unknown" },
    });
  });

  test("by lots the total is that of average cost", async () => {
    const asked = async (method: string) =>
      strategyPnl.parse((await call("GET", `/v1/strategies/${id}/pnl?method=${method}`)).body);
    const { total, fees } = await asked("average");
    for (const method of ["fifo", "lifo"]) expect(await asked(method)).toMatchObject({ method, total, fees });
  });
});

/** A fill takes its strategy from its order: one is placed, as soon as the account has heard of the price, and then executed. */
async function book(strategy: string, name: string, { symbol, side, ...fill }: OracleFill): Promise<void> {
  let clientOrderId = name;
  for (let decision: unknown = "reject"; decision !== "accept"; clientOrderId += "-") {
    const order = { clientOrderId, strategy, symbol, side, type: "limit", qty: fill.qty, price: fill.price };
    const placed = await call("POST", "/v1/accounts/main/orders", order);
    const [decided] = placed.body["decisions"] as { decision: string; code?: string }[];
    if (decided?.decision !== "accept") expect(decided).toMatchObject({ code: "price-missing" });
    decision = decided?.decision;
  }
  const execution = { type: "fill", execId: name, clientOrderId: clientOrderId.slice(0, -1), ...fill };
  const booked = await call("POST", "/v1/accounts/main/executions", { executions: [execution] });
  expect(booked.body).toMatchObject({ results: [{ status: "applied" }] });
}
