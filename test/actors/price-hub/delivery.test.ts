import { describe, expect, test } from "vitest";
import { apply } from "../../../actors/price-hub/apply.ts";
import { CADENCE_MS, Delivery } from "../../../actors/price-hub/delivery.ts";
import type { SubscriberName } from "../../../actors/price-hub/messages.ts";
import { takeUpdate } from "../../../actors/price-hub/prices.ts";
import { initialState } from "../../../actors/price-hub/state.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { FakeClock } from "../../support/runtime-fakes.ts";
import { BTC, ETH, turns, update } from "./bench.ts";

const shard = (index: number): SubscriberName => `risk-shard/acme/a${index}`;

test("bound price-hub/memory:links: subscribers that failed and left are forgotten, however many come and go", async () => {
  const state = initialState();
  const clock = new FakeClock();
  const due: { at: number; run: () => void }[] = [];
  const delivery = new Delivery({
    state,
    clock,
    send: () => Promise.resolve(false),
    wakes: { set: (run, afterMs) => due.push({ at: clock.now() + afterMs, run }), clear: () => {} },
    randomFraction: () => 0.5,
    isRush: () => false,
  });
  for (let round = 1; round <= 50; round++) {
    const subscriber = shard(round);
    apply(state, { kind: "subscribed", subscriber, symbol: BTC });
    takeUpdate(state, update(BTC, round, round));
    delivery.arm();
    clock.time = Math.max(clock.now() + CADENCE_MS, due.at(-1)?.at ?? 0) as EpochMs;
    due.at(-1)?.run();
    await turns();
    expect(delivery.links).toBe(1);
    apply(state, { kind: "unsubscribed", subscriber, symbol: BTC });
  }
});

/** Counts how many of its members were looked at. */
class Watched<Value> extends Set<Value> {
  looks = 0;

  override *[Symbol.iterator](): SetIterator<Value> {
    for (const value of super.values()) {
      this.looks += 1;
      yield value;
    }
    return undefined;
  }
}

describe("with many subscribers of one symbol", () => {
  const MANY = 500;
  function crowd(send: () => Promise<boolean>) {
    const waiting = new Watched<SubscriberName>();
    const state = { ...initialState(), waiting };
    for (let index = 0; index < MANY; index++) {
      apply(state, { kind: "subscribed", subscriber: shard(index), symbol: BTC });
    }
    apply(state, { kind: "subscribed", subscriber: shard(0), symbol: ETH });
    const due: (() => void)[] = [];
    const delivery = new Delivery({
      state,
      clock: new FakeClock(),
      send,
      wakes: { set: (run) => due.push(run), clear: () => {} },
      randomFraction: () => 0.5,
      isRush: () => false,
    });
    const push = (symbol: typeof BTC, n: number): void => {
      takeUpdate(state, update(symbol, n, n));
      delivery.arm();
    };
    return { waiting, push, run: () => due.at(-1)?.() };
  }

  test("news of another costs no look at those who wait", () => {
    const { waiting, push } = crowd(() => Promise.resolve(true));
    push(BTC, 1);
    waiting.looks = 0;
    for (let n = 1; n <= 100; n++) push(ETH, n);
    expect(waiting.looks).toBe(0);
  });

  test("that all fail at once, each is looked at a few times, not once for every other", async () => {
    const { waiting, push, run } = crowd(() => Promise.resolve(false));
    push(BTC, 1);
    run();
    await turns();
    expect(waiting.size).toBe(MANY);
    expect(waiting.looks).toBeLessThan(4 * MANY);
  });
});
