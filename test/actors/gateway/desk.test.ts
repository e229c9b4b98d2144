/** A client of a gateway: what it is told first, what it gets of each topic, and that nobody hears anything of anybody else. */
import { describe, expect, test, vi } from "vitest";
import { OPENING_MS_MAX } from "../../../actors/gateway/limits.ts";
import { READER, World } from "./gateway-world.ts";

const A = "symbol:T:A";
const B = "symbol:T:B";

describe("a connection", () => {
  test("is welcomed with a session before anything else", () => {
    const world = new World();
    world.upgrade();
    const [socket] = world.port.sockets;
    expect(socket?.frames.map((frame) => JSON.parse(frame))).toEqual([
      {
        op: "welcome",
        session: expect.stringMatching(/^g-1\.[0-9a-f]{32}$/),
        gateway: "g-1",
        heartbeatMs: 15_000,
      },
    ]);
  });

  test("hears topics of many actors: the ack with the full set and each error, then a snapshot of each, then what follows", async () => {
    const world = new World();
    world.host(A).topic("quote.T:A").state = { last: 1 };
    world.host(B).topic("trades.T:B").state = [];
    const client = world.connect();
    const said = await client.ask({
      op: "subscribe",
      id: 7,
      topics: ["quote.T:A", "trades.T:B", "quote.T:NONE", "weather.T:A"],
    });
    expect(said).toMatchObject([
      {
        op: "ack",
        id: 7,
        topics: [
          { topic: "quote.T:A", epoch: "e1", seq: 1 },
          { topic: "trades.T:B", epoch: "e1", seq: 1 },
        ],
        errors: [
          { topic: "weather.T:A", code: "topic-unknown" },
          { topic: "quote.T:NONE", code: "symbol-unknown" },
        ],
      },
      { topic: "quote.T:A", type: "snap", seq: 1, data: { last: 1 } },
      { topic: "trades.T:B", type: "snap", seq: 1, data: [] },
    ]);
    world.host(B).publish("trades.T:B", "delta", [{ price: "1" }], false);
    await world.settle();
    expect(client.take()).toMatchObject([{ topic: "trades.T:B", epoch: "e1", type: "delta", seq: 2 }]);
  });

  test("asks nothing of a symbol that does not exist, and makes no actor of it", async () => {
    const world = new World();
    await world.connect().subscribe("quote.T:NONE", "bars.1.T:NONE");
    expect([...world.hosts.keys()]).toEqual([]);
  });

  test("is told in the ack what an actor refused, and is sent nothing of it", async () => {
    const world = new World();
    world.host(A).has = (topic) => topic !== "series.9T.T:A";
    const client = world.connect();
    const said = await client.subscribe("series.9T.T:A", "quote.T:A");
    expect(said).toMatchObject([
      {
        op: "ack",
        topics: [{ topic: "quote.T:A" }],
        errors: [{ topic: "series.9T.T:A", code: "topic-unknown" }],
      },
      { topic: "quote.T:A", type: "snap" },
    ]);
  });

  test("is told of an actor that does not answer after five seconds, and hears the others", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const world = new World();
      world.host(A).isAway = true;
      const client = world.connect();
      await client.ask({ op: "subscribe", topics: ["quote.T:A", "quote.T:B"] });
      expect(client.take()).toEqual([]);
      await vi.advanceTimersByTimeAsync(OPENING_MS_MAX);
      await world.settle();
      expect(client.take()).toMatchObject([
        {
          op: "ack",
          topics: [{ topic: "quote.T:B" }],
          errors: [{ topic: "quote.T:A", code: "dependency-unavailable" }],
        },
        { topic: "quote.T:B", type: "snap" },
      ]);
    } finally {
      vi.useRealTimers();
    }
  });
});

test("an actor is asked once for a topic, however many listen, and sends each message once", async () => {
  const world = new World();
  const [one, other] = [world.connect(), world.connect()];
  await one.subscribe("trades.T:A");
  const said = await other.subscribe("trades.T:A");
  expect(said).toMatchObject([{ op: "ack" }, { topic: "trades.T:A", type: "snap", seq: 1 }]);
  expect(world.host(A).frames).toHaveLength(1);
  world.host(A).publish("trades.T:A", "delta", [1], false);
  await world.settle();
  expect(one.socket.frames).toEqual(other.socket.frames);
  expect(one.take()).toMatchObject([{ seq: 2, data: [1] }]);
});

