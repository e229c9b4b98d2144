import { describe, expect, test } from "vitest";
import { apply } from "../../../actors/price-hub/apply.ts";
import { confirmBatch, failBatch, takeBatch } from "../../../actors/price-hub/batches.ts";
import { BOUNDS } from "../../../actors/price-hub/bounds.ts";
import {
  CHANGES_MAX,
  CHANGES_PER_BATCH_MAX,
  CHANGES_PER_SYMBOL_MAX,
} from "../../../actors/price-hub/limits.ts";
import type { PriceUpdate, SubscriberName } from "../../../actors/price-hub/messages.ts";
import { forgetHeard, takeSnapshot, takeUpdate } from "../../../actors/price-hub/prices.ts";
import { type HubState, initialState } from "../../../actors/price-hub/state.ts";
import type { ReturnNews } from "../../../src/domain/bar-return.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { liquidityOf } from "../../support/liquidity.ts";
import { START } from "../../support/runtime-fakes.ts";
import { BTC, ETH, instrument, markAt, SHARD, STRATEGY, update } from "./bench.ts";

function hubWith(...subscriptions: readonly (readonly [SubscriberName, Symbol])[]): HubState {
  const state = initialState();
  for (const [subscriber, symbol] of subscriptions) apply(state, { kind: "subscribed", subscriber, symbol });
  return state;
}
const taken = (state: HubState, name: SubscriberName): readonly PriceUpdate[] => {
  const updates = takeBatch(state, name);
  confirmBatch(state, name, updates);
  return updates;
};
const numbers = (update: PriceUpdate | undefined): number[] => (update?.changes ?? []).map(([n]) => n);

