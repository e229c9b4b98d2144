import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CADENCE_MS } from "../../../actors/price-hub/delivery.ts";
import type { SubscriberName } from "../../../actors/price-hub/messages.ts";
import { answer, refusal } from "../../../actors/runtime/reply.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { fewOrAll } from "../../support/few-or-all.ts";
import { BTC, ETH, HubBench, instrument, markAt, SHARD, STRATEGY, turns, update } from "./bench.ts";
import { Listener } from "./listener.ts";

type Step =
  | { readonly kind: "changes"; readonly symbol: Symbol; readonly count: number; readonly lost: boolean }
  | {
      readonly kind: "subscribe" | "unsubscribe";
      readonly subscriber: SubscriberName;
      readonly symbol: Symbol;
    }
  | { readonly kind: "fail" | "mend" | "lose-reply"; readonly subscriber: SubscriberName }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "restart" };

const symbol = fc.constantFrom(BTC, ETH);
const subscriber = fc.constantFrom(SHARD, STRATEGY);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("changes" as const),
      symbol,
      count: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(700)),
      lost: fc.oneof(
        { weight: 9, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("subscribe" as const, "unsubscribe" as const),
      subscriber,
      symbol,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("fail" as const, "mend" as const, "lose-reply" as const),
      subscriber,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.constantFrom(1, 50, CADENCE_MS, 3_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
);

class Walk {
  readonly bench = new HubBench();
  readonly listeners = new Map([SHARD, STRATEGY].map((name) => [name, new Listener()]));
  readonly following = new Map<SubscriberName, Set<Symbol>>(
    [SHARD, STRATEGY].map((name) => [name, new Set()]),
  );
  readonly counts = new Map<Symbol, number>([BTC, ETH].map((one) => [one, 0]));
  restarted = false;
  /** Nothing has happened that could cost a change: all of them must come. */
  exact = true;

  constructor() {
    for (const one of [BTC, ETH]) this.bench.marks.set(one, markAt(0));
    for (const name of [SHARD, STRATEGY]) this.#answerWith(name, "mend");
  }

  async step(one: Step): Promise<void> {
    switch (one.kind) {
      case "changes":
        return this.#change(one.symbol, one.count, one.lost);
      case "subscribe":
        if (!this.following.get(one.subscriber)?.has(one.symbol))
          this.listeners.get(one.subscriber)?.heard.delete(one.symbol);
        this.following.get(one.subscriber)?.add(one.symbol);
        await this.bench.subscribe(one.subscriber, one.symbol);
        return;
      case "unsubscribe":
        this.following.get(one.subscriber)?.delete(one.symbol);
        await this.bench.unsubscribe(one.subscriber, one.symbol);
        return;
      case "pass":
        return this.bench.pass(one.ms);
      case "restart":
        this.restarted = true;
        this.exact = false;
        this.bench.restart();
        return;
      default:
        this.#answerWith(one.subscriber, one.kind);
    }
  }

  async #change(one: Symbol, count: number, lost: boolean): Promise<void> {
    const from = (this.counts.get(one) ?? 0) + 1;
    const to = from + count - 1;
    this.counts.set(one, to);
    this.bench.marks.set(one, markAt(to));
    if (lost || count > 4) this.exact = false;
    const told = lost ? { ...update(one, to, to), sampled: true } : update(one, from, to);
    if (count > 0) await this.bench.push({ ...told, instrument: instrument(one) });
  }

  #answerWith(name: SubscriberName, how: "fail" | "mend" | "lose-reply"): void {
    this.bench.replies.set(name, async () => {
      const updates = this.bench.sent.findLast(({ to }) => to === name)?.updates ?? [];
      if (this.exact) expect(updates.filter(({ sampled }) => sampled)).toEqual([]);
      if (how === "fail") return refusal("overloaded");
      this.listeners.get(name)?.take(updates);
      if (how === "lose-reply") throw new Error("the reply was lost");
      return answer(null);
    });
  }

  async check(): Promise<void> {
    for (const name of [SHARD, STRATEGY]) this.#answerWith(name, "mend");
    await this.bench.pass(60_000);
    await turns();
    for (const [name, listener] of this.listeners) {
      for (const one of this.following.get(name) ?? []) {
        const heard = listener.heard.get(one);
        expect(heard?.n ?? 0).toBe(this.counts.get(one));
        // Only a hub that lost its memory may leave a hole that nothing but the numbers shows.
        if (!this.restarted) expect(heard?.missing ?? false).toBe(false);
      }
    }
    expect(this.bench.alarm.slot).toBeUndefined();
  }
}

test("whatever fails, everyone hears the newest price of what it follows, in order, and no change is missing in silence", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      const walk = new Walk();
      for (const one of steps) await walk.step(one);
      await walk.check();
    }),
    { numRuns: fewOrAll(60, 150), seed: 5 },
  );
});
