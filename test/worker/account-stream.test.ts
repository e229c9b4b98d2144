/** An account's socket through the whole Worker: orders go in, decisions and events come out, and the object sleeps in between. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { decisionRecord, decisionsReply } from "../../src/contracts/decisions.ts";
import { decisionsFrame, orderErrorFrame } from "../../src/contracts/order-frames.ts";
import type { Env } from "../../src/env.ts";
import { call, type Json, type Message, ROOT, SocketClient, upgrade } from "./socket-client.ts";

const { RISK_SHARD } = env as unknown as Env;
const SYMBOL = "XNAS:STREAM";
const LIMITS = [
  { id: "size", kind: "max-order-qty", threshold: "100", action: "reject" },
  { id: "held", kind: "max-position-qty", threshold: "250", action: "reduce" },
  { id: "gross", kind: "max-gross-exposure", threshold: "1000000", action: "reject" },
];
const order = (clientOrderId: string, changes: Json = {}): Json => ({
  clientOrderId,
  symbol: SYMBOL,
  side: "buy",
  type: "limit",
  qty: "60",
  price: "100",
  ...changes,
});
const frame = (id: string, ...orders: Json[]): Json => ({ op: "order", id, orders });
const streamOf = (account: string) => `/v1/accounts/${account}/stream`;

/** Fields of a contract that may not fail, by HTTP. */
async function openAccount(account: string): Promise<void> {
  await call("PUT", `/v1/accounts/${account}`, { currency: "USD", equity: "1000000" });
  const put = await call("PUT", `/v1/accounts/${account}/limits`, { limits: LIMITS });
  expect(put.status).toBe(200);
}

beforeAll(async () => {
  const instrument = {
    description: "Stream",
    type: "equity",
    exchange: "XNAS",
    currency: "USD",
    tickSize: "0.01",
    lotSize: "1",
    multiplier: "1",
    timezone: "America/New_York",
    session: "24x7",
    status: "active",
  };
  expect((await call("PUT", `/v1/instruments/${SYMBOL}`, instrument)).status).toBe(200);
  const trade = { type: "trade", symbol: SYMBOL, ts: Date.now(), price: "100", size: "1", id: "t1" };
  await call("POST", "/v1/ticks", { source: "test", ticks: [trade] });
});

