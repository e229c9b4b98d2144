/** The gap ledger and bars of quotes inside workerd: an eviction between any two steps changes nothing, and watchers hear of both. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import { gap as gapShape } from "../../src/contracts/gaps.ts";
import { QUOTE_SIDES, RESOLUTIONS } from "../../src/domain/bar.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { envelopeNow } from "./envelope-now.ts";
import { StreamClient } from "./stream-client.ts";

const { INSTRUMENT_DIRECTORY, SYMBOL } = env as unknown as Env;
const MINUTE = 60_000;
const T = Math.floor((Date.now() - 26 * 60 * MINUTE) / (60 * MINUTE)) * 60 * MINUTE;

const object = (name: string) => SYMBOL.getByName(name);
// SAFETY: as in wiring.ts.
const api = (name: string) => object(name) as unknown as SymbolApi;

type Sent = Readonly<Record<string, unknown>>;
const trade = (ts: number, price: string): Sent => ({ type: "trade", ts, price, size: "2" });
const quote = (ts: number, bid: string, ask: string): Sent => ({
  ...{ type: "quote", ts, bid, bidSize: "1", ask, askSize: "1" },
});
const gap = (from: number, to: number, over: Sent = {}): Sent => ({
  ...{ type: "gap", ts: to, from, to, reason: "cut" },
  ...over,
});
async function take(symbol: string, ...ticks: readonly Sent[]) {
  const body = JSON.stringify(ticks.map((tick, index) => [index, { symbol, ...tick }]));
  const reply = await api(symbol).tickRows(envelopeNow(), "test", body);
  if (!reply.ok) throw new Error(reply.code);
  return JSON.parse(reply.value);
}

beforeAll(async () => {
  const lines = ["T:STAYS", "T:LEAVES", "T:WATCHED"].map((symbol) => ({
    ...APPLE,
    ...{ symbol, timezone: "UTC", session: "24x7", quoteBars: true },
  }));
  // SAFETY: as in wiring.ts.
  const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
  const put = await directory.put(envelopeNow(), JSON.stringify(lines));
  expect(put.ok && JSON.stringify(put.value)).toContain("quoteBars");
});

/** Everything that readers see of them; when a gap was noted is the wall clock's. */
async function shown(symbol: string) {
  const query = { limit: 1_000 };
  const gaps = await api(symbol).gaps(envelopeNow(), query);
  const bars = [];
  for (const resolution of RESOLUTIONS) {
    bars.push(await api(symbol).bars(envelopeNow(), { resolution, ...query }));
    for (const side of QUOTE_SIDES)
      bars.push(await api(symbol).quoteBars(envelopeNow(), { resolution, side, ...query }));
  }
  if (!gaps.ok) throw new Error(gaps.code);
  const entries = gaps.value.items.map((item) => gapShape.parse(JSON.parse(item)));
  return {
    bars,
    gaps: entries.map(({ foundAt: _, filledAt, ...entry }) => ({ ...entry, filled: filledAt !== undefined })),
  };
}

const STEPS: readonly (readonly Sent[])[] = [
  [quote(T, "10", "10.5"), trade(T + 5, "10.2")],
  [quote(T + MINUTE, "10.1", "10.4"), quote(T + 3 * MINUTE, "10", "10.2"), trade(T + 3 * MINUTE, "10.1")],
  [gap(T + MINUTE, T + 2 * MINUTE), gap(T + 5, T + MINUTE, { missing: 2 })],
  [quote(T + 30_000, "9", "9.5"), trade(T + 40_000, "9")],
  [quote(T + 40 * MINUTE, "11", "12")],
  [gap(T + MINUTE, T + 2 * MINUTE), gap(T, T + 2 * MINUTE, { filled: true })],
  [quote(T + 24 * 60 * MINUTE, "11", "12"), trade(T + 24 * 60 * MINUTE, "11")],
];

test("an eviction between any two steps changes neither gaps nor bars", async () => {
  for (const step of STEPS) {
    expect(await take("T:LEAVES", ...step)).toEqual(await take("T:STAYS", ...step));
    await evictDurableObject(object("T:LEAVES"));
    expect(await shown("T:LEAVES")).toEqual(await shown("T:STAYS"));
    await evictDurableObject(object("T:LEAVES"));
  }
  const { gaps } = await shown("T:LEAVES");
  expect(gaps.map(({ kind, filled }) => [kind, filled])).toEqual([
    ["silence", false],
    ["silence", false],
    ["sequence", true],
    ["feed", true],
  ]);
});

describe("who watches", () => {
  test("hears of bars of quotes as they form, close and are revised, and of gaps that make them partial", async () => {
    const S = "T:WATCHED";
    await take(S, quote(T, "10", "11"));
    const client = await StreamClient.open(object(S));
    client.say({ op: "subscribe", topics: [`mid.1.${S}`, `bid.1.${S}`, `trades.${S}`] });
    const heard = await client.settled();
    await take(S, quote(T + MINUTE + 2_000, "12", "13"));
    await take(S, quote(T + 1, "10", "10"));
    await take(S, gap(T, T + MINUTE), gap(T, T, { missing: 1 }));
    heard.push(...(await client.settled()));
    const of = (topic: string) => heard.filter((message) => message.topic === topic).map(({ type }) => type);
    expect(of(`mid.1.${S}`)).toEqual(["snap", "bar", "bar", "rev", "gap"]);
    expect(of(`trades.${S}`)).toEqual(["snap", "gap", "gap"]);
    expect(heard.find(({ topic, type }) => topic === `mid.1.${S}` && type === "rev")?.data).toMatchObject({
      ...{ t: T, o: "10.5", c: "10", n: 2, rev: 1, state: "revised" },
    });
  });
});
