/** What readers and subscribers are shown of an order book, and what its feed is asked for. */
import { describe, expect, test } from "vitest";
import { SOCKET_HEADER, type SocketTicket } from "../../../../actors/runtime/connection.ts";
import type { TickReport } from "../../../../actors/symbol/messages.ts";
import { type DepthReply, depthReply } from "../../../../src/contracts/depth.ts";
import type { EpochMs } from "../../../../src/domain/time.ts";
import { CREDENTIAL, type FakeSocket } from "../../../support/fake-sockets.ts";
import { envelope } from "../../../support/runtime-fakes.ts";
import { type Sent, SYMBOL } from "../bench.ts";
import { World } from "../pit-world.ts";

async function connect(world: World): Promise<FakeSocket> {
  const ticket: SocketTicket = { envelope: envelope(), credential: CREDENTIAL };
  const headers = { [SOCKET_HEADER]: JSON.stringify(ticket) };
  await world.pit.fetch(new Request("https://actor/stream", { headers }));
  return world.port.sockets.at(-1) ?? expect.unreachable();
}
const depth = (world: World, over: Sent): Sent => ({
  ...{ type: "depth", symbol: SYMBOL, ts: world.clock.now(), bids: [], asks: [] },
  ...over,
});
const ladder = (from: number, step: number, count = 30) =>
  Array.from({ length: count }, (_, at) => [(from + at * step).toFixed(2), `${at + 1}.5`]);
const snapshot = (world: World, lastSeq: number, over: Sent = {}) =>
  depth(world, { snapshot: true, lastSeq, bids: ladder(99, -0.25), asks: ladder(100, 0.25), ...over });

async function read(world: World, levels?: number): Promise<DepthReply> {
  const reply = await world.pit.depth.read(envelope(), levels === undefined ? {} : { levels });
  return depthReply.parse(JSON.parse(reply.ok ? reply.value : "null"));
}

describe("the public book", () => {
  test("of a symbol without depth waits for a snapshot and is stale", async () => {
    expect(await read(new World())).toEqual({
      ...{ symbol: SYMBOL, ts: null, seq: null, state: "awaiting-snapshot", bids: [], asks: [] },
      health: {
        ...{ crossed: false, locked: false, stale: true, ageMs: null, gaps: 0, waiting: 0 },
        ...{ checksum: "none", checksumFailures: 0, bidsKnownTo: null, asksKnownTo: null },
      },
    });
  });

  test("has the nearest levels of each side as exact text, and says how far it is known and how old", async () => {
    const world = new World();
    const ts = world.clock.now();
    await world.take(snapshot(world, 7));
    world.clock.time = (ts + 61_000) as EpochMs;
    const shown = await read(world, 2);
    expect(shown).toMatchObject({ ts, seq: 7, state: "live" });
    expect([shown.bids, shown.asks]).toEqual([
      [
        ["99", "1.5"],
        ["98.75", "2.5"],
      ],
      [
        ["100", "1.5"],
        ["100.25", "2.5"],
      ],
    ]);
    expect(shown.health).toMatchObject({
      ...{ stale: true, ageMs: 61_000, bidsKnownTo: "91.75", asksKnownTo: "107.25" },
    });
    expect((await read(world)).bids).toHaveLength(20);
    expect((await read(world, 500)).bids).toHaveLength(30);
  });

  test("says crossed, locked and broken", async () => {
    const world = new World();
    const health = async () => (await read(world)).health;
    await world.take(snapshot(world, 1, { bids: [["100", "1"]] }));
    expect(await health()).toMatchObject({ crossed: false, locked: true });
    await world.take(depth(world, { firstSeq: 2, lastSeq: 2, bids: [["101", "1"]] }));
    expect(await health()).toMatchObject({ crossed: true, locked: false });
    await world.take(depth(world, { firstSeq: 4, lastSeq: 4 }));
    expect(await read(world)).toMatchObject({ state: "broken", seq: 2, health: { gaps: 1, waiting: 1 } });
  });

  test("is the same over a load, but for what was measured of its last minute", async () => {
    const world = new World();
    await world.take(snapshot(world, 1), depth(world, { firstSeq: 2, lastSeq: 3, bids: ladder(98.9, -0.1) }));
    const { metrics: _measured, ...before } = await read(world, 500);
    world.restart();
    const { metrics, ...after } = await read(world, 500);
    expect(after).toEqual(before);
    expect(metrics).toMatchObject({ mid: "99.5", updatesPerSecond: null });
  });
});

test("subscribers hear all that is shown after each turn with depth, and nothing of others", async () => {
  const world = new World();
  const socket = await connect(world);
  world.sockets.message(socket, JSON.stringify({ op: "subscribe", topics: [`depth.${SYMBOL}`] }));
  expect(socket.take()).toMatchObject([
    { op: "ack" },
    { type: "snap", data: { state: "awaiting-snapshot" } },
  ]);
  await world.take(snapshot(world, 1));
  const [said] = socket.take();
  expect([said.type, said.data]).toEqual(["delta", await read(world)]);
  await world.take(
    { type: "quote", symbol: SYMBOL, ts: world.clock.now(), bid: "9", bidSize: "1", ask: "10", askSize: "1" },
    snapshot(world, 1),
  );
  expect(socket.take()).toEqual([]);
  await Promise.all([
    world.take(depth(world, { firstSeq: 2, lastSeq: 2 })),
    world.take(depth(world, { firstSeq: 3, lastSeq: 3, bids: [["99", "0"]] })),
  ]);
  const [last, ...more] = socket.take();
  expect([last.data.seq, last.data.bids[0], more]).toEqual([3, ["98.75", "2.5"], []]);
});

test("who sends depth is asked for a snapshot until the book goes on, and nobody else is", async () => {
  const world = new World();
  const wanted = async (...ticks: readonly Sent[]) => {
    const reply = await world.take(...ticks);
    // SAFETY: what the symbol says of ticks.
    return reply.ok ? (reply.value as TickReport).wanted : reply;
  };
  const diff = (seq: number) => depth(world, { firstSeq: seq, lastSeq: seq });
  const trade = { type: "trade", symbol: SYMBOL, ts: world.clock.now(), price: "1", size: "1" };
  expect(await wanted(trade)).toBeUndefined();
  expect(await wanted(diff(5))).toEqual(["depth-snapshot"]);
  expect(await wanted(diff(5))).toEqual(["depth-snapshot"]);
  expect(await wanted(snapshot(world, 3))).toEqual(["depth-snapshot"]);
  expect(await wanted(snapshot(world, 4))).toBeUndefined();
  expect(await wanted(diff(7))).toEqual(["depth-snapshot"]);
  expect(await wanted(trade)).toBeUndefined();
});
