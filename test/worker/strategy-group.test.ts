/** A group through the whole Worker: it is the sum of its members, over fills, evictions and changes of who is in it. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { statistics } from "../../src/contracts/statistics.ts";
import { m2mCandle } from "../../src/contracts/strategies.ts";
import { groupObject } from "../../src/contracts/strategy-groups.ts";
import type { Env } from "../../src/env.ts";
import { call, type Json, SocketClient } from "./socket-client.ts";

const { STRATEGY } = env as unknown as Env;
const SYMBOL = "XNAS:GROUPED";
const NOW = Date.now();
let execs = 0;
let ticks = 0;

beforeAll(async () => {
  const instrument = {
    ...{
      description: "Grouped",
      type: "equity",
      exchange: "XNAS",
      currency: "USD",
      tickSize: "0.01",
      lotSize: "1",
    },
    ...{ multiplier: "1", timezone: "America/New_York", session: "24x7", status: "active" },
  };
  expect((await call("PUT", `/v1/instruments/${SYMBOL}`, instrument)).status).toBe(200);
  for (const account of ["grouped", "elsewhere"])
    expect(
      (await call("PUT", `/v1/accounts/${account}`, { currency: "USD", equity: "1000000" })).status,
    ).toBe(200);
  const limit = { id: "clip", kind: "max-order-qty", threshold: "1000", action: "reject" };
  expect((await call("PUT", "/v1/accounts/grouped/limits", { limits: [limit] })).status).toBe(200);
  await price(100);
});

async function price(last: number): Promise<void> {
  const tick = {
    symbol: SYMBOL,
    ts: NOW + ticks,
    type: "trade",
    price: String(last),
    size: "1",
    id: `t${++ticks}`,
  };
  expect((await call("POST", "/v1/ticks", { source: "test", ticks: [tick] })).status).toBe(200);
}

async function opened(name: string, account = "grouped"): Promise<string> {
  const body = { name, account, instruments: [{ symbol: SYMBOL, qty: "10", avgPrice: "90" }], tags: [] };
  const { status, body: reply } = await call("POST", "/v1/strategies", body);
  expect(status).toBe(201);
  return String(reply["id"]);
}

/** A fill that no order asked for is the account's; of a strategy it comes by its order. */
async function filled(strategy: string, side: string, qty: string, at: string): Promise<void> {
  const clientOrderId = `g${++execs}`;
  const order = { clientOrderId, strategy, symbol: SYMBOL, side, type: "limit", qty, price: at };
  await vi.waitFor(async () => {
    const retried = { ...order, clientOrderId: `${clientOrderId}-${++execs}` };
    const { body } = await call("POST", "/v1/accounts/grouped/orders", { orders: [retried] });
    expect((body["decisions"] as Json[])[0]).toMatchObject({ decision: "accept" });
    const fill = {
      type: "fill",
      execId: `x${++execs}`,
      clientOrderId: retried.clientOrderId,
      qty,
      price: at,
      fee: "0.25",
      ts: NOW + 1,
    };
    const booked = await call("POST", "/v1/accounts/grouped/executions", { executions: [fill] });
    expect((booked.body["results"] as Json[])[0]).toMatchObject({ status: "applied" });
  }, 5_000);
}

const pnl = async (path: string): Promise<Json> => (await call("GET", `${path}/pnl`)).body;
const object = (id: string) => STRATEGY.getByName(`default/${id}`);

async function expectSum(group: string, members: readonly string[]): Promise<void> {
  await vi.waitFor(async () => {
    const own = await Promise.all(members.map((id) => pnl(`/v1/strategies/${id}`)));
    const all = await pnl(`/v1/strategy-groups/${group}`);
    for (const name of ["realised", "unrealised", "fees", "total"])
      expect(Number(all[name]), name).toBeCloseTo(
        own.reduce((sum, one) => sum + Number(one[name]), 0),
        9,
      );
  }, 5_000);
}

