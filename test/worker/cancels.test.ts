/** Cancels that are asked, in workerd: a kill, a connection that closes, a switch that nobody holds, and an order's own end; with evictions in between. */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { deadManReply, massCancelDetail, massCancelObject } from "../../src/contracts/mass-cancels.ts";
import type { Env } from "../../src/env.ts";
import { frame, openAccount, openMarket, order, streamOf } from "./socket-account.ts";
import { call, type Json, SocketClient } from "./socket-client.ts";

const { RISK_SHARD } = env as unknown as Env;
const object = (account: string) => RISK_SHARD.getByName(`default/${account}`);
const evict = (account: string): Promise<void> => evictDurableObject(object(account));
const asked = async (account: string) => {
  const { body } = await call("GET", `/v1/accounts/${account}/mass-cancels`);
  return (body["items"] as Json[]).map((item) => massCancelObject.parse(item));
};
const post = (account: string, path: string, body: Json) =>
  call("POST", `/v1/accounts/${account}/${path}`, body);
const cancel = (account: string, clientOrderId: string) =>
  post(account, "executions", {
    executions: [{ type: "cancel", execId: `x-${clientOrderId}`, clientOrderId, ts: Date.now() }],
  });

beforeAll(openMarket);

describe("a cancel that is asked", () => {
  test("by a call and by a kill is followed over evictions until the last report", async () => {
    await openAccount("killing");
    for (const id of ["a", "b"]) await post("killing", "orders", order(id));
    const scope = { kind: "account" };
    const drill = await post("killing", "mass-cancels", { scope, reason: "drill", by: "root" });
    expect(drill).toMatchObject({ status: 200, body: { cause: "requested", asked: 2, outstanding: 2 } });
    await evict("killing");
    const killed = await post("killing", "state", { scope, state: "killed", reason: "drill", by: "root" });
    expect((await post("killing", "orders", order("c"))).body).toMatchObject({
      decisions: [{ code: "state-killed" }],
    });
    await cancel("killing", "a");
    await evict("killing");
    const path = `/v1/accounts/killing/mass-cancels/${killed.body["massCancel"]}`;
    expect(massCancelDetail.parse((await call("GET", path)).body)).toMatchObject({
      ...{ cause: "killed", asked: 2, acknowledged: 1, outstanding: 1, orders: [{ clientOrderId: "b" }] },
    });
    await cancel("killing", "b");
    expect(await asked("killing")).toMatchObject([{ outstanding: 0 }, { outstanding: 0 }]);
    expect(await call("GET", "/v1/accounts/killing/mass-cancels/mc-1")).toMatchObject({
      status: 404,
      body: { code: "mass-cancel-unknown" },
    });
  });

  test("by an armed connection that closes, also where the object slept meanwhile", async () => {
    await openAccount("armed");
    const [client, listener] = [
      await SocketClient.open(streamOf("armed")),
      await SocketClient.open(streamOf("armed")),
    ];
    expect(await client.ask({ op: "arm", id: "x", cancelOnDisconnect: true })).toMatchObject({ op: "armed" });
    await client.ask(frame("f", order("a", { qty: "1" })));
    await listener.ask(frame("g", order("b", { qty: "1" })));
    await evict("armed");
    await client.ask(frame("h", order("c", { qty: "1" })));
    client.close();
    const told = await listener.next(({ type }) => type === "mass-cancel");
    expect(told.data).toMatchObject({
      cause: "disconnected",
      orders: [{ clientOrderId: "a" }, { clientOrderId: "c" }],
    });
    expect(await asked("armed")).toMatchObject([{ asked: 2 }]);
  });

  test("by a dead-man switch that nobody holds, from its timer after an eviction", async () => {
    await openAccount("deadman");
    await post("deadman", "orders", order("a"));
    const set = await post("deadman", "dead-man", { timeoutMs: 1_000 });
    expect(deadManReply.parse(set.body)).toMatchObject({ timeoutMs: 1_000, by: "root" });
    const client = await SocketClient.open(streamOf("deadman"));
    expect(await client.ask({ op: "alive", id: 1 })).toMatchObject({ op: "alive", timeoutMs: 1_000 });
    await evict("deadman");
    await expect
      .poll(
        async () => {
          await runDurableObjectAlarm(object("deadman"));
          return (await asked("deadman")).map(({ cause, outstanding }) => [cause, outstanding]);
        },
        { timeout: 10_000, interval: 100 },
      )
      .toEqual([["dead-man", 1]]);
    expect((await call("GET", "/v1/accounts/deadman/dead-man")).body).toEqual({
      timeoutMs: 0,
      until: null,
      by: null,
    });
  });

  test("is not needed where an order ends by itself: its reservation is released by the timer after an eviction", async () => {
    await openAccount("ttl");
    await post("ttl", "orders", order("a", { ttlMs: 300 }));
    await evict("ttl");
    await expect
      .poll(
        async () => {
          await runDurableObjectAlarm(object("ttl"));
          const { body } = await call("GET", "/v1/accounts/ttl/orders");
          return (body["items"] as Json[]).map(({ status }) => status);
        },
        { timeout: 10_000, interval: 100 },
      )
      .toEqual(["expired"]);
    const { body } = await call("GET", "/v1/accounts/ttl/executions");
    expect(body["items"]).toMatchObject([{ type: "expire", clientOrderId: "a" }]);
  });
});
