/** What is watched of an account, in workerd, where Postgres is away: a decision is explained at once; trips and peaks stand after an eviction. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { explanation } from "../../src/contracts/explanation.ts";
import { tripObject } from "../../src/contracts/limit-trips.ts";
import type { Env } from "../../src/env.ts";
import { openAccount, openMarket, order, SYMBOL } from "./socket-account.ts";
import { call, type Json } from "./socket-client.ts";

const { RISK_SHARD } = env as unknown as Env;
const object = (account: string) => RISK_SHARD.getByName(`default/${account}`);
const evict = (account: string): Promise<void> => evictDurableObject(object(account));
const price = (last: string) =>
  call("POST", "/v1/ticks", {
    source: "test",
    ticks: [{ type: "trade", symbol: SYMBOL, ts: Date.now(), price: last, size: "1" }],
  });
const decided = async (account: string, clientOrderId: string): Promise<Json> => {
  const { body } = await call("POST", `/v1/accounts/${account}/orders`, order(clientOrderId));
  return (body["decisions"] as Json[])[0]!;
};

beforeAll(openMarket);

test("a decision is explained at once with all that it was made from, after an eviction too", async () => {
  await openAccount("explained");
  const { seq } = await decided("explained", "a");
  const told = async () =>
    explanation.parse((await call("GET", `/v1/accounts/explained/decisions/${seq}`)).body);
  const atOnce = await told();
  expect(atOnce).toMatchObject({ seq, decision: "accept", sameAgain: true, order: { price: "100" } });
  expect(atOnce.inputs).not.toBeNull();
  await evict("explained");
  expect(await told()).toEqual(atOnce);
});

test("a limit that was tripped and the peak of equity stand after an eviction, until a person releases the limit", async () => {
  const limits = [
    { id: "day", kind: "max-daily-loss", threshold: "400", action: "reject" },
    { id: "peak", kind: "max-drawdown", threshold: "50", action: "reject" },
  ];
  await call("PUT", "/v1/accounts/tripped", { currency: "USD", equity: "10000" });
  expect((await call("PUT", "/v1/accounts/tripped/limits", { limits })).status).toBe(200);
  expect(await decided("tripped", "a")).toMatchObject({ decision: "accept" });
  const fill = { type: "fill", execId: "x", clientOrderId: "a", qty: "60", price: "100", ts: Date.now() };
  await call("POST", "/v1/accounts/tripped/executions", { executions: [fill] });
  await price("110");
  const peaks = () =>
    runInDurableObject(object("tripped"), (_instance, { storage }) =>
      storage.sql.exec("SELECT id, equity FROM equity_peak").toArray(),
    );
  // Equity at the peak: 10,000 and sixty times ten.
  const raised = [{ id: "peak", equity: "10600000000000000" }];
  await vi.waitFor(async () => expect(await peaks()).toEqual(raised), { timeout: 10_000 });
  await price("90");
  const trips = async () =>
    ((await call("GET", "/v1/accounts/tripped/trips")).body["items"] as Json[]).map((item) =>
      tripObject.parse(item),
    );
  await vi.waitFor(async () => expect(await trips()).toHaveLength(1), { timeout: 10_000 });
  const before = await trips();
  await evict("tripped");
  await price("100");
  expect(await trips()).toEqual(before);
  expect(await peaks()).toEqual(raised);
  expect(await decided("tripped", "b")).toMatchObject({ decision: "reject", code: "max-daily-loss" });
  expect(await peaks(), "and the group of an order that came since has not lowered it").toEqual(raised);
  await evict("tripped");
  const released = { reason: "looked at", by: "root" };
  expect((await call("POST", "/v1/accounts/tripped/limits/day/release", released)).status).toBe(200);
  await evict("tripped");
  expect(await trips()).toEqual([]);
  expect(await decided("tripped", "c")).toMatchObject({ decision: "accept" });
});
