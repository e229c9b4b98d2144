/** Orders by socket through the whole Worker: the same decisions and the same refusals as by HTTP. */
import { beforeAll, describe, expect, test } from "vitest";
import { decisionsReply } from "../../src/contracts/decisions.ts";
import { decisionsFrame, orderErrorFrame } from "../../src/contracts/order-frames.ts";
import { frame, openAccount, openMarket, order, streamOf, timeless } from "./socket-account.ts";
import { call, type Json, SocketClient } from "./socket-client.ts";

beforeAll(openMarket);

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
