/** What is done every second: heartbeats, silent topics, new listings, the word to the directory; and the end of it. */
import { describe, expect, test } from "vitest";
import { World } from "./gateway-world.ts";

const A = "symbol:T:A";
const TRADES = "trades.T:A";

test("each connection gets one heartbeat in fifteen seconds, with the place and age of each topic", async () => {
  const world = new World();
  const clients = Array.from({ length: 5 }, () => world.connect());
  for (const client of clients) await client.subscribe(TRADES, "quote.T:A");
  await world.pass(15_000);
  for (const client of clients) {
    const beats = client.take().filter(({ op }) => op === "hb");
    expect(beats).toMatchObject([
      {
        topics: [
          { topic: TRADES, epoch: "e1", seq: 1 },
          { topic: "quote.T:A", epoch: "e1", seq: 1 },
        ],
      },
    ]);
    expect(beats[0].topics[0].ageMs).toBe(beats[0].ts - world.clock.now() + 15_000);
  }
});

describe("a topic that says nothing for half a minute", () => {
  async function silent(
    beat: Partial<{ lastTs: number | null; isOpen: boolean; isAway: boolean }>,
    topic = TRADES,
    actor = A,
  ) {
    const world = new World();
    const client = world.connect({ tenant: "t", subject: "s", scopes: ["market:read", "risk:read"] });
    await client.subscribe(topic);
    const host = world.host(actor);
    host.beat = { ...host.beat, ...beat };
    const statuses = () => client.take().filter(({ type }) => type === "status");
    return { world, client, host, statuses };
  }

  test("is mute while its market is open, told once, and live again with its next message", async () => {
    const { world, host, statuses } = await silent({ lastTs: 1_000_000_000_000 });
    await world.pass(29_000);
    expect(statuses()).toEqual([]);
    await world.pass(2_000);
    expect(statuses()).toMatchObject([
      {
        topic: TRADES,
        epoch: "e1",
        seq: 1,
        data: { state: "mute", ageMs: 30_000, lastTs: 1_000_000_000_000 },
      },
    ]);
    await world.pass(120_000);
    expect(statuses()).toEqual([]);
    host.publish(TRADES, "delta", [1], false);
    await world.settle();
    expect(statuses()).toMatchObject([{ seq: 2, data: { state: "live" } }]);
  });

  test("is closed with its market, and away with its source or its actor", async () => {
    const closed = await silent({ isOpen: false });
    await closed.world.pass(31_000);
    expect(closed.statuses()).toMatchObject([{ data: { state: "closed" } }]);
    const ended = await silent({ isAway: true });
    await ended.world.pass(31_000);
    expect(ended.statuses()).toMatchObject([{ data: { state: "source-away" } }]);
    ended.host.isAway = true;
    const gone = await silent({});
    gone.host.isAway = true;
    await gone.world.pass(31_000);
    expect(gone.statuses()).toMatchObject([{ data: { state: "source-away" } }]);
  });

  test("is told nothing of while the symbol takes ticks, or where there is no source outside", async () => {
    const ticking = await silent({});
    for (let each = 0; each < 4; each += 1) {
      ticking.host.beat = { lastTs: ticking.world.clock.now() + 20_000, isOpen: true, isAway: false };
      await ticking.world.pass(20_000);
    }
    expect(ticking.statuses()).toEqual([]);
    const account = await silent({}, "account.main", "risk-shard:t/main");
    await account.world.pass(60_000);
    expect(account.statuses()).toEqual([]);
  });
});

