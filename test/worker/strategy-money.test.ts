/** A strategy of two currencies inside workerd: fills, busts, corrections, cash and rates, while objects are evicted on the way. */
import { evictDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { priceHubOf } from "../../actors/price-hub/address.ts";
import { type M2mCandleObject, m2mCandle, strategyPnl } from "../../src/contracts/strategies.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Env } from "../../src/env.ts";
import { m2mByBruteForce, type OracleBooking, type OracleChange } from "../support/m2m-oracle.ts";

const { TEST_ROOT_KEY, STRATEGY, PRICE_HUB, RISK_SHARD } = env as unknown as Env & { TEST_ROOT_KEY: string };
const A = "BINANCE:HOME";
const E = "XETR:AWAY";
const FX = "FX:EURUSDT";
const MINUTE = 60_000;
/** A full minute, long enough ago that nothing lies in the future. */
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 30 * MINUTE;
let key = TEST_ROOT_KEY;
let id = "";

type Json = Record<string, unknown>;
async function call(method: string, path: string, json?: unknown) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  const response = await SELF.fetch(`http://outcry.test${path}`, { method, headers, ...body });
  return { status: response.status, body: (await response.json()) as Json };
}

const changes: OracleChange[] = [];
const bookings: OracleBooking[] = [
  { symbol: E, side: "buy", qty: "10", price: "48", fee: "0", ts: T0, opening: true },
];
const legs = [
  { symbol: A, multiplier: "1", startPrice: { price: "99.5", ts: T0 - 5_000 } },
  { symbol: E, multiplier: "1", currency: "EUR", startPrice: { price: "50", ts: T0 - 5_000 } },
];
const rates = [
  { symbol: FX, currency: "EUR", direction: "multiply", startPrice: { price: "1.1", ts: T0 - 5_000 } },
] as const;

async function ticks(all: readonly OracleChange[]): Promise<void> {
  const sent = all.map((tick) => ({
    ...tick,
    type: "trade",
    size: "1",
    id: `${tick.symbol.replace(":", "-")}-${tick.ts}`,
  }));
  const { body } = await call("POST", "/v1/ticks", { source: "test", ticks: sent });
  expect(body).toMatchObject({ accepted: all.length, rejected: [] });
}

async function candles(): Promise<M2mCandleObject[]> {
  const { body } = await call("GET", `/v1/strategies/${id}/m2m`);
  return (body["candles"] as unknown[]).map((candle) => m2mCandle.parse(candle));
}

const profit = async (method = "average") =>
  strategyPnl.parse((await call("GET", `/v1/strategies/${id}/pnl?method=${method}`)).body);

/** Waits until hubs and the account have told: their pace is 200 ms. */
async function once(isTold: () => Promise<boolean>): Promise<void> {
  while (!(await isTold())) await new Promise((resolve) => setTimeout(resolve, 50));
}

const isPriced = async (price: string): Promise<boolean> => {
  const count = (await candles()).reduce((sum, { tickCount }) => sum + tickCount, 0);
  const told = changes.filter(({ symbol }) => symbol !== FX).length;
  return count === told && (await profit()).currencies.some(({ fxRate }) => fxRate === price);
};

async function execute(report: Json): Promise<void> {
  const { body } = await call("POST", "/v1/accounts/two/executions", { executions: [report] });
  expect(body).toMatchObject({ results: [{ status: "applied" }] });
}

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
  key = String((await call("POST", "/v1/keys", { tenant: "acme", scopes })).body["key"]);
  const instrument = {
    ...{
      description: "One",
      type: "crypto",
      exchange: "BINANCE",
      currency: "USDT",
      tickSize: "0.01",
      lotSize: "1",
    },
    ...{ multiplier: "1", timezone: "Etc/UTC", session: "24x7", status: "active" },
  };
  const abroad = { ...instrument, exchange: "XETR", currency: "EUR" };
  const pair = { ...instrument, type: "fx", exchange: "FX", tickSize: "0.0001" };
  for (const [symbol, put] of [
    [A, instrument],
    [E, abroad],
    [FX, pair],
  ] as const)
    expect((await call("PUT", `/v1/instruments/${symbol}`, put)).status).toBe(200);
  const account = { currency: "USDT", equity: "1000000", fx: { EUR: FX } };
  expect((await call("PUT", "/v1/accounts/two", account)).status).toBe(200);
  await ticks([
    { symbol: A, ts: T0 - 5_000, price: "99.5" },
    { symbol: E, ts: T0 - 5_000, price: "50" },
    { symbol: FX, ts: T0 - 5_000, price: "1.1" },
  ]);
  const instruments = [{ symbol: A }, { symbol: E, qty: "10", avgPrice: "48" }];
  const opened = await call("POST", "/v1/strategies", { name: "Two", account: "two", instruments });
  expect(opened.status).toBe(201);
  id = String(opened.body["id"]);
  // What no order of here has brought is of this strategy.
  expect((await call("PUT", "/v1/accounts/two", { ...account, defaultStrategy: id })).status).toBe(200);
});