/** The same whatever the account is called and whenever it happened: a price's age is told in the numbers of its check. */
const timeless = (account: string, value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(account, "ACCOUNT")
      .replaceAll(/\b1\d{12}\b/g, "0"),
    (_key, inner: unknown) =>
      typeof inner === "object" && inner !== null && "code" in inner && inner.code === "price-stale"
        ? { ...inner, observed: "", projected: "", headroom: "", utilisation: "" }
        : inner,
  );
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
    expect(new Set(stayed.messages.map(({ op, type }) => op ?? type))).toEqual(
      new Set(["ack", "snap", "decision", "decisions", "fill", "execution", "utilisation", "state"]),
    );
  });

  test("its numbers rise one by one, also over sleeps", async () => {
    const object = RISK_SHARD.getByName("default/numbered");
    const client = await day("numbered", () => evictDurableObject(object));
    const numbered = client.messages.filter(({ topic }) => topic !== undefined);
    const [first] = numbered;
    expect(numbered.map(({ seq }) => seq)).toEqual(
      numbered.map((_message, index) => Number(first?.["seq"]) + index),
    );
    expect(new Set(numbered.map(({ epoch }) => epoch)).size).toBe(1);
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

describe("orders by socket", () => {
  const REQUESTS: readonly { orders: Json[]; checks?: "all" | "telling" }[] = [
    { orders: [order("a")] },
    { orders: [order("a")] },
    { orders: [order("a", { qty: "59" })] },
    { orders: [order("b", { qty: 60, price: 99.99, timeInForce: "ioc" })], checks: "telling" },
    { orders: [order("c"), order("d", { qty: "101" }), order("e", { qty: "100", price: "100.005" })] },
    { orders: [order("f"), order("g", { side: "sell", qty: "10" })], checks: "all" },
    { orders: [order("h", { type: "market", price: undefined }), order("i", { symbol: "XNAS:NONE" })] },
    { orders: [order("j", { strategy: "nobody", reduceOnly: true })] },
    { orders: [order("k", { replaces: "a" })] },
  ];

  test("get the decisions that orders by HTTP get", async () => {
    await openAccount("bysocket");
    await openAccount("byhttp00");
    const client = await SocketClient.open(streamOf("bysocket"));
    await client.ask({ op: "unsubscribe", id: "u", topics: ["account.bysocket"] });
    for (const [index, { checks, orders }] of REQUESTS.entries()) {
      const query = checks === undefined ? "" : `?checks=${checks}`;
      const http = await call("POST", `/v1/accounts/byhttp00/orders${query}`, { orders });
      const socket = await client.ask({ ...frame(`f${index}`, ...orders), ...(checks && { checks }) });
      const { decisions } = decisionsFrame.parse(socket);
      expect(timeless("bysocket", { decisions })).toEqual(
        timeless("byhttp00", decisionsReply.parse(http.body)),
      );
    }
  });

  test("frames that are in flight together are answered in their order, several to a frame", async () => {
    await openAccount("flight");
    const client = await SocketClient.open(streamOf("flight"));
    await client.ask({ op: "unsubscribe", id: "u", topics: ["account.flight"] });
    await client.ask(frame("first", order("first", { qty: "1" })));
    const before = client.frames.length;
    const ids = Array.from({ length: 256 }, (_none, index) => `w${index}`);
    for (const id of ids) client.send(frame(id, order(id, { qty: "1" })));
    for (const id of ids) {
      const { decisions } = decisionsFrame.parse(await client.next(({ op }) => op !== undefined));
      expect(decisions.map(({ clientOrderId }) => clientOrderId)).toEqual([id]);
    }
    expect(client.frames.length - before).toBeLessThan(256);
  });

  test("a frame for a symbol that is new here keeps its place", async () => {
    await openAccount("newsymbol");
    const client = await SocketClient.open(streamOf("newsymbol"));
    client.send(frame("one", order("one")));
    client.send(frame("two", order("two", { replaces: "one" })));
    client.send(frame("three", order("three", { qty: "1" })));
    for (const id of ["one", "two", "three"]) {
      const said = decisionsFrame.parse(await client.next(({ op }) => op === "decisions"));
      expect([said.id, said.decisions[0]?.decision]).toEqual([id, "accept"]);
    }
  });

  test.each([
    ["an unknown field", { orders: [order("x", { color: "red" })] }],
    ["a field of the wrong type", { orders: [order("x", { reduceOnly: "yes" })] }],
    ["a number that is none", { orders: [order("x", { qty: "1e3" })] }],
    ["a price too many", { orders: [order("x"), order("y", { type: "market" })] }],
    ["no order", { orders: [] }],
    ["one order too many", { orders: Array.from({ length: 1_001 }, (_none, index) => order(`x${index}`)) }],
    ["itself replaced", { orders: [order("x", { replaces: "x" })] }],
    ["a symbol that is none", { orders: [order("x", { symbol: "aapl" })] }],
    ["an order that is none", { orders: [null] }],
  ])("%s is refused in the words of HTTP, and nothing is done", async (_name, body) => {
    await openAccount("faults");
    const client = await SocketClient.open(streamOf("faults"));
    const http = await call("POST", "/v1/accounts/faults/orders", body);
    const { id, code, errors } = orderErrorFrame.parse(await client.ask({ op: "order", id: "f", ...body }));
    expect([http.status, id, code, errors]).toEqual([422, "f", http.body["code"], http.body["errors"]]);
    expect((await call("GET", "/v1/accounts/faults/decisions")).body).toMatchObject({ total: 0 });
  });

  test("a frame that says the same twice is refused", async () => {
    await openAccount("twice");
    const client = await SocketClient.open(streamOf("twice"));
    client.send(JSON.stringify(frame("f", order("x"))).replace('"qty":"60"', '"qty":"60","qty":"61"'));
    expect(await client.next(({ op }) => op === "error")).toMatchObject({ id: "f", code: "duplicate-key" });
  });

  test("three frames without an id are enough", async () => {
    await openAccount("noid");
    const client = await SocketClient.open(streamOf("noid"));
    for (let times = 0; times < 3; times++) client.send({ op: "order", orders: [order("x")] });
    expect(await client.closed()).toMatchObject({ code: 1008 });
    expect((await call("GET", "/v1/accounts/noid/decisions")).body).toMatchObject({ total: 0 });
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