describe("wildcards", () => {
  test("stand for every stored width of a symbol, or for one width of every symbol of a venue", async () => {
    const world = new World();
    const client = world.connect();
    const [widths] = await client.subscribe("bars.*.T:A");
    expect(widths.topics.map(({ topic }: { topic: string }) => topic)).toEqual(
      ["1", "3", "5", "15", "30", "60", "240", "1D", "1W", "1M"].map((width) => `bars.${width}.T:A`),
    );
    const [venue] = await client.subscribe("bars.1.T:*");
    expect(venue.topics.map(({ topic }: { topic: string }) => topic).slice(10)).toEqual([
      "bars.1.T:B",
      "bars.1.T:C",
    ]);
    const [all] = await client.subscribe("bars.5.*");
    expect(all.topics).toHaveLength(15);
    const [left] = await client.ask({ op: "unsubscribe", topics: ["bars.1.T:*"] });
    expect(left.topics.some(({ topic }: { topic: string }) => topic.startsWith("bars.1.T:"))).toBe(false);
    expect(left.topics.some(({ topic }: { topic: string }) => topic === "bars.5.U:A")).toBe(true);
  });

  test("are refused elsewhere, and as a whole where they are too many", async () => {
    const world = new World();
    world.symbols = Array.from({ length: 1_001 }, (_, each) => `V:S${String(each).padStart(4, "0")}`);
    const client = world.connect();
    const [ack] = await client.subscribe(
      "quote.*",
      "trades.T:*",
      "bars.*.*",
      "bars.7.T:*",
      "bars.1.*",
      "bars.1.T*",
    );
    expect(ack.topics).toEqual([]);
    expect(
      ack.errors.map(({ topic, code }: { topic: string; code: string }) => [topic, code]).toSorted(),
    ).toEqual([
      ["bars.*.*", "wildcard-unsupported"],
      ["bars.1.*", "too-many-topics"],
      ["bars.1.T*", "wildcard-unsupported"],
      ["bars.7.T:*", "wildcard-unsupported"],
      ["quote.*", "wildcard-unsupported"],
      ["trades.T:*", "wildcard-unsupported"],
    ]);
    expect(world.hosts.size).toBe(0);
  });

  test("take in what is listed later, with an ack of the full set", async () => {
    const world = new World();
    const client = world.connect();
    await client.subscribe("bars.1.T:*");
    world.symbols = [...world.symbols, "T:NEW"];
    await world.pass(125_000);
    const said = client
      .take()
      .filter(({ op, topic, type }) => op === "ack" || (topic === "bars.1.T:NEW" && type === "snap"));
    expect(said).toMatchObject([
      { op: "ack", errors: [] },
      { topic: "bars.1.T:NEW", type: "snap" },
    ]);
    expect(said[0].topics).toHaveLength(4);
  });
});

test("a connection holds at most 1,000 topics: each too many is refused by its name", async () => {
  const world = new World();
  world.symbols = Array.from({ length: 1_002 }, (_, each) => `V:S${each}`);
  const client = world.connect();
  const topics = world.symbols.map((symbol) => `quote.${symbol}`);
  const [ack] = await client.subscribe(...topics);
  expect(ack.topics).toHaveLength(1_000);
  expect(ack.errors.map(({ topic, code }: { topic: string; code: string }) => [topic, code])).toEqual([
    ["quote.V:S1000", "too-many-topics"],
    ["quote.V:S1001", "too-many-topics"],
  ]);
});