describe("what a subscriber is told", () => {
  test("every change since its last batch, in order, with the newest mark", () => {
    const state = hubWith([SHARD, BTC]);
    takeUpdate(state, update(BTC, 1, 2));
    takeUpdate(state, update(BTC, 3, 3));
    expect(taken(state, SHARD)).toEqual([update(BTC, 1, 3)]);
    takeUpdate(state, update(BTC, 4, 4));
    expect(taken(state, SHARD)).toEqual([update(BTC, 4, 4)]);
    expect(taken(state, SHARD)).toEqual([]);
  });

  test("a quote without a change of the last price is news; an equal mark is none", () => {
    const state = hubWith([SHARD, BTC]);
    takeUpdate(state, update(BTC, 1, 1));
    taken(state, SHARD);
    const quoted = { ...update(BTC, 2, 1), mark: markAt(1, { bid: 99, ask: 101 }) };
    expect([takeUpdate(state, quoted), takeUpdate(state, quoted)]).toEqual([true, false]);
    expect(taken(state, SHARD)).toEqual([quoted]);
    expect(state.waiting.size).toBe(0);
  });

  test("statistics of liquidity are told once to each, and again where they have changed", () => {
    const state = hubWith([SHARD, BTC], [STRATEGY, BTC]);
    takeUpdate(state, update(BTC, 1, 1, { liquidity: liquidityOf(3) }));
    expect(taken(state, SHARD)[0]?.liquidity).toEqual(liquidityOf(3));
    takeUpdate(state, update(BTC, 2, 2));
    expect(taken(state, SHARD)[0]).not.toHaveProperty("liquidity");
    expect(taken(state, STRATEGY)[0]).toMatchObject({ liquidity: { version: 3 } });
    const changed = update(BTC, 3, 2, { liquidity: liquidityOf(4), mark: markAt(2) });
    expect([takeUpdate(state, changed), takeUpdate(state, changed)]).toEqual([true, false]);
    expect(takeUpdate(state, update(BTC, 3, 2, { liquidity: liquidityOf(2), mark: markAt(2) }))).toBe(false);
    expect(taken(state, SHARD)[0]?.liquidity?.version).toBe(4);
  });

  test("statistics of liquidity that were not confirmed are told again, and those of a snapshot too", () => {
    const state = hubWith([SHARD, BTC]);
    takeSnapshot(state, BTC, { mark: markAt(1), instrument: instrument(BTC), liquidity: liquidityOf(1) });
    const lost = takeBatch(state, SHARD);
    expect(lost[0]?.liquidity?.version).toBe(1);
    failBatch(state, SHARD, lost);
    expect(taken(state, SHARD)[0]?.liquidity?.version).toBe(1);
  });

  test("a previous close is told once to each, again where it has changed or was not confirmed, and of a snapshot too", () => {
    const state = hubWith([SHARD, BTC], [STRATEGY, BTC]);
    const closeOf = (version: number) => ({ version, price: 90 + version, from: 0, until: 86_400_000 });
    takeSnapshot(state, BTC, { mark: markAt(1), instrument: instrument(BTC), previousClose: closeOf(3) });
    const lost = takeBatch(state, SHARD);
    expect(lost[0]?.previousClose).toEqual(closeOf(3));
    failBatch(state, SHARD, lost);
    expect(taken(state, SHARD)[0]?.previousClose).toEqual(closeOf(3));
    takeUpdate(state, update(BTC, 2, 2, { previousClose: closeOf(2) }));
    expect(taken(state, SHARD)[0]).not.toHaveProperty("previousClose");
    const changed = update(BTC, 3, 2, { previousClose: closeOf(4), mark: markAt(2) });
    expect([takeUpdate(state, changed), takeUpdate(state, changed)]).toEqual([true, false]);
    expect(taken(state, SHARD)[0]?.previousClose).toEqual(closeOf(4));
    expect(taken(state, STRATEGY)[0]?.previousClose).toEqual(closeOf(4));
  });

  test("returns are told once to each, again where they were not confirmed, and of each width the newest two", () => {
    const state = hubWith([SHARD, BTC], [STRATEGY, BTC]);
    const daily = (slot: number): ReturnNews => ["1D", slot, slot * 10, slot - 1];
    const minute: ReturnNews = ["1", 5, 1, 4];
    takeUpdate(state, update(BTC, 1, 1, { returns: [daily(1), minute] }));
    expect(taken(state, SHARD)[0]?.returns).toEqual([daily(1), minute]);
    for (const slot of [2, 3, 4]) takeUpdate(state, update(BTC, slot, slot, { returns: [daily(slot)] }));
    const lost = takeBatch(state, SHARD);
    expect(lost[0]?.returns).toEqual([daily(3), daily(4)]);
    failBatch(state, SHARD, lost);
    expect(taken(state, SHARD)[0]?.returns).toEqual([daily(3), daily(4)]);
    expect(taken(state, STRATEGY)[0]?.returns).toEqual([minute, daily(3), daily(4)]);
    const revised: ReturnNews = ["1D", 4, -7, 3];
    expect(takeUpdate(state, update(BTC, 5, 4, { returns: [revised], mark: markAt(4) }))).toBe(true);
    expect(taken(state, SHARD)[0]?.returns).toEqual([revised]);
    takeUpdate(state, update(BTC, 5, 5));
    expect(taken(state, SHARD)[0]).not.toHaveProperty("returns");
  });

  test("each subscriber has its own place", () => {
    const state = hubWith([SHARD, BTC], [STRATEGY, BTC], [STRATEGY, ETH]);
    takeUpdate(state, update(BTC, 1, 2));
    expect(numbers(taken(state, SHARD)[0])).toEqual([1, 2]);
    takeUpdate(state, update(BTC, 3, 3));
    takeUpdate(state, update(ETH, 1, 1));
    expect(taken(state, SHARD).map(numbers)).toEqual([[3]]);
    expect(taken(state, STRATEGY).map(numbers)).toEqual([[1, 2, 3], [1]]);
  });

  test("who comes later is told where the symbol stands, and changes from then on", () => {
    const state = hubWith([SHARD, BTC]);
    takeUpdate(state, update(BTC, 1, 5, { instrument: instrument(BTC) }));
    apply(state, { kind: "subscribed", subscriber: STRATEGY, symbol: BTC });
    takeUpdate(state, update(BTC, 6, 6));
    expect(taken(state, STRATEGY)).toEqual([update(BTC, 6, 6, { instrument: instrument(BTC) })]);
  });

  test("reference data is told once for each version that is newer", () => {
    const state = hubWith([SHARD, BTC]);
    takeUpdate(state, update(BTC, 1, 1, { instrument: instrument(BTC, 2) }));
    expect(taken(state, SHARD)[0]?.instrument?.version).toBe(2);
    expect(takeUpdate(state, { ...update(BTC, 2, 1), mark: markAt(1), instrument: instrument(BTC, 1) })).toBe(
      false,
    );
    takeUpdate(state, update(BTC, 2, 2));
    expect(taken(state, SHARD)[0]).not.toHaveProperty("instrument");
    takeUpdate(state, { ...update(BTC, 3, 2), mark: markAt(2), instrument: instrument(BTC, 3) });
    expect(taken(state, SHARD)).toMatchObject([{ changes: [], sampled: false, instrument: { version: 3 } }]);
  });
});

