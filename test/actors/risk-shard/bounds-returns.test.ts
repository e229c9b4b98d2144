/** I5: bars and weights of as many symbols as a shard may follow, and clusters of more of them than are kept. */
import { describe, expect, test } from "vitest";
import { BOUNDS } from "../../../actors/risk-shard/bounds.ts";
import { SYMBOLS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { changeLine } from "../../../actors/risk-shard/exposure.ts";
import { limitsFrom } from "../../../actors/risk-shard/limit-set.ts";
import { remark } from "../../../actors/risk-shard/marking.ts";
import { forgetReturns, freshen, learnReturns } from "../../../actors/risk-shard/return-book.ts";
import { CLUSTERS_MAX, clusterGross } from "../../../actors/risk-shard/return-clusters.ts";
import { initialState, type RiskState } from "../../../actors/risk-shard/state.ts";
import { limitsBody } from "../../../src/contracts/limits.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { ZERO } from "../../../src/domain/money.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { instrumentOf } from "../../support/instruments.ts";

const symbolsTo = (count: number) => Array.from({ length: count }, (_, index) => `X:S${index}` as Symbol);

function book(count: number): RiskState {
  const state = initialState();
  state.account = { account: "main", currency: "USD", equity: ZERO };
  const body = limitsBody.parse({
    limits: [{ id: "c", kind: "max-cluster-gross", threshold: "1", action: "reject" }],
  });
  if (!("limits" in body)) throw new Error("limits are put");
  const limits = limitsFrom(body.limits, "main");
  if ("refuse" in limits) throw new Error(limits.detail);
  state.limits = { version: 1, limits, text: "" };
  const returns = [
    [1, 3],
    [2, -4],
  ] as const;
  for (const symbol of symbolsTo(count)) {
    state.instruments.set(symbol, instrumentOf({ symbol }));
    state.marks.set(symbol, { lastChanges: 1, last: 100, lastTs: 1 as EpochMs });
    changeLine(state, symbol, "", { pos: 1n, buys: 0n, sells: 0n, working: 0 });
    remark(state, symbol);
    learnReturns(state, symbol, { resolution: "1D", barsPerDay: 1, returns });
  }
  freshen(state);
  return state;
}
const maxOf = (collection: string) => BOUNDS.find((bound) => bound.collection === collection)?.max;

describe("bars of a full book", () => {
  test("bound risk-shard/memory:returnRows, bound risk-shard/memory:returnTellers: a symbol leaves with its instrument", () => {
    const state = book(SYMBOLS_MAX);
    const { covariance, tellers, weights } = state.returns;
    expect([covariance.window.size, tellers.size, weights.size]).toEqual([
      ...[maxOf("memory:returnRows"), maxOf("memory:returnTellers"), maxOf("memory:returnWeights")],
    ]);
    for (const symbol of symbolsTo(SYMBOLS_MAX)) forgetReturns(state, symbol);
    expect([covariance.window.size, tellers.size]).toEqual([0, 0]);
  });

  test("bound risk-shard/memory:returnTellers: one for each symbol that has told its bars", () => {
    const state = book(3);
    learnReturns(state, "X:S1" as Symbol, { resolution: "1D", barsPerDay: 1, returns: [] });
    expect(state.returns.tellers.size).toBe(3);
  });

  test("bound risk-shard/memory:returnWeights: a symbol leaves when nothing of it is held or worked", () => {
    const state = book(3);
    changeLine(state, "X:S1" as Symbol, "", { pos: -1n, buys: 0n, sells: 0n, working: 0 });
    expect([...state.returns.weights.keys()]).toEqual(["X:S0", "X:S2"]);
  });

  test("bound risk-shard/memory:returnClusters: one more, and all are found again", () => {
    const state = book(CLUSTERS_MAX + 1);
    const [first, ...others] = symbolsTo(CLUSTERS_MAX + 1);
    const whole = clusterGross(state, first!, 0.5);
    for (const symbol of others.slice(0, -1)) clusterGross(state, symbol, 0.5);
    expect(state.returns.clusters.size).toBe(maxOf("memory:returnClusters"));
    clusterGross(state, others.at(-1)!, 0.5);
    expect(state.returns.clusters.size).toBe(1);
    expect(clusterGross(state, first!, 0.5)).toBe(whole);
  });
});
