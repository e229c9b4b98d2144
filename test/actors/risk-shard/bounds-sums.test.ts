/** I5: sums and ranks of as many symbols as a shard may follow, each alone in its classes. */
import { describe, expect, test } from "vitest";
import { apply } from "../../../actors/risk-shard/apply.ts";
import { BOUNDS } from "../../../actors/risk-shard/bounds.ts";
import { SYMBOLS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { changeLine } from "../../../actors/risk-shard/exposure.ts";
import { limitsFrom } from "../../../actors/risk-shard/limit-set.ts";
import { initialState, type RiskState } from "../../../actors/risk-shard/state.ts";
import { limitsBody } from "../../../src/contracts/limits.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { ZERO } from "../../../src/domain/money.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { instrumentOf } from "../../support/instruments.ts";

const SYMBOLS = Array.from({ length: SYMBOLS_MAX }, (_, index) => `X:S${index}` as Symbol);
const LINE = { pos: 1n, buys: 0n, sells: 0n, working: 0 };

/** Every sum that one set can ask for, of a book in which no two symbols share a class. */
function fullBook(): RiskState {
  const state = initialState();
  state.account = { account: "main", currency: "USD", equity: ZERO };
  const classes = ["sector", "country", "currency", "issuer"].map((kind) => ({ scope: { kind } }));
  const groups = Array.from({ length: 43 }, (_, index) => ({
    scope: { kind: "group", id: `g${index}` },
    symbols: [SYMBOLS[index]],
  }));
  const factors = Array.from({ length: 50 }, (_, index) => ({
    kind: "max-factor-exposure",
    factor: `f${index}`,
  }));
  const others = [
    { kind: "max-margin-use" },
    { kind: "max-concentration" },
    { kind: "max-top-weight", n: 1 },
  ];
  const put = [...classes, ...groups, ...factors, ...others].map((limit, index) => ({
    ...{ id: `l${index}`, kind: "max-gross-exposure", threshold: "1", action: "reject" },
    ...limit,
  }));
  const limits = limitsFrom(limitsBody.parse({ limits: put }).limits, "main");
  if ("refuse" in limits) throw new Error(limits.detail);
  apply(state, { kind: "limits-put", at: 0, by: "s", set: { version: 1, limits, text: "" } });
  const instrument = instrumentOf();
  for (const [index, symbol] of SYMBOLS.entries()) {
    const own = { sector: `a${index}`, country: `b${index}`, currency: `c${index}`, issuer: `d${index}` };
    state.instruments.set(symbol, { ...instrument, ...own, symbol });
    state.fxMarks.set(own.currency, { times: 1n, over: 1n, at: 0 });
    state.marks.set(symbol, { last: 10_000, lastTs: 0 as EpochMs, lastChanges: 1 });
    changeLine(state, symbol, "", LINE);
  }
  return state;
}

const boundOf = (collection: string): number =>
  BOUNDS.find((bound) => bound.collection === collection)?.max ?? 0;

describe("sums of a book that is full", () => {
  const { sums, ...rest } = fullBook();
  const state: RiskState = { ...rest, sums };

  test("bound risk-shard/memory:bookSums: one for each class of each symbol, and what limits name", () => {
    // Of a factor that no symbol states, how many those are.
    expect(sums.byKey.size).toBe(4 * SYMBOLS_MAX + 43 + 50 + 2);
    expect(sums.byKey.size).toBeLessThanOrEqual(boundOf("memory:bookSums"));
  });

  test("bound risk-shard/memory:ranking: one for each symbol, and none when nothing is held", () => {
    expect(sums.ranking?.size).toBe(boundOf("memory:ranking"));
    for (const symbol of SYMBOLS) changeLine(state, symbol, "", { ...LINE, pos: -1n });
    expect(sums.ranking?.size).toBe(0);
    expect(sums.byKey.size).toBe(0);
  });
});
