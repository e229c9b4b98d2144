import { describe, expect, test } from "vitest";
import { apply } from "../../../actors/price-hub/apply.ts";
import { BOUNDS } from "../../../actors/price-hub/bounds.ts";
import { decideSubscribe, decideUnsubscribe } from "../../../actors/price-hub/decide.ts";
import type { HubEvent } from "../../../actors/price-hub/events.ts";
import {
  SUBSCRIBERS_MAX,
  SUBSCRIPTIONS_MAX,
  SYMBOLS_PER_SUBSCRIBER_MAX,
} from "../../../actors/price-hub/limits.ts";
import type { SubscriberName } from "../../../actors/price-hub/messages.ts";
import { takeUpdate } from "../../../actors/price-hub/prices.ts";
import { type HubState, initialState } from "../../../actors/price-hub/state.ts";
import { HubStore } from "../../../actors/price-hub/store.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { BTC, ETH, HubBench, SHARD, STRATEGY, update } from "./bench.ts";

const symbols = (count: number, from = 0): Symbol[] =>
  Array.from({ length: count }, (_, index) => `X:S${from + index}` as Symbol);
const shard = (index: number): SubscriberName => `risk-shard/acme/a${index}`;

function subscribe(state: HubState, subscriber: SubscriberName, wanted: readonly Symbol[]): boolean {
  const decision = decideSubscribe(state, subscriber, wanted);
  if (decision.ok) for (const event of decision.events) apply(state, event);
  return decision.ok;
}

describe("subscriptions", () => {
  test("a subscriber follows what it asked for; asking again changes nothing", () => {
    const state = initialState();
    expect(decideSubscribe(state, SHARD, [BTC, ETH, BTC])).toEqual({
      ok: true,
      events: [
        { kind: "subscribed", subscriber: SHARD, symbol: BTC },
        { kind: "subscribed", subscriber: SHARD, symbol: ETH },
      ],
    });
    subscribe(state, SHARD, [BTC, ETH]);
    expect(decideSubscribe(state, SHARD, [ETH, BTC])).toEqual({ ok: true, events: [] });
    expect(state.subscriptions).toBe(2);
  });

  test("leaving twice is leaving once", () => {
    const state = initialState();
    subscribe(state, SHARD, [BTC, ETH]);
    for (const event of decideUnsubscribe(state, SHARD, [BTC])) apply(state, event);
    expect(decideUnsubscribe(state, SHARD, [BTC])).toEqual([]);
    expect(decideUnsubscribe(state, STRATEGY, [BTC])).toEqual([]);
    expect([state.subscriptions, [...state.followers.keys()]]).toEqual([1, [ETH]]);
  });

  test("what nobody follows any more is forgotten: names, prices and changes", () => {
    const state = initialState();
    subscribe(state, SHARD, [BTC]);
    takeUpdate(state, update(BTC, 1, 3));
    expect([state.changes, state.waiting.size]).toEqual([3, 1]);
    for (const event of decideUnsubscribe(state, SHARD, [BTC])) apply(state, event);
    expect(state).toEqual(initialState());
  });
});

describe("bounds", () => {
  const maxOf = (collection: string): number =>
    BOUNDS.find((bound) => bound.collection === collection)?.max ?? 0;
  const crowd = (): HubState => {
    const state = initialState();
    for (let index = 0; index < SUBSCRIBERS_MAX; index++) subscribe(state, shard(index), [BTC]);
    return state;
  };
  /** Every subscription that a hub may hold, each of another symbol. */
  const full = (written: (events: readonly HubEvent[]) => void = () => {}): HubState => {
    const state = initialState();
    for (let index = 0; index * SYMBOLS_PER_SUBSCRIBER_MAX < SUBSCRIPTIONS_MAX; index++) {
      const wanted = symbols(SYMBOLS_PER_SUBSCRIBER_MAX, index * SYMBOLS_PER_SUBSCRIBER_MAX);
      const decision = decideSubscribe(state, shard(index), wanted);
      expect(decision.ok).toBe(true);
      if (!decision.ok) continue;
      for (const event of decision.events) apply(state, event);
      written(decision.events);
    }
    return state;
  };

  test("bound price-hub/state:subscribers: one more is refused, and those who stand may follow more", () => {
    const state = crowd();
    expect(state.subscribers.size).toBe(maxOf("state:subscribers"));
    expect(decideSubscribe(state, SHARD, [BTC])).toMatchObject({ ok: false });
    expect(subscribe(state, shard(0), [ETH])).toBe(true);
  });

  test("bound price-hub/state:waiting: a subscriber waits once, however much there is to tell", () => {
    const state = crowd();
    subscribe(state, shard(0), [ETH]);
    for (let n = 1; n <= 3; n++) {
      takeUpdate(state, update(BTC, n, n));
      takeUpdate(state, update(ETH, n, n));
    }
    expect(state.waiting.size).toBe(maxOf("state:waiting"));
  });

  test("a subscriber that would follow too many symbols of one hub is refused whole", () => {
    const state = initialState();
    expect(subscribe(state, SHARD, symbols(SYMBOLS_PER_SUBSCRIBER_MAX - 1))).toBe(true);
    expect(decideSubscribe(state, SHARD, symbols(2, SYMBOLS_PER_SUBSCRIBER_MAX))).toMatchObject({
      ok: false,
    });
    expect(subscribe(state, SHARD, symbols(1, SYMBOLS_PER_SUBSCRIBER_MAX))).toBe(true);
    expect(state.subscriptions).toBe(SYMBOLS_PER_SUBSCRIBER_MAX);
  });

  test("bound price-hub/table:subscription: one more is refused, and a load finds those that stand", () => {
    const { sql } = new HubBench();
    const store = new HubStore(sql);
    const state = full((events) => {
      store.keep(events);
      sql.transaction(() => store.write());
    });
    expect(decideSubscribe(state, SHARD, [BTC])).toMatchObject({ ok: false });
    expect(decideSubscribe(state, shard(0), symbols(1))).toEqual({ ok: true, events: [] });
    expect(sql.exec("SELECT COUNT(*) AS n FROM subscription")).toEqual([{ n: maxOf("table:subscription") }]);
    expect(new HubStore(sql).load().subscriptions).toBe(SUBSCRIPTIONS_MAX);
  });

  test("bound price-hub/state:followers: a symbol that nobody may follow any more has no entry", () => {
    const state = full();
    expect(subscribe(state, SHARD, [BTC])).toBe(false);
    expect([state.followers.size, state.followers.has(BTC)]).toEqual([maxOf("state:followers"), false]);
  });

  test("bound price-hub/state:prices: the price of a symbol that nobody follows is not kept", () => {
    const state = full();
    for (const symbol of state.followers.keys()) takeUpdate(state, { ...update(symbol, 2, 1), changes: [] });
    expect(takeUpdate(state, update(BTC, 1, 1))).toBe(false);
    expect([state.prices.size, state.prices.has(BTC)]).toEqual([maxOf("state:prices"), false]);
  });
});