describe("what may be missing is said", () => {
  test("a failed batch is told again whole, with what came since", () => {
    const state = hubWith([SHARD, BTC], [SHARD, ETH]);
    takeUpdate(state, update(BTC, 1, 2, { instrument: instrument(BTC) }));
    takeUpdate(state, update(ETH, 1, 1));
    const failed = takeBatch(state, SHARD);
    takeUpdate(state, update(BTC, 3, 3));
    failBatch(state, SHARD, failed);
    forgetHeard(state);
    expect(taken(state, SHARD)).toEqual([
      update(BTC, 1, 3, { instrument: instrument(BTC) }),
      update(ETH, 1, 1),
    ]);
  });

  test("changes that the symbol left out show by their numbers", () => {
    const state = hubWith([SHARD, BTC]);
    takeUpdate(state, update(BTC, 1, 1));
    taken(state, SHARD);
    takeUpdate(state, update(BTC, 5, 6, { sampled: true }));
    expect(taken(state, SHARD)).toEqual([update(BTC, 5, 6, { sampled: true })]);
  });

  test("a push that comes twice counts once", () => {
    const state = hubWith([SHARD, BTC]);
    takeUpdate(state, update(BTC, 1, 2));
    takeUpdate(state, update(BTC, 1, 3));
    expect(taken(state, SHARD)).toEqual([update(BTC, 1, 3)]);
    takeUpdate(state, update(BTC, 3, 3));
    expect(taken(state, SHARD)).toEqual([]);
  });

  test("a push that comes after the one that followed it sets nothing back", () => {
    const state = hubWith([SHARD, BTC]);
    const quoted = { ...update(BTC, 1, 3), mark: markAt(3, { quoteTs: markAt(9).lastTs as EpochMs }) };
    expect(takeUpdate(state, quoted)).toBe(true);
    expect(takeUpdate(state, update(BTC, 1, 2))).toBe(false);
    expect(takeUpdate(state, update(BTC, 1, 3))).toBe(false);
    expect(taken(state, SHARD)).toEqual([quoted]);
  });

  test("before the first push since its load the hub has no right to say that changes are missing", () => {
    const state = hubWith([SHARD, BTC]);
    takeSnapshot(state, BTC, { mark: markAt(7), instrument: instrument(BTC) });
    expect(taken(state, SHARD)).toEqual([
      { symbol: BTC, mark: markAt(7), changes: [], sampled: false, instrument: instrument(BTC) },
    ]);
    takeUpdate(state, update(BTC, 8, 8));
    expect(taken(state, SHARD)).toEqual([update(BTC, 8, 8)]);
  });

  test("a snapshot never takes the place of what the symbol has pushed", () => {
    const state = hubWith([SHARD, BTC]);
    takeUpdate(state, update(BTC, 1, 3));
    takeSnapshot(state, BTC, { mark: markAt(2), instrument: instrument(BTC) });
    expect(taken(state, SHARD)).toEqual([update(BTC, 1, 3, { instrument: instrument(BTC) })]);
  });
});