describe("a group of strategies", () => {
  test("is the sum of its members at every step, over evictions", async () => {
    const [a, b] = [await opened("a"), await opened("b")];
    const put = await call("PUT", "/v1/strategy-groups/pair", { name: "Pair", strategies: [a, b] });
    expect(put.status).toBe(200);
    expect(groupObject.parse(put.body)).toMatchObject({
      id: "pair",
      account: "grouped",
      strategies: [a, b].sort(),
    });
    expect((await call("GET", "/v1/strategy-groups/pair")).body).toEqual(put.body);
    await expectSum("pair", [a, b]);
    await filled(a, "sell", "4", "101");
    await expectSum("pair", [a, b]);
    await evictDurableObject(object("group:pair"));
    await price(103);
    await expectSum("pair", [a, b]);
    await filled(b, "sell", "10", "104");
    await evictDurableObject(object("group:pair"));
    await expectSum("pair", [a, b]);
    const { body } = await call("GET", "/v1/strategy-groups/pair/statistics?capital=1000");
    expect(statistics.parse(body)).toMatchObject({ strategy: "group:pair", fills: 2, trips: 1, wins: 1 });
    const candles = (await call("GET", "/v1/strategy-groups/pair/m2m?resolution=60")).body[
      "candles"
    ] as Json[];
    expect(m2mCandle.parse(candles.at(-1)).close).toBe((await pnl("/v1/strategy-groups/pair"))["total"]);
    const left = await call("PUT", "/v1/strategy-groups/pair", { name: "Rest", strategies: [b] });
    expect(left.body["name"]).toBe("Rest");
    await expectSum("pair", [b]);
  });

  test("tells its candles of any width on its stream", async () => {
    const id = await opened("streamed");
    await call("PUT", "/v1/strategy-groups/streamed", { name: "Streamed", strategies: [id] });
    const client = await SocketClient.open("/v1/strategy-groups/streamed/stream");
    const topics = ["m2m.15.group:streamed", "pnl.group:streamed"];
    expect(await client.ask({ op: "subscribe", id: 1, topics })).toMatchObject({ errors: [] });
    await price(107);
    const bar = await client.next((message) => message["topic"] === topics[0] && message.type === "bar");
    expect(m2mCandle.parse(bar["data"])).toMatchObject({ close: "170" });
  });

  test("is listed, ends, and is unknown after that and before", async () => {
    const id = await opened("listed");
    expect((await call("GET", "/v1/strategy-groups/listed/pnl")).status).toBe(404);
    await call("PUT", "/v1/strategy-groups/listed", { name: "Listed", strategies: [id] });
    const ids = async () =>
      ((await call("GET", "/v1/strategy-groups")).body["items"] as Json[]).map((one) => one["id"]);
    expect(await ids()).toContain("listed");
    const strategies = (await call("GET", "/v1/strategies?limit=1000")).body["items"] as Json[];
    expect(strategies.map((one) => String(one["id"])).filter((name) => name.startsWith("group:"))).toEqual(
      [],
    );
    expect((await call("DELETE", "/v1/strategy-groups/listed")).status).toBe(204);
    expect(await ids()).not.toContain("listed");
    expect((await call("GET", "/v1/strategy-groups/listed")).body["code"]).toBe("group-unknown");
    expect((await call("DELETE", "/v1/strategy-groups/listed")).body["code"]).toBe("group-unknown");
  });

  test("is of one account", async () => {
    const [here, there] = [await opened("here"), await opened("there", "elsewhere")];
    const both = await call("PUT", "/v1/strategy-groups/both", { name: "Both", strategies: [here, there] });
    expect([both.status, both.body["code"]]).toEqual([409, "group-accounts-differ"]);
    await call("PUT", "/v1/strategy-groups/moved", { name: "Here", strategies: [here] });
    const moved = await call("PUT", "/v1/strategy-groups/moved", { name: "There", strategies: [there] });
    expect([moved.status, moved.body["code"]]).toEqual([409, "group-accounts-differ"]);
  });
});
