/** An account beside its broker, through the whole Worker: a book is taken over, compared and set right, and the object is evicted in between. */
import { evictDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { importReply } from "../../src/contracts/account-import.ts";
import { reconciliationObject } from "../../src/contracts/reconcile.ts";
import { strategyObject } from "../../src/contracts/strategies.ts";

const bindings = env as unknown as {
  readonly TEST_ROOT_KEY: string;
  readonly RISK_SHARD: DurableObjectNamespace;
  readonly STRATEGY: DurableObjectNamespace;
};
const SYMBOL = "BINANCE:RECUSDT";
type Json = Record<string, unknown>;

async function call(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const response = await SELF.fetch(`http://outcry.test${path}`, {
    method,
    headers: { authorization: `Bearer ${bindings.TEST_ROOT_KEY}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Json) };
}

const INSTRUMENT = {
  ...{ description: "Reconciled", type: "crypto", exchange: "BINANCE", currency: "USDT", tickSize: "0.01" },
  ...{ lotSize: "0.001", multiplier: "1", timezone: "Etc/UTC", session: "24x7", status: "active" },
};

beforeAll(async () => {
  expect((await call("PUT", `/v1/instruments/${SYMBOL}`, INSTRUMENT)).status).toBeLessThan(300);
  const tick = { type: "trade", symbol: SYMBOL, ts: Date.now(), price: "100", size: "1" };
  await call("POST", "/v1/ticks", { source: "test", ticks: [tick] });
});

/** What the strategy says once it has heard: news reaches it behind the answer. */
async function heldBy(strategy: string, qty: string): Promise<Json[]> {
  for (;;) {
    const items = (await call("GET", `/v1/strategies/${strategy}/positions`)).body["items"] as Json[];
    if (items[0]?.["qty"] === qty && items[0]?.["avgPrice"] === "91") return items;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function day(account: string, between: () => Promise<unknown>): Promise<Json[]> {
  const path = `/v1/accounts/${account}`;
  await call("PUT", path, { currency: "USDT", equity: "1000" });
  const opened = await call("POST", "/v1/strategies", {
    name: "s",
    account,
    instruments: [],
    tags: ["kept"],
  });
  const strategy = String(opened.body["id"]);
  await between();
  const position = { symbol: SYMBOL, strategy, qty: "2", avgPrice: "90.123456", realised: "5" };
  const order = { clientOrderId: "o1", symbol: SYMBOL, side: "sell", type: "limit", qty: "1", price: "120" };
  const imported = await call("POST", `${path}/import`, {
    id: "book",
    positions: [position],
    orders: [order],
  });
  importReply.parse(imported.body);
  await between();
  const theirs = { asOf: Date.now(), positions: [{ symbol: SYMBOL, qty: "3", avgPrice: "91" }], orders: [] };
  const found = reconciliationObject.parse((await call("POST", `${path}/reconcile`, theirs)).body);
  await between();
  const read = await call("GET", `${path}/reconcile/${found.id}`);
  expect(read.body).toEqual(JSON.parse(JSON.stringify(found)));
  await between();
  const accept = found.differences.map(({ n }) => n);
  const resolve = { accept, reason: "statement", by: "root" };
  const resolved = await call("POST", `${path}/reconcile/${found.id}/resolve`, resolve);
  reconciliationObject.parse(resolved.body);
  await between();
  const again = await call("POST", `${path}/reconcile/${found.id}/resolve`, resolve);
  const positions = (await call("GET", `${path}/positions`)).body["items"] as Json[];
  const orders = (await call("GET", `${path}/orders`)).body["items"] as Json[];
  const held = await heldBy(strategy, "3");
  return [
    { status: again.status, code: again.body["code"] },
    ...positions.map(({ qty, avgPrice, realised }) => ({ qty, avgPrice, realised })),
    ...held.map(({ qty, avgPrice, realised }) => ({ qty, avgPrice, realised })),
    ...orders.map(({ clientOrderId, status }) => ({ clientOrderId, status })),
    ...found.differences.map(({ kind, ours, theirs }) => ({ kind, ours, theirs })),
  ];
}

describe("an account beside its broker", () => {
  test("an eviction between any two steps changes nothing", async () => {
    const stayed = await day("rec-stays", () => Promise.resolve());
    const object = bindings.RISK_SHARD.getByName("default/rec-evicted");
    expect(await day("rec-evicted", () => evictDurableObject(object))).toEqual(stayed);
    expect(stayed).toEqual([
      { status: 409, code: "reconcile-outdated" },
      { qty: "3", avgPrice: "91", realised: "5" },
      { qty: "3", avgPrice: "91", realised: "5" },
      { clientOrderId: "o1", status: "cancelled" },
      { kind: "position-quantity", ours: "2", theirs: "3" },
      { kind: "position-price", ours: "90.123456", theirs: "91" },
      { kind: "order-missing-there", ours: "0/1", theirs: null },
    ]);
  });
});

describe("a strategy through its life", () => {
  test("is drafted, made active, paused and closed; closed it is read, and listed as such", async () => {
    await call("PUT", "/v1/accounts/life", { currency: "USDT", equity: "1000" });
    const body = { name: "life", account: "life", tags: ["born"], state: "draft" };
    const instruments = [{ symbol: SYMBOL, targetQty: "1.5" }];
    const id = String((await call("POST", "/v1/strategies", { ...body, instruments })).body["id"]);
    const at = `/v1/strategies/${id}`;
    const shown = async () => strategyObject.parse((await call("GET", at)).body);
    const listed = async (query: string) =>
      ((await call("GET", `/v1/strategies?${query}`)).body["items"] as Json[]).map((item) => item["id"]);
    expect(await shown()).toMatchObject({
      state: "draft",
      instruments: [{ symbol: SYMBOL, targetQty: "1.5", qty: "0", difference: "1.5" }],
    });
    expect(await listed("state=draft&tag=born")).toEqual([id]);
    expect((await call("PATCH", at, { state: "paused" })).body).toMatchObject({ code: "strategy-state" });
    for (const state of ["active", "paused"]) {
      expect((await call("PATCH", at, { state })).status).toBe(200);
      expect((await shown()).state).toBe(state);
      expect(await listed(`state=${state}&tag=born`)).toEqual([id]);
    }
    await evictDurableObject(bindings.STRATEGY.getByName(`default/${id}`));
    expect((await call("DELETE", at)).status).toBe(204);
    await evictDurableObject(bindings.STRATEGY.getByName(`default/${id}`));
    expect(await shown()).toMatchObject({ name: "life", state: "closed", instruments: [{ symbol: SYMBOL }] });
    expect((await call("GET", `${at}/pnl`)).body).toMatchObject({ total: "0" });
    expect((await call("GET", `${at}/positions`)).status).toBe(200);
    expect((await call("GET", `${at}/m2m`)).status).toBe(200);
    expect(await listed("tag=born")).toEqual([]);
    expect(await listed("state=closed&tag=born")).toEqual([id]);
    expect((await call("PATCH", at, { state: "active" })).body).toMatchObject({ code: "strategy-unknown" });
  });
});
