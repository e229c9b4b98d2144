import { expect, test } from "vitest";
import { apply } from "../../../actors/price-hub/apply.ts";
import { CADENCE_MS, Delivery } from "../../../actors/price-hub/delivery.ts";
import type { SubscriberName } from "../../../actors/price-hub/messages.ts";
import { takeUpdate } from "../../../actors/price-hub/prices.ts";
import { initialState } from "../../../actors/price-hub/state.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { FakeClock } from "../../support/runtime-fakes.ts";
import { BTC, turns, update } from "./bench.ts";

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