async function trade(minute: number): Promise<void> {
  const at = T0 + minute * MINUTE;
  const rate = `1.${2 + minute}`;
  const fresh = [
    { symbol: A, ts: at + 1_000, price: `${100 + minute}.25` },
    { symbol: E, ts: at + 2_000, price: `${50 - minute}.5` },
    { symbol: FX, ts: at + 3_000, price: rate },
    { symbol: E, ts: at + 30_000, price: `${51 + minute}` },
  ];
  await ticks(fresh);
  changes.push(...fresh);
  await once(() => isPriced(rate));
  const symbol = minute % 2 === 0 ? E : A;
  const fill = {
    symbol,
    side: minute < 3 ? "sell" : "buy",
    qty: `${3 + minute}`,
    price: "75.5",
    fee: "0.1",
    ts: at + 10_000,
  } as const;
  await execute({ type: "fill", execId: `fill-${minute}`, clientOrderId: `order-${minute}`, ...fill });
  bookings.push({ ...fill, id: `fill-${minute}` });
}

/** Of a fill of the minute before. */
async function revise(minute: number): Promise<void> {
  const ref = `fill-${minute - 1}`;
  const about = {
    execId: `about-${minute}`,
    clientOrderId: `order-${minute - 1}`,
    refExecId: ref,
    ts: T0 + minute * MINUTE + 20_000,
  };
  if (minute === 2) {
    await execute({ type: "bust", ...about });
    bookings.push({ type: "bust", ref });
  } else {
    await execute({ type: "correct", price: "60", ...about });
    bookings.push({ type: "correct", ref, price: "60" });
  }
}

async function receive(minute: number): Promise<void> {
  const cash = { id: `cash-${minute}`, symbol: E, ts: T0 + minute * MINUTE + 40_000 };
  const movement = { ...cash, type: "funding", currency: "EUR", amount: "-2.5", strategy: id };
  const { body } = await call("POST", "/v1/accounts/two/cash", { movements: [movement] });
  expect(body).toMatchObject({ results: [{ status: "applied" }] });
  bookings.push({ type: "cash", ...cash, funding: "-2.5" });
}

test("candles are the brute-force program's, in the account's currency, whoever was evicted in between", async () => {
  const truth = () => m2mByBruteForce(legs, changes, bookings, rates);
  for (let minute = 0; minute < 5; minute++) {
    await trade(minute);
    if (minute > 0) await revise(minute);
    if (minute === 3) await receive(minute);
    await evictDurableObject(STRATEGY.getByName(`acme/${id}`));
    if (minute === 1) await evictDurableObject(RISK_SHARD.getByName("acme/two"));
    if (minute === 3) await evictDurableObject(PRICE_HUB.getByName(priceHubOf(FX as Symbol)));
    const last = truth().at(-1);
    await once(async () => {
      const shown = (await candles()).at(-1);
      return (
        shown?.fees === last?.fees && shown?.funding === last?.funding && shown?.realised === last?.realised
      );
    });
  }
  await once(async () => (await candles())[0]?.high === truth()[0]?.high);
  const shown = await candles();
  expect(shown.filter(({ sampled }) => sampled)).toEqual([]);
  expect(shown.map(({ sampled: _sampled, rev: _rev, state: _state, ...saying }) => saying)).toEqual(truth());
});

test("by lots the total is the same, in each currency to the last digit", async () => {
  const average = await profit();
  for (const method of ["fifo", "lifo"]) {
    const lots = await profit(method);
    expect(lots.currencies.map(({ currency, total }) => [currency, total])).toEqual(
      average.currencies.map(({ currency, total }) => [currency, total]),
    );
  }
});
