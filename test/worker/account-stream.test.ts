/** An account's socket through the whole Worker: orders go in, decisions and events come out, and the object sleeps in between. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { decisionRecord } from "../../src/contracts/decisions.ts";
import type { Env } from "../../src/env.ts";
import { frame, openAccount, openMarket, order, SYMBOL, streamOf, timeless } from "./socket-account.ts";
import { call, type Json, type Message, ROOT, SocketClient, upgrade } from "./socket-client.ts";

const { RISK_SHARD } = env as unknown as Env;
beforeAll(openMarket);

const told = (account: string, messages: readonly Message[]) =>
  messages
    .filter(({ type }) => type !== "utilisation")
    .map(({ epoch: _epoch, seq: _seq, topics: _topics, ...said }) => timeless(account, said));
const lastUse = (messages: readonly Message[]) =>
  messages.filter(({ type }) => type === "utilisation").at(-1)?.data;

async function day(account: string, between: () => Promise<unknown>): Promise<SocketClient> {
  await openAccount(account);
  const client = await SocketClient.open(streamOf(account));
  await client.next(({ type }) => type === "snap");
  for (let step = 1; step <= 6; step++) {
    await between();
    const [one, two] = [`o${step}`, `p${step}`];
    await client.ask(frame(`f${step}`, order(one), order(two, { qty: "101" })));
    await between();
    await client.ask(frame(`r${step}`, order(one)));
    await between();
    const fill = { type: "fill", execId: `e${step}`, clientOrderId: one, qty: "7", price: "99.5", ts: 0 };
    const cancel = { type: "cancel", execId: `c${step}`, clientOrderId: one };
    const executions = [fill, cancel].map((report) => ({ ...report, ts: Date.now() }));
    await call("POST", `/v1/accounts/${account}/executions`, { executions });
    await client.next(({ type }) => type === "execution");
  }
  await between();
  const state = { scope: { kind: "account" }, state: "halted", reason: "drill", by: "root" };
  await call("POST", `/v1/accounts/${account}/state`, state);
  await client.next(({ type }) => type === "state");
  await between();
  await client.ask(frame("last", order("late")));
  return client;
}

describe("an account's stream", () => {
  test("an eviction between any two frames changes nothing", async () => {
    const stayed = await day("stays", () => Promise.resolve());
    const object = RISK_SHARD.getByName("default/evicted");
    const evicted = await day("evicted", () => evictDurableObject(object));
    expect(told("evicted", evicted.messages)).toEqual(told("stays", stayed.messages));
    // After a sleep the prices of what is held are fetched before their use is told.
    const use = JSON.stringify(lastUse(stayed.messages));
    while (JSON.stringify(lastUse(evicted.messages)) !== use)
      await evicted.next(({ type }) => type === "utilisation");
    const numbered = evicted.messages.filter(({ topic }) => topic !== undefined);
    const first = Number(numbered[0]?.["seq"]);
    expect(numbered.map(({ seq }) => seq)).toEqual(numbered.map((_message, index) => first + index));
    expect(new Set(numbered.map(({ epoch }) => epoch)).size).toBe(1);
    expect(new Set(stayed.messages.map(({ op, type }) => op ?? type))).toEqual(
      new Set(["ack", "snap", "decision", "decisions", "fill", "execution", "utilisation", "state"]),
    );
  });

  test("begins with the account as it is read", async () => {
    await openAccount("read");
    const client = await SocketClient.open(streamOf("read"));
    const snap = await client.next(({ type }) => type === "snap");
    expect(snap.data).toEqual((await call("GET", "/v1/accounts/read")).body);
  });

  test("tells what HTTP did, each in the shape in which it is listed", async () => {
    await openAccount("told");
    const client = await SocketClient.open(streamOf("told"));
    await call("POST", "/v1/accounts/told/orders", order("h1"));
    const { data: decision } = await client.next(({ type }) => type === "decision");
    const listed = await call("GET", "/v1/accounts/told/decisions");
    expect(decisionRecord.parse(decision)).toEqual((listed.body["items"] as Json[])[0]);
    const { data: use } = await client.next(({ type }) => type === "utilisation");
    expect(use).toEqual((await call("GET", "/v1/accounts/told")).body["utilisation"]);
    const surprise = { type: "fill", execId: "x1", clientOrderId: "unknown", symbol: SYMBOL, side: "sell" };
    const executions = [{ ...surprise, qty: "3", price: "101", fee: "0.5", ts: Date.now() }];
    await call("POST", "/v1/accounts/told/executions", { executions });
    expect((await client.next(({ type }) => type === "fill")).data).toMatchObject({
      execId: "x1",
      symbol: SYMBOL,
      qty: "3",
      price: "101",
      fee: "0.5",
      position: { qty: "-3" },
    });
    const { data: violation } = await client.next(({ type }) => type === "violation");
    expect(violation).toEqual(
      ((await call("GET", "/v1/accounts/told/violations")).body["items"] as Json[])[0],
    );
  });

  test("a client that wants no events unsubscribes, and trades on", async () => {
    await openAccount("quiet");
    const client = await SocketClient.open(streamOf("quiet"));
    await client.ask({ op: "unsubscribe", id: "u", topics: ["account.quiet"] });
    await client.ask(frame("f", order("q1")));
    expect(client.messages.map(({ op, type }) => op ?? type)).toEqual(["ack", "snap", "ack", "decisions"]);
  });

  test("has no other topic", async () => {
    await openAccount("topics");
    const client = await SocketClient.open(streamOf("topics"));
    const ack = await client.ask({ op: "subscribe", id: 7, topics: ["account.other", "quote.XNAS:STREAM"] });
    expect(ack).toMatchObject({
      topics: [{ topic: "account.topics" }],
      errors: [
        { topic: "account.other", code: "topic-unknown" },
        { topic: "quote.XNAS:STREAM", code: "topic-unknown" },
      ],
    });
  });
});

describe("who may open it", () => {
  const keyFor = async (tenant: string, scopes: string[] = ["risk:trade"]) => {
    const { body } = await call("POST", "/v1/keys", { tenant, scopes });
    return { id: String(body["id"]), headers: { authorization: `Bearer ${body["key"]}` } };
  };

  test("another tenant finds nothing there", async () => {
    await openAccount("mine");
    const { headers } = await keyFor("stranger");
    const [foreign, missing] = [await upgrade(streamOf("mine"), headers), await upgrade(streamOf("none"))];
    expect([foreign.status, missing.status]).toEqual([404, 404]);
    expect(await foreign.json()).toMatchObject({ code: "account-unknown" });
  });

  test("a ticket opens one socket, which speaks our protocol", async () => {
    await openAccount("ticketed");
    const { body } = await call("POST", "/v1/tickets");
    const headers = { "sec-websocket-protocol": `outcry.v1, ticket.${body["ticket"]}` };
    const response = await upgrade(streamOf("ticketed"), headers);
    expect(response.status).toBe(101);
    expect(response.headers.get("sec-websocket-protocol")).toBe("outcry.v1");
    response.webSocket?.accept();
    response.webSocket?.close();
    expect((await upgrade(streamOf("ticketed"), headers)).status).toBe(401);
  });

  test("no upgrade, no scope, no credential", async () => {
    await openAccount("closed");
    const { headers } = await keyFor("default", ["risk:read"]);
    const plain = await call("GET", streamOf("closed"));
    expect([plain.status, plain.body["code"]]).toEqual([426, "upgrade-required"]);
    expect((await upgrade(streamOf("closed"), headers)).status).toBe(403);
    expect((await upgrade(streamOf("closed"), {})).status).toBe(401);
    expect((await upgrade(streamOf("closed"), { ...ROOT, origin: "https://evil.example" })).status).toBe(403);
  });

  test("a revoked key trades no longer: its socket is closed", async () => {
    await openAccount("revoked");
    const key = await keyFor("default");
    const client = await SocketClient.open(streamOf("revoked"), key.headers);
    await client.ask(frame("before", order("before", { qty: "1" })));
    expect((await call("DELETE", `/v1/keys/${key.id}`)).status).toBe(204);
    for (let sent = 0; client.closing === undefined; sent++) {
      client.send(frame(`f${sent}`, order(`after${sent}`, { qty: "1" })));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(client.closing.code).toBe(1008);
  });
});