test("a later subscriber is sent the snapshot that is here and what came after it", async () => {
  const world = new World();
  await world.connect().subscribe("trades.T:A");
  for (const trade of [1, 2, 3]) world.host(A).publish("trades.T:A", "delta", [trade], false);
  await world.settle();
  const said = await world.connect().subscribe("trades.T:A");
  expect(said.slice(1).map(({ type, seq, data }) => [type, seq, data])).toEqual([
    ["snap", 1, null],
    ["delta", 2, [1]],
    ["delta", 3, [2]],
    ["delta", 4, [3]],
  ]);
  expect(world.host(A).replays).toEqual([]);
});

describe("isolation", () => {
  const RISK = { ...READER, scopes: ["market:read", "risk:read"] };

  test("a topic of another connection is never heard", async () => {
    const world = new World();
    const [one, other] = [world.connect(), world.connect()];
    await one.subscribe("trades.T:A");
    await other.subscribe("trades.T:B");
    world.host(A).publish("trades.T:A", "delta", [1], false);
    await world.settle();
    expect(one.take()).toHaveLength(1);
    expect(other.take()).toEqual([]);
  });

  test("the same topic of two tenants is of two actors, and neither hears the other's", async () => {
    const world = new World();
    const one = world.connect(RISK);
    const other = world.connect({ ...RISK, tenant: "u" });
    await one.subscribe("account.main", "labels.T:A");
    await other.subscribe("account.main", "labels.T:A");
    expect([...world.hosts.keys()].toSorted()).toEqual([
      "label-book:t",
      "label-book:u",
      "risk-shard:t/main",
      "risk-shard:u/main",
    ]);
    world.host("risk-shard:u/main").publish("account.main", "fill", { execId: "e" }, false);
    world.host("label-book:t").publish("labels.T:A", "delta", { id: "l" }, false);
    await world.settle();
    expect(one.take()).toMatchObject([{ topic: "labels.T:A" }]);
    expect(other.take()).toMatchObject([{ topic: "account.main", type: "fill" }]);
  });

  test("an account needs a scope of risk and has to exist; a strategy its own scope", async () => {
    const world = new World();
    const said = await world.connect().subscribe("account.main", "m2m.1.s1");
    expect(said[0].errors).toMatchObject([{ code: "forbidden" }, { code: "forbidden" }]);
    const [ack] = await world
      .connect({ ...RISK, scopes: ["risk:trade", "strategy:read"] })
      .subscribe("account.main", "account.none", "pnl.s1");
    expect(ack).toMatchObject({
      topics: [{ topic: "account.main" }],
      errors: [{ code: "account-unknown" }, { code: "strategy-unknown" }],
    });
    expect([...world.hosts.keys()]).toEqual(["risk-shard:t/main"]);
  });
});

test("a topic is given up a minute after its last listener, and its actor is told so", async () => {
  const world = new World();
  const client = world.connect();
  await client.subscribe("quote.T:A");
  await client.ask({ op: "unsubscribe", topics: ["quote.T:A"] });
  await world.pass(59_000);
  expect(world.host(A).linked.size).toBe(1);
  await world.pass(3_000);
  expect(world.host(A).linked.size).toBe(0);
  expect(JSON.parse(world.host(A).frames.at(-1) ?? "")).toEqual({ op: "unsubscribe", topics: ["quote.T:A"] });
});

test("what an actor tells of a topic that nobody holds is unwanted", () => {
  const world = new World();
  world.host(A).linked.add("quote.T:A");
  world.host(A).publish("quote.T:A", "delta", 1);
  world.pump();
  expect(world.host(A).linked.size).toBe(0);
});

test("whoever breaks off while it is being served leaves nothing behind, and others are served", async () => {
  const world = new World();
  const [gone, stays] = [world.connect(), world.connect()];
  for (const client of [gone, stays]) await client.subscribe("quote.T:A");
  world.host(A).publish("quote.T:A", "delta", 1);
  world.pump();
  gone.socket.broken = true;
  gone.say({ op: "resume", topic: "quote.T:A", epoch: "e1", seq: 1 });
  await world.settle();
  expect(stays.take()).toMatchObject([{ topic: "quote.T:A", seq: 2 }]);
  stays.leave();
  await world.pass(70_000);
  expect(world.host(A).linked.size).toBe(0);
});
