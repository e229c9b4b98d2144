/** An order book inside workerd: what was acknowledged is there after an eviction and a crash between any two steps. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import type { ActorReply } from "../../actors/runtime/reply.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import type { DepthReply } from "../../src/contracts/depth.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { envelopeNow } from "./envelope-now.ts";
import { StreamClient } from "./stream-client.ts";

const { INSTRUMENT_DIRECTORY, SYMBOL } = env as unknown as Env;
/** So long ago that the book is stale from the first step on, however long the steps take. */
const T0 = Date.now() - 600_000;

const object = (name: string) => SYMBOL.getByName(name);
// SAFETY: as in wiring.ts.
const api = (name: string) => object(name) as unknown as SymbolApi;
/** Where it left by itself there is nothing to do. */
const evict = (name: string) => evictDurableObject(object(name)).catch(() => undefined);
/** As a failed statement ends it: nothing is drained. */
const crash = (name: string) =>
  runInDurableObject(object(name), (_instance, context) => context.abort("crashed")).catch(() => undefined);

/** A call that finds the object on its way out fails, and may be made again. */
async function answered(call: () => Promise<ActorReply<string>>): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    const reply = await call().catch(() => undefined);
    if (reply?.ok === true) return reply.value;
  }
  return expect.unreachable("the object never answered");
}

type Sent = Readonly<Record<string, unknown>>;
async function post(symbol: string, ...ticks: readonly Sent[]): Promise<Sent> {
  const body = JSON.stringify(ticks.map((tick, index) => [index, { type: "depth", symbol, ...tick }]));
  return JSON.parse(await answered(() => api(symbol).tickRows(envelopeNow(), "test", body)));
}
const side = (from: number, step: number) =>
  Array.from({ length: 120 }, (_, at) => [(from + at * step).toFixed(2), String(at + 1)]);
const diff = (seq: number, over: Sent = {}): Sent => ({
  ...{ ts: T0 + seq, firstSeq: seq, lastSeq: seq, asks: [] },
  ...{ bids: [[(190 - (seq % 50) / 100).toFixed(2), String(seq % 4)]] },
  ...over,
});
const snapshot = (seq: number): Sent => ({
  ...{ ts: T0 + seq, snapshot: true, lastSeq: seq, bids: side(190, -0.01), asks: side(190.01, 0.01) },
});

/** A life of a book: changes before the snapshot, many after it, a hole, and the snapshot that heals it. */
const LIFE: readonly (readonly Sent[])[] = [
  [diff(4), diff(5)],
  [diff(6)],
  [snapshot(5)],
  ...Array.from({ length: 3 }, (_, turn) =>
    Array.from({ length: 120 }, (_, at) => diff(7 + turn * 120 + at)),
  ),
  [diff(400)],
  [diff(401)],
  [snapshot(400)],
  [diff(402)],
];

async function shown(symbol: string): Promise<Partial<DepthReply>> {
  const text = await answered(() => api(symbol).depth(envelopeNow(), { levels: 500 }));
  const { ts, seq, state, bids, asks, health } = JSON.parse(text) as DepthReply;
  const { ageMs: _age, ...standing } = health;
  return { ts, seq, state, bids, asks, health: { ...standing, ageMs: 0 } };
}

async function live(symbol: string, between: (symbol: string) => Promise<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const ticks of LIFE) {
    const { wanted } = await post(symbol, ...ticks);
    await between(symbol);
    seen.push([wanted, await shown(symbol)]);
  }
  return seen;
}

beforeAll(async () => {
  const lines = ["STAYS", "LEAVES", "CRASHES", "STREAM"].map((name) => ({ ...APPLE, symbol: `T:D-${name}` }));
  // SAFETY: as in wiring.ts.
  const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
  expect(await directory.put(envelopeNow(), JSON.stringify(lines))).toMatchObject({ ok: true });
});

describe("an order book", () => {
  test("is the same after an eviction and after a crash between any two steps of its life", async () => {
    const stayed = await live("T:D-STAYS", async () => {});
    expect((stayed.at(-1) as [unknown, DepthReply])[1]).toMatchObject({
      ...{ state: "live", seq: 402, health: { gaps: 1, waiting: 0 } },
    });
    for (const [name, between] of [
      ["T:D-LEAVES", evict],
      ["T:D-CRASHES", crash],
    ] as const)
      expect(JSON.stringify(await live(name, between))).toBe(
        JSON.stringify(stayed).replaceAll("T:D-STAYS", name),
      );
  });

  test("is told to subscribers as a whole: a snapshot, then what each turn made of it", async () => {
    const symbol = "T:D-STREAM";
    const client = await StreamClient.open(object(symbol));
    const topic = `depth.${symbol}`;
    await post(symbol, snapshot(5));
    const said = await client.ask({ op: "subscribe", id: 1, topics: [topic] }, 2);
    expect(said).toMatchObject([
      { op: "ack", topics: [{ topic, seq: 1 }] },
      { topic, type: "snap", seq: 1, data: { state: "live", seq: 5 } },
    ]);
    await post(symbol, diff(6, { bids: [["190.00", "77"]] }));
    const [message] = await client.take(1);
    expect(message).toMatchObject({ topic, type: "delta", seq: 2, data: { seq: 6, state: "live" } });
    expect([message?.data.bids.length, message?.data.bids[0]]).toEqual([20, ["190", "77"]]);
  });
});
