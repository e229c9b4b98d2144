/** One strategy as a real object: news and prices come in, and it is evicted between any two of them. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import { encodePriceBatch, encodePriceUpdate, type PriceUpdate } from "../../actors/price-hub/messages.ts";
import type { StrategyApi, StrategyNews } from "../../actors/strategy/messages.ts";
import type { M2mCandleObject } from "../../src/contracts/strategies.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { envelopeNow } from "./envelope-now.ts";

const { INSTRUMENT_DIRECTORY, STRATEGY } = env as unknown as Env;
const SYMBOL = APPLE.symbol as Symbol;
const MINUTE = 60_000;
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 30 * MINUTE;
const LEG = { symbol: SYMBOL, priceScale: 4, sizeScale: 0, notionalUnit: String(10n ** 8n) };

const object = (id: string) => STRATEGY.getByName(`acme/${id}`);
// SAFETY: as in wiring.ts.
const api = (id: string) => object(id) as unknown as StrategyApi;
const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;

beforeAll(async () => {
  expect(await directory.put(envelopeNow(), JSON.stringify([APPLE]))).toMatchObject({ ok: true });
});

let seq = 0;
function tell(id: string, ...news: StrategyNews[]) {
  const facts = news.map((item) => {
    seq += 1;
    return [seq, Date.now(), item.type, JSON.stringify(item)] as const;
  });
  const batch = { actor: "risk-shard:acme/main", facts, incarnation: "i", knownIncarnations: [] };
  return api(id).receive(envelopeNow(), batch);
}
const opening = (id: string): StrategyNews => ({
  type: "strategy-opened",
  strategy: id,
  account: "main",
  name: "One",
  tags: [],
  currency: "USD",
  legs: [LEG],
  at: Date.now(),
});
const fill = (id: string, step: number, ts: number): StrategyNews => ({
  type: "fill-booked",
  strategy: id,
  execId: `${id}-${step}`,
  leg: LEG,
  side: step % 3 === 0 ? "sell" : "buy",
  qty: step,
  price: 1_000_000,
  fee: "0.01",
  ts,
  opening: false,
});
function price(id: string, n: number, ts: number, last: number) {
  const mark = { last, lastTs: ts as EpochMs, lastChanges: n };
  const update: PriceUpdate = { symbol: SYMBOL, mark, changes: [[n, ts, last]], sampled: false };
  return api(id).prices(envelopeNow(), encodePriceBatch("hub-0", [encodePriceUpdate(update)]));
}
async function shown(id: string): Promise<M2mCandleObject[]> {
  const reply = await api(id).m2m(envelopeNow(), { resolution: "1", limit: 100 });
  if (!reply.ok) throw new Error(reply.code);
  return reply.value.candles.map((text) => JSON.parse(text) as M2mCandleObject);
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function steps(id: string, between: () => Promise<unknown>): Promise<void> {
  await tell(id, opening(id));
  await between();
  for (let step = 1; step <= 12; step++) {
    await price(id, step, T0 + step * 20_000, 1_000_000 + ((step * 3_700) % 1_100));
    await between();
    await tell(id, fill(id, step, T0 + step * 20_000 - 25_000));
    await between();
  }
}

/** What was said again is counted by the clock: how often differs, what it says does not. */
const saying = (candles: readonly M2mCandleObject[]) =>
  candles.map(({ rev: _rev, state, ...said }) => ({ ...said, isForming: state === "forming" }));

/** Once nothing is owed: prices of half an hour ago have no other use for this timer. */
async function settledCandles(id: string): Promise<M2mCandleObject[]> {
  for (;;) {
    const owed = await runInDurableObject(object(id), (_instance, { storage }) =>
      storage.sql.exec("SELECT 1 FROM timer WHERE name = 'closing'").toArray(),
    );
    if (owed.length === 0) return shown(id);
    await pause(50);
  }
}

describe("one strategy", () => {
  test("an eviction between any two steps changes nothing", async () => {
    await steps("stays", () => Promise.resolve());
    await steps("evicted", () => evictDurableObject(object("evicted")));
    const [stayed, evicted] = [await settledCandles("stays"), await settledCandles("evicted")];
    expect(saying(evicted)).toEqual(saying(stayed));
    expect(evicted.length).toBeGreaterThan(3);
  });

  test("the first price of a leg is known before its news is confirmed", async () => {
    await tell("linked", opening("linked"));
    const rows = await runInDurableObject(object("linked"), (_instance, { storage }) =>
      storage.sql.exec("SELECT symbol, n FROM leg").toArray(),
    );
    expect(rows).toEqual([{ symbol: SYMBOL, n: 0 }]);
  });

  test("the alarm closes a minute after which nothing comes", async () => {
    // The clock is trusted for 60 s after the last price: not so late in the minute that they pass meanwhile.
    while (Date.now() % MINUTE > 50_000) await pause(100);
    await tell("alarmed", opening("alarmed"));
    await price("alarmed", 1, Math.floor(Date.now() / MINUTE) * MINUTE - 1, 1_010_000);
    while ((await shown("alarmed"))[0]?.state !== "final") await pause(50);
    expect(await shown("alarmed")).toMatchObject([{ state: "final", rev: 0, tickCount: 1 }]);
  });

  test("one that was never opened is unknown", async () => {
    expect(await api("nobody").describe(envelopeNow())).toMatchObject({
      ok: false,
      code: "strategy-unknown",
    });
  });
});
