/** The close of a trading day in workerd: by the object's own alarm, known after an eviction; and what the account answers of its past. */
import { evictDurableObject, runInDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { systemClock } from "../../actors/runtime/clock.ts";
import { pnlReply } from "../../src/contracts/account-history.ts";
import { snapshotObject } from "../../src/contracts/statements.ts";
import { DAY_MS } from "../../src/domain/time.ts";

const bindings = env as unknown as {
  readonly TEST_ROOT_KEY: string;
  readonly RISK_SHARD: DurableObjectNamespace;
};
const HEADERS = { authorization: `Bearer ${bindings.TEST_ROOT_KEY}`, "content-type": "application/json" };
const SYMBOL = "BINANCE:CLOSEUSDT";
const PATH = "/v1/accounts/closing";

type Json = Record<string, unknown>;

async function call(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const response = await SELF.fetch(`http://outcry.test${path}`, {
    method,
    headers: HEADERS,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

const shard = () => bindings.RISK_SHARD.getByName("default/closing");
const price = (last: string) =>
  call("POST", "/v1/ticks", {
    source: "test",
    ticks: [{ type: "trade", symbol: SYMBOL, ts: systemClock.now(), price: last, size: "1" }],
  });
const fill = (execId: string, side: string, qty: string, at: string) =>
  call("POST", `${PATH}/executions`, {
    executions: [
      {
        ...{ type: "fill", execId, clientOrderId: execId, symbol: SYMBOL, side, qty, price: at, fee: "1" },
        ts: systemClock.now(),
      },
    ],
  });
const closings = () =>
  runInDurableObject(shard(), (_instance, { storage }) =>
    storage.sql
      .exec("SELECT payload FROM closing")
      .toArray()
      .map(({ payload }) => JSON.parse(String(payload)) as Json),
  );

beforeAll(async () => {
  const instrument = {
    ...{ description: "Close", type: "crypto", exchange: "BINANCE", currency: "USDT", tickSize: "0.01" },
    ...{ lotSize: "0.001", multiplier: "1", timezone: "Etc/UTC", session: "24x7", status: "active" },
  };
  expect((await call("PUT", `/v1/instruments/${SYMBOL}`, instrument)).status).toBeLessThan(300);
  await price("100");
  expect((await call("PUT", PATH, { currency: "USDT", equity: "1000" })).status).toBe(200);
});

test("an account whose day has ended closes it by its own alarm, with prices that it fetches, and knows it after an eviction", async () => {
  expect((await fill("one", "buy", "2", "90")).body).toMatchObject({ results: [{ status: "applied" }] });
  // As if it had been put three days ago, and nobody had called since yesterday's end.
  const now = systemClock.now();
  await runInDurableObject(shard(), (_instance, { storage }) => {
    const since = now - 3 * DAY_MS;
    storage.sql.exec("UPDATE account SET payload = json_set(payload, '$.since', ?)", since);
    storage.sql.exec("UPDATE timer SET due = ? WHERE name = 'closing'", now - (now % DAY_MS));
  });
  await evictDurableObject(shard());
  expect((await call("GET", PATH)).status).toBe(200);
  await vi.waitFor(async () => expect(await closings()).toHaveLength(1), { timeout: 10_000 });
  const yesterday = new Date(now - (now % DAY_MS) - 1).toISOString().slice(0, 10);
  expect(await closings()).toMatchObject([
    {
      ...{ kind: "close", day: { date: yesterday }, part: 1, parts: 1 },
      head: { equity: "1019", unrealised: "20", fees: "1", unpriced: [] },
      positions: [{ symbol: SYMBOL, qty: "2", cost: "180", marketPrice: "100", unrealised: "20" }],
    },
  ]);

  await fill("two", "sell", "1", "110");
  for (let evictions = 0; evictions < 2; evictions++) {
    if (evictions > 0) await evictDurableObject(shard());
    const pnl = await call("GET", `${PATH}/pnl?by=symbol`);
    expect(pnl.status).toBe(200);
    pnlReply.parse(pnl.body);
    const day = { realised: "20", unrealised: "-10", fees: "1", funding: "0", total: "9" };
    const inception = { realised: "20", unrealised: "10", fees: "2", funding: "0", total: "28" };
    expect(pnl.body).toMatchObject({ day, inception, items: [{ symbol: SYMBOL, day, inception }] });
  }
  const due = await runInDurableObject(shard(), (_instance, { storage }) =>
    Number(storage.sql.exec("SELECT due FROM timer WHERE name = 'closing'").one()["due"]),
  );
  expect(due % DAY_MS).toBe(0);
  expect(due).toBeGreaterThan(now);
});

test("a snapshot on demand has the contract's shape; lists of it and statements need Postgres, which is away here", async () => {
  const taken = await call("POST", `${PATH}/snapshots`, { reason: "to look at" });
  expect(taken.status).toBe(200);
  snapshotObject.parse(taken.body);
  expect(taken.body).toMatchObject({ kind: "manual", reason: "to look at", positions: 1 });
  for (const path of ["snapshots", "statements?date=2026-11-20"])
    expect((await call("GET", `${PATH}/${path}`)).body).toMatchObject({ code: "history-unavailable" });
});

test("executions are those that the account keeps, while Postgres is away", async () => {
  const list = await call("GET", `${PATH}/executions`);
  expect(list.body).toMatchObject({
    items: [{ execId: "two" }, { execId: "one" }],
    nextCursor: null,
    total: 2,
  });
  expect((await call("GET", `${PATH}/executions?type=bust`)).body).toMatchObject({ items: [], total: 0 });
});