describe("bounds", () => {
  test("who stands at the same place in a round is told the same object, unless its batch has no room for it", () => {
    const state = hubWith([SHARD, BTC], [SHARD, ETH], [STRATEGY, ETH], ["strategy/acme/late", ETH]);
    takeUpdate(state, update(BTC, 1, CHANGES_PER_BATCH_MAX - 1));
    takeUpdate(state, update(ETH, 1, 2));
    const round = new Map();
    const [, tight] = takeBatch(state, SHARD, round);
    const [roomy] = takeBatch(state, STRATEGY, round);
    const [same] = takeBatch(state, "strategy/acme/late", round);
    const cut = { changes: [[2, START + 2, 102]], sampled: true, leftOut: [0, 101, 102] };
    expect(tight).toEqual({ ...update(ETH, 1, 2), ...cut });
    expect(roomy).toEqual(update(ETH, 1, 2));
    expect(same).toBe(roomy);
  });

  test("who stands elsewhere in a round is told from its own place", () => {
    const state = hubWith([SHARD, BTC], [STRATEGY, BTC]);
    takeUpdate(state, update(BTC, 1, 2));
    taken(state, SHARD);
    takeUpdate(state, update(BTC, 3, 3));
    const round = new Map();
    const told = [SHARD, STRATEGY, SHARD].map((name) => takeBatch(state, name, round).map(numbers));
    expect(told).toEqual([[[3]], [[1, 2, 3]], []]);
  });

  test("a batch holds at most 1,000 changes: beyond it a symbol is told by its newest, sampled", () => {
    const state = hubWith([SHARD, BTC], [SHARD, ETH]);
    takeUpdate(state, update(BTC, 1, CHANGES_PER_BATCH_MAX - 1));
    takeUpdate(state, update(ETH, 1, 2));
    const [btc, eth] = taken(state, SHARD);
    expect([btc?.changes.length, btc?.sampled]).toEqual([CHANGES_PER_BATCH_MAX - 1, false]);
    expect([numbers(eth), eth?.sampled, eth?.mark.lastChanges]).toEqual([[2], true, 2]);
  });

  test("of one symbol the newest 1,000 changes are kept for who is slow", () => {
    const state = hubWith([SHARD, BTC]);
    takeUpdate(state, update(BTC, 1, 600));
    takeUpdate(state, update(BTC, 601, CHANGES_PER_SYMBOL_MAX + 1));
    expect(state.changes).toBe(CHANGES_PER_SYMBOL_MAX);
    const [btc] = taken(state, SHARD);
    expect([numbers(btc)[0], numbers(btc).length, btc?.sampled]).toEqual([2, CHANGES_PER_SYMBOL_MAX, true]);
  });

  test("bound price-hub/memory:changes: beyond it the symbol that comes is told by its mark alone, sampled", () => {
    const count = CHANGES_MAX / CHANGES_PER_SYMBOL_MAX;
    const symbols = Array.from({ length: count + 1 }, (_, index) => `X:S${index}` as Symbol);
    const state = hubWith(...symbols.map((symbol) => [SHARD, symbol] as const));
    for (const symbol of symbols) takeUpdate(state, update(symbol, 1, CHANGES_PER_SYMBOL_MAX));
    expect(state.changes).toBeLessThanOrEqual(
      BOUNDS.find(({ collection }) => collection === "memory:changes")?.max ?? 0,
    );
    const updates = takeBatch(state, SHARD);
    expect(updates.at(-1)).toMatchObject({
      changes: [],
      sampled: true,
      mark: { lastChanges: CHANGES_PER_SYMBOL_MAX },
    });
  });

  test("who leaves a symbol that has news hears the news of the others, each once, and of that one when it is back", () => {
    const symbols = [BTC, ETH, "X:A" as Symbol, "X:B" as Symbol];
    for (const left of symbols) {
      const state = hubWith(...symbols.map((symbol) => [SHARD, symbol] as const), [STRATEGY, left]);
      for (const symbol of symbols) takeUpdate(state, update(symbol, 1, 1));
      apply(state, { kind: "unsubscribed", subscriber: SHARD, symbol: left });
      takeUpdate(state, update(left, 2, 2));
      const others = symbols.filter((symbol) => symbol !== left);
      expect(
        taken(state, SHARD)
          .map(({ symbol }) => symbol)
          .sort(),
      ).toEqual([...others].sort());
      apply(state, { kind: "subscribed", subscriber: SHARD, symbol: left });
      takeUpdate(state, update(left, 3, 3));
      takeUpdate(state, update(left, 4, 4));
      expect(taken(state, SHARD)).toEqual([update(left, 3, 4)]);
      expect(taken(state, SHARD)).toEqual([]);
    }
  });

  test("what all have heard leaves memory", () => {
    const state = hubWith([SHARD, BTC], [STRATEGY, BTC]);
    takeUpdate(state, update(BTC, 1, 3));
    taken(state, SHARD);
    forgetHeard(state);
    expect(state.changes).toBe(3);
    taken(state, STRATEGY);
    forgetHeard(state);
    expect(state.changes).toBe(0);
  });

  test("a symbol that nobody follows costs nothing", () => {
    const state = hubWith([SHARD, BTC]);
    expect(takeUpdate(state, update(ETH, 1, 3))).toBe(false);
    expect([state.prices.size, state.changes]).toEqual([0, 0]);
  });
});