test("a client may resume each of a thousand topics by itself, is answered as far as the rate allows, and closed when it says much more", async () => {
  const world = new World();
  world.symbols = Array.from({ length: 1_000 }, (_, each) => `V:S${each}`);
  const client = world.connect();
  await client.subscribe(...world.symbols.map((symbol) => `quote.${symbol}`));
  const rows = () => world.sql.exec("SELECT total_changes() AS n")[0]?.n;
  const before = rows();
  for (const [id, symbol] of world.symbols.entries())
    client.say({ op: "resume", id, topic: `quote.${symbol}`, epoch: "e1", seq: 1 });
  await world.settle();
  const said = client.socket.frames.splice(0);
  expect(said).toHaveLength(1_000);
  expect(said.filter((frame) => frame.includes("overloaded")).length).toBeGreaterThan(800);
  expect(said.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(10_000_000);
  expect(rows()).toBe(before);
  expect(client.socket.closing).toBeUndefined();
  for (let each = 0; each < 400; each += 1) client.say({ op: "ping" });
  expect(client.socket.closing?.code).toBe(1008);
});

describe("the directory", () => {
  test("hears of the load when it changes, at most every two seconds", async () => {
    const world = new World();
    const client = world.connect();
    await client.subscribe(TRADES, "quote.T:A");
    await world.pass(10_000);
    expect(world.reports).toMatchObject([{ gateway: "g-1", connections: 1, topics: 2 }]);
    client.leave();
    for (let each = 0; each < 4; each += 1) {
      world.connect();
      await world.pass(1_000);
    }
    expect(world.reports.length).toBeLessThanOrEqual(4);
    await world.pass(2_000);
    expect(world.reports.at(-1)).toMatchObject({ connections: 4, topics: 0 });
  });

  test("hears of the load with each heartbeat too: it may have slept and forgotten meanwhile", async () => {
    const world = new World();
    await world.connect().subscribe(TRADES);
    await world.pass(5_000);
    world.reports.length = 0;
    await world.pass(32_000);
    expect(world.reports).toMatchObject([
      { connections: 1, topics: 1 },
      { connections: 1, topics: 1 },
    ]);
  });

  test("hears of a load that nobody is connected after: what it knew from before is wrong", async () => {
    const world = new World();
    const client = world.connect();
    await client.subscribe(TRADES);
    await world.pass(3_000);
    world.reports.length = 0;
    world.crash();
    await world.pass(3_000);
    expect(world.reports).toMatchObject([{ connections: 0, topics: 0 }]);
  });

  test("hears from a gateway that is drained while nobody is connected, so that it may leave", async () => {
    const world = new World();
    await world.pass(3_000);
    world.reports.length = 0;
    world.desk.drain({ inMs: 500, keep: false });
    await world.pass(3_000);
    expect(world.reports).toMatchObject([{ connections: 0 }]);
    expect(world.waking).toBe(0);
  });

  test("says that it is drained: every client is told and closed, and no further one is taken", async () => {
    const world = new World();
    const client = world.connect();
    world.isDraining = true;
    await world.pass(1_500);
    expect(client.take().filter(({ op }) => op !== "hb")).toMatchObject([
      { op: "notice", reason: "restart", inMs: 2_000, session: client.session },
    ]);
    expect(world.upgrade()).toMatchObject({ code: "overloaded" });
    await world.pass(2_000);
    expect(client.socket.closing).toEqual({ code: 1012, reason: "restart" });
  });
});

test("a drain before a restart tells once, closes, and takes whoever comes back", async () => {
  const world = new World();
  const client = world.connect();
  await client.subscribe(TRADES);
  world.desk.drain({ inMs: 500, keep: true });
  world.desk.drain({ inMs: 500, keep: true });
  expect(client.take()).toMatchObject([{ op: "notice", inMs: 500 }]);
  const late = world.connect();
  await world.pass(600);
  expect(client.socket.closing?.code).toBe(1012);
  expect(late.socket.closing).toBeUndefined();
  const [ack] = await late.ask({ op: "restore", session: client.session });
  expect(ack).toMatchObject({ topics: [{ topic: TRADES }], errors: [] });
});

test("a credential that no longer holds closes its idle connections too", async () => {
  const world = new World();
  const client = world.connect();
  world.stillValid = async () => false;
  await world.pass(16_000);
  expect(client.socket.closing?.code).toBe(1008);
});

test("when nobody is connected and nothing is followed any more, nothing is done", async () => {
  const world = new World();
  const client = world.connect();
  await client.subscribe(TRADES);
  client.leave();
  await world.pass(70_000);
  const before = world.clock.now();
  await world.pass(600_000);
  expect(world.clock.now() - before).toBe(600_000);
  expect(world.waking).toBe(0);
});
