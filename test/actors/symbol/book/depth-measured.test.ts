/** What a symbol tells of its book's depth: from its ticks, to readers and subscribers. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SOCKET_HEADER, type SocketTicket } from "../../../../actors/runtime/connection.ts";
import type { DepthQuery } from "../../../../actors/symbol/messages.ts";
import { depthReply } from "../../../../src/contracts/depth.ts";
import { type DepthMetrics, depthMetrics } from "../../../../src/contracts/depth-metrics.ts";
import type { EpochMs } from "../../../../src/domain/time.ts";
import { CREDENTIAL } from "../../../support/fake-sockets.ts";
import { envelope } from "../../../support/runtime-fakes.ts";
import { type Sent, SYMBOL, trade } from "../bench.ts";
import { World } from "../pit-world.ts";

/** Levels of a side, as `price x size`. */
const side = (text: string): string[][] =>
  text
    .split(" ")
    .filter(Boolean)
    .map((level) => level.split("x"));
const TOPIC = `depth-metrics.${SYMBOL}`;

class DepthWorld extends World {
  seq = 0;

  depth(over: Sent): Sent {
    this.seq += 1;
    return {
      type: "depth",
      symbol: SYMBOL,
      ts: this.clock.now(),
      bids: [],
      asks: [],
      lastSeq: this.seq,
      ...over,
    };
  }
  async snapshot(bids: string, asks: string): Promise<void> {
    await this.take(this.depth({ snapshot: true, bids: side(bids), asks: side(asks) }));
  }
  async change(afterMs: number, bids: string, asks = ""): Promise<void> {
    this.clock.time = (this.clock.time + afterMs) as EpochMs;
    await this.take(this.depth({ bids: side(bids), asks: side(asks) }));
  }
  read(query: DepthQuery = {}) {
    return this.pit.depth.read(envelope(), query);
  }
  async metrics(query: DepthQuery = {}): Promise<DepthMetrics | undefined> {
    const reply = await this.read(query);
    return depthReply.parse(JSON.parse(reply.ok ? reply.value : "null")).metrics;
  }
}
const opened = async (): Promise<DepthWorld> => {
  const world = new DepthWorld();
  await world.snapshot("99.9x4 99x10", "100.1x1 100.2x2");
  return world;
};

describe("the metrics of a symbol's book", () => {
  test("are of the levels that it keeps, not of those that are shown", async () => {
    const world = await opened();
    const found = await world.metrics({ levels: 1 });
    expect(found).toMatchObject({
      mid: "100",
      spread: { absolute: "0.2", bps: 20, ticks: 20 },
      imbalance: { top1: 0.6, levels: 1, topLevels: 0.6, top5: 11 / 17 },
    });
    expect(found?.depth[2]).toEqual({
      bps: 25,
      bids: { size: "4", notional: "399.6", complete: true },
      // The snapshot says nothing of what lies behind its last level.
      asks: { size: "3", notional: "300.5", complete: false },
    });
  });

  test("sweep what is asked, on both sides", async () => {
    const world = await opened();
    const found = await world.metrics({ sweepSizes: ["2", "0.5"], sweepNotionals: ["1000000"] });
    expect(
      found?.sweeps.map(({ side, size, notional, exhausted }) => [side, size ?? notional, exhausted]),
    ).toEqual([
      ["buy", "2", false],
      ["sell", "2", false],
      ["buy", "0.5", false],
      ["sell", "0.5", false],
      ["buy", "1000000", true],
      ["sell", "1000000", true],
    ]);
    expect(found?.sweeps[0]).toMatchObject({ averagePrice: 100.15, worstPrice: "100.2" });
    expect(found?.sweeps[4]).toMatchObject({ filledSize: "3", filledNotional: "300.5" });
  });

  test("refuse a size with more decimals than the instrument has", async () => {
    const world = await opened();
    expect(await world.read({ sweepSizes: ["0.0001"] })).toMatchObject({ ok: false, code: "scale-exceeded" });
    expect(await world.read({ sweepSizes: ["9007199254741"] })).toMatchObject({
      ...{ code: "number-range", detail: "sweepSizes: out of range" },
    });
    expect(await world.read({ sweepNotionals: ["0.0000000000001"] })).toMatchObject({
      code: "scale-exceeded",
    });
  });

  test("are not there before the first snapshot, nor behind a hole until it is healed", async () => {
    const world = new DepthWorld();
    await world.change(0, "99x1");
    expect(await world.metrics()).toBeUndefined();
    const broken = await opened();
    broken.seq += 5;
    await broken.change(100, "99.9x1");
    expect(await broken.metrics()).toBeUndefined();
    await broken.snapshot("99x1", "101x1");
    expect(await broken.metrics()).toMatchObject({ mid: "100" });
  });

  test("say what of the book's changes was added, cancelled and traded", async () => {
    const world = await opened();
    expect(await world.metrics()).toMatchObject({
      resilience: { unsupported: "snapshots-only" },
      cancels: { unsupported: "snapshots-only" },
    });
    // What lies behind the last level of the snapshot may have stood there before.
    await world.change(100, "99.9x1 99.5x5 98x1000");
    expect(await world.metrics()).toMatchObject({ cancels: { unsupported: "no-trades" } });
    await world.take(trade(world.clock.now(), "99.9", { size: "2" }));
    await world.change(100, "99.5x0 98x0", "100.1x3");
    // 3 and 5 went, of which 2 were traded; 5 and 2 came.
    expect(await world.metrics()).toMatchObject({
      cancels: { addedSize: 7, removedSize: 8, tradedSize: 2, rate: 0.75 },
      resilience: { shocks: 0, meanRecoveryMs: null },
    });
  });

  test("average the spread by time, and count updates, since the symbol was loaded", async () => {
    const world = await opened();
    await world.change(3_000, "", "100.1x0");
    await world.change(1_000, "99.9x3");
    const { spreadWindow, updatesPerSecond } = (await world.metrics()) ?? {};
    expect(spreadWindow).toMatchObject({ observedMs: 4_000, twoSidedMs: 4_000 });
    expect(spreadWindow?.absolute).toBeCloseTo((0.2 * 3 + 0.3) / 4, 12);
    expect(updatesPerSecond).toBe(0.75);
    world.restart();
    expect(await world.metrics()).toMatchObject({ spreadWindow: null, updatesPerSecond: null, score: null });
    await world.change(1_000, "99.9x2");
    await world.change(1_000, "99.9x1");
    expect((await world.metrics())?.spreadWindow).toMatchObject({ observedMs: 1_000 });
  });

  test("count a hole as time that nobody saw", async () => {
    const world = await opened();
    await world.change(1_000, "99.9x3");
    world.seq += 5;
    await world.change(500, "99.9x1");
    world.clock.time = (world.clock.time + 2_000) as EpochMs;
    await world.snapshot("99.9x4", "100.1x1");
    await world.change(2_000, "99.9x3");
    expect((await world.metrics())?.spreadWindow?.observedMs).toBe(1_000 + 500 + 2_000);
  });
});

