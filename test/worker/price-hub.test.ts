/** Hubs inside workerd, between real symbols and real strategies: whoever is evicted or killed, each change is heard once. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import { priceHubOf } from "../../actors/price-hub/address.ts";
import type { PriceHubApi } from "../../actors/price-hub/messages.ts";
import type { StrategyApi, StrategyNews } from "../../actors/strategy/messages.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import type { M2mCandleObject } from "../../src/contracts/strategies.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { envelopeNow } from "./envelope-now.ts";

const { INSTRUMENT_DIRECTORY, PRICE_HUB, STRATEGY, SYMBOL } = env as unknown as Env;
const MINUTE = 60_000;
/** A full minute, long enough ago that nothing lies in the future. */
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 30 * MINUTE;
const WATCHED = "H:WATCHED" as Symbol;
const OWED = "H:OWED" as Symbol;
const OLD = "H:OLD" as Symbol;
const LATE = "H:LATE" as Symbol;

const hub = (symbol: Symbol) => PRICE_HUB.getByName(priceHubOf(symbol));
// SAFETY: as in wiring.ts.
const hubApi = (symbol: Symbol) => hub(symbol) as unknown as PriceHubApi;
const symbolApi = (symbol: Symbol) => SYMBOL.getByName(symbol) as unknown as SymbolApi;
const strategyApi = (id: string) => STRATEGY.getByName(`acme/${id}`) as unknown as StrategyApi;

async function open(id: string, symbol: Symbol): Promise<void> {
  const news: StrategyNews = {
    type: "strategy-opened",
    strategy: id,
    account: "main",
    name: id,
    tags: [],
    currency: "USD",
    legs: [{ symbol, priceScale: 4, sizeScale: 0, notionalUnit: "100000000" }],
    at: T0,
  };
  const facts = [[1, T0, news.type, JSON.stringify(news)]] as const;
  const batch = { actor: "risk-shard:acme/main", facts, incarnation: "i", knownIncarnations: [] };
  expect(await strategyApi(id).receive(envelopeNow(), batch)).toMatchObject({ ok: true });
}

async function trade(symbol: Symbol, ts: number, price: string): Promise<void> {
  const body = JSON.stringify([[0, { type: "trade", symbol, ts, price, size: "1" }]]);
  const reply = await symbolApi(symbol).ticks(envelopeNow(), "test", body);
  expect(reply.ok && JSON.parse(reply.value)).toMatchObject({ accepted: 1 });
}

async function candles(id: string): Promise<M2mCandleObject[]> {
  const reply = await strategyApi(id).m2m(envelopeNow(), { resolution: "1", limit: 1_000 });
  return reply.ok ? reply.value.candles.map((text) => JSON.parse(text)) : [];
}
/** Hubs tell at their own pace. */
async function ticksHeard(id: string, count: number): Promise<M2mCandleObject[]> {
  for (;;) {
    const shown = await candles(id);
    if (shown.reduce((sum, { tickCount }) => sum + tickCount, 0) >= count) return shown;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const subscriptions = (symbol: Symbol) =>
  runInDurableObject(hub(symbol), (_instance, { storage }) =>
    storage.sql.exec("SELECT subscriber FROM subscription WHERE symbol = ?", symbol).toArray(),
  );

beforeAll(async () => {
  const lines = [WATCHED, OWED, OLD, LATE].map((symbol) => ({ ...APPLE, symbol }));
  const directory = INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
  expect(await directory.put(envelopeNow(), JSON.stringify(lines))).toMatchObject({ ok: true });
});

describe("subscriptions", () => {
  test("are there after an eviction, repeating them changes nothing, and leaving ends them", async () => {
    const symbols = [WATCHED];
    const name = "strategy/acme/nobody";
    expect(await hubApi(WATCHED).subscribe(envelopeNow(), name, symbols)).toEqual({ ok: true, value: null });
    await evictDurableObject(hub(WATCHED));
    expect(await hubApi(WATCHED).subscribe(envelopeNow(), name, symbols)).toEqual({ ok: true, value: null });
    expect(await subscriptions(WATCHED)).toEqual([{ subscriber: name }]);
    expect(await hubApi(WATCHED).unsubscribe(envelopeNow(), name, symbols)).toEqual({
      ok: true,
      value: null,
    });
    await evictDurableObject(hub(WATCHED));
    expect(await subscriptions(WATCHED)).toEqual([]);
  });
});

describe("price changes", () => {
  test("reach a strategy of the version before, which takes batches as objects", async () => {
    await open("old", OLD);
    const told: string[] = [];
    const restore = await runInDurableObject(STRATEGY.getByName("acme/old"), (instance) => {
      const { prototype } = instance.constructor;
      const { prices } = prototype;
      prototype.prices = function (envelope: unknown, batch: { updates: Iterable<unknown> }) {
        told.push(typeof batch);
        for (const _update of batch.updates);
        return prices.call(this, envelope, batch);
      };
      return () => {
        prototype.prices = prices;
      };
    });
    for (let change = 1; change <= 3; change++) {
      await trade(OLD, T0 + change * 1_000, `${10 + change}`);
      await ticksHeard("old", change);
    }
    restore();
    expect((await candles("old")).map(({ tickCount, sampled }) => [tickCount, sampled])).toEqual([
      [3, false],
    ]);
    expect(new Set(told)).toEqual(new Set(["string", "object"]));
  });

  test("each is heard once, though hub, symbol or strategy is evicted between any two of them", async () => {
    await open("watching", WATCHED);
    for (let change = 1; change <= 12; change++) {
      await trade(WATCHED, T0 + change * 20_000, `${10 + change}`);
      await ticksHeard("watching", change);
      const evicted = [hub(WATCHED), SYMBOL.getByName(WATCHED), STRATEGY.getByName("acme/watching")][
        change % 3
      ];
      if (evicted !== undefined) await evictDurableObject(evicted);
    }
    const shown = await ticksHeard("watching", 12);
    expect(shown.map(({ tickCount, sampled }) => [tickCount, sampled])).toEqual([
      [2, false],
      [3, false],
      [3, false],
      [3, false],
      [1, false],
    ]);
  });

  test("a hub that is killed while it owes a price wakes by its alarm and tells where the symbol stands", async () => {
    await open("waiting", OWED);
    await trade(OWED, T0 + 20_000, "10");
    await ticksHeard("waiting", 1);
    // The push reaches the hub, and the hub is gone before its batch leaves: the pace holds it back for 200 ms.
    await trade(OWED, T0 + 40_000, "11");
    await trade(OWED, T0 + 41_000, "12");
    await evictDurableObject(hub(OWED));
    await evictDurableObject(SYMBOL.getByName(OWED));
    await runDurableObjectAlarm(hub(OWED));
    const shown = await ticksHeard("waiting", 2);
    expect(shown).toHaveLength(1);
    expect(shown[0]?.tickCount).toBeLessThanOrEqual(3);
    if (shown[0]?.tickCount === 2) expect(shown[0]?.sampled).toBe(true);
  });

  test("of a symbol that traded while nobody followed are heard from the first follower on, whoever is evicted", async () => {
    for (let change = 1; change <= 3; change++) await trade(LATE, T0 + change * 1_000, `${10 + change}`);
    await open("late", LATE);
    for (let change = 1; change <= 6; change++) {
      await trade(LATE, T0 + 10_000 + change * 1_000, `${20 + change}`);
      const [heard] = await ticksHeard("late", change);
      expect(heard).toMatchObject({ tickCount: change, sampled: false });
      await evictDurableObject(change % 2 === 0 ? hub(LATE) : SYMBOL.getByName(LATE));
    }
  });
});