describe("what is counted of the last minute", () => {
  const level = fc.tuple(
    fc.constantFrom("bids", "asks"),
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: 9 }),
  );
  const message = fc.array(level, { maxLength: 4 });
  /** Whole prices from 95 to 100 and from 101 to 106, all known. */
  const priceOf = (name: string, rank: number) => (name === "bids" ? 100 - rank : 101 + rank);
  const ALL = [0, 1, 2, 3, 4, 5];

  test("is what a map of sizes says, however the messages were batched", async () => {
    const told = fc.array(message, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(told, fc.integer({ min: 1, max: 12 }), async (messages, batch) => {
        const world = new DepthWorld();
        const full = (name: string) => ALL.map((rank) => `${priceOf(name, rank)}x5`).join(" ");
        await world.snapshot(full("bids"), full("asks"));
        const sizes = new Map(
          ["bids", "asks"].flatMap((name) => ALL.map((rank) => [priceOf(name, rank), 5])),
        );
        const moved = { added: 0, removed: 0 };
        const ticks = messages.map((levels) => {
          const flat: Record<string, string[][]> = { bids: [], asks: [] };
          for (const [name, rank, size] of new Map(
            levels.map((one) => [`${one[0]}${one[1]}`, one]),
          ).values()) {
            const price = priceOf(name, rank);
            const change = size - (sizes.get(price) ?? 0);
            sizes.set(price, size);
            moved[change > 0 ? "added" : "removed"] += Math.abs(change);
            flat[name]?.push([String(price), String(size)]);
          }
          return world.depth(flat);
        });
        await world.take(trade(world.clock.now(), "100", { size: "3" }));
        for (let from = 0; from < ticks.length; from += batch)
          await world.take(...ticks.slice(from, from + batch));
        const cancels = (await world.metrics())?.cancels;
        if (messages.every((levels) => levels.length === 0))
          expect(cancels).toEqual({ unsupported: "snapshots-only" });
        else
          expect(cancels).toEqual({
            ...{ addedSize: moved.added, removedSize: moved.removed, tradedSize: 3 },
            rate: moved.removed === 0 ? null : Math.max(0, moved.removed - 3) / moved.removed,
          });
      }),
      { numRuns: 15 },
    );
  });
});

describe("subscribers of the metrics", () => {
  const subscribed = async (world: DepthWorld) => {
    const ticket: SocketTicket = { envelope: envelope(), credential: CREDENTIAL };
    await world.pit.fetch(
      new Request("https://actor/stream", { headers: { [SOCKET_HEADER]: JSON.stringify(ticket) } }),
    );
    const socket = world.port.sockets.at(-1) ?? expect.unreachable();
    world.sockets.message(socket, JSON.stringify({ op: "subscribe", id: 1, topics: [TOPIC] }));
    return () => socket.take().filter(({ topic }) => topic === TOPIC);
  };

  test("hear them whole, with each change of the book, and null while it is not live", async () => {
    const world = new DepthWorld();
    const heard = await subscribed(world);
    expect(heard().map(({ type, data }) => [type, data])).toEqual([["snap", null]]);
    await world.snapshot("99.9x4", "100.1x1");
    await world.take(trade(world.clock.now(), "100"));
    await world.change(100, "99.8x4");
    world.seq += 5;
    await world.change(100, "99.8x3");
    const said = heard();
    expect(said.map(({ type, data }) => [type, data === null])).toEqual([
      ["delta", false],
      ["delta", false],
      ["delta", true],
    ]);
    expect(depthMetrics.parse(said[1]?.data)).toMatchObject({ mid: "100", ts: world.clock.now() - 100 });
  });
});
