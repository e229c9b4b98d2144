/** Sums of what strategies have made, kept by difference, beside those of all their lines. */
import { describe, expect, test } from "vitest";
import { madeFor } from "../../../actors/risk-shard/losses.ts";
import { linesNow, madeByStrategy, rateNow } from "../../../actors/risk-shard/profit.ts";
import { totalIn } from "../../../actors/risk-shard/purses.ts";
import type { Limit, RiskState } from "../../../actors/risk-shard/state.ts";
import { broughtNow, figuresNow, inOwn } from "../../../actors/risk-shard/trading-day.ts";
import { AAPL, RiskBench } from "./bench.ts";
import { BookWalk } from "./book-walk.ts";
import { CurrencyWalk } from "./currency-walk.ts";
import { LIMITS } from "./currency-walk-market.ts";

/** It warns, so it changes nothing of the walk. */
const OF_EACH = {
  ...{ id: "each", kind: "max-daily-loss", threshold: "1", action: "warn", scope: { kind: "strategy" } },
};

const ASKING: Limit = {
  ...{
    id: "each",
    kind: "max-daily-loss",
    scope: { kind: "strategy" },
    threshold: 1n,
    action: "warn",
    unit: "money",
  },
};

function holdMade(state: RiskState): void {
  const kept = new Map(
    [...state.losses.made!.purses].map(([strategy, own]) => [strategy, totalIn(inOwn(state, own))]),
  );
  const all = madeByStrategy(linesNow(state), rateNow(state));
  for (const [strategy, made] of all)
    if (strategy !== "") expect(kept.get(strategy) ?? 0n, strategy).toBe(made);
  for (const strategy of kept.keys()) expect(all.has(strategy)).toBe(true);
}

test.each([5, 23])(
  "a strategy's sum is that of its lines: busts, splits, late fills, seed %i",
  async (seed) => {
    const walk = new BookWalk(seed);
    await walk.begin();
    for (let step = 0; step < 200; step++) {
      // The walk judges decisions by its own limits, so the sums are asked for without one.
      walk.bench.state.losses.made ??= madeFor(walk.bench.state, [ASKING]);
      await walk.step();
      if (walk.bench.state.losses.made !== undefined) holdMade(walk.bench.state);
    }
  },
);

test.each([7, 31])("in several currencies, with rates that are missing: seed %i", async (seed) => {
  const walk = new CurrencyWalk(seed);
  await walk.begin();
  await walk.bench.limits([...LIMITS, OF_EACH]);
  for (let step = 0; step < 250; step++) {
    await walk.step();
    holdMade(walk.bench.state);
    expect(totalIn(figuresNow(walk.bench.state))).toBeDefined();
  }
});

test("no limit, no sums", async () => {
  const bench = await new RiskBench().ready();
  expect(bench.state.losses.made).toBeUndefined();
});

describe("what imports brought", () => {
  const enter = async (bench: RiskBench, id: string, symbol: string): Promise<void> => {
    const positions = [{ symbol, qty: "10", avgPrice: "90", realised: "7", fees: "2" }];
    const reply = await bench.desk.broker.importBook(bench.envelope(), JSON.stringify({ id, positions }));
    expect(reply.ok).toBe(true);
  };

  test("is summed once, and again when another import brings something or is taken back in a trial", async () => {
    const bench = await new RiskBench().ready();
    expect(totalIn(broughtNow(bench.state))).toBe(0n);
    await enter(bench, "one", AAPL);
    const first = broughtNow(bench.state);
    expect(first.realised - first.fees).toBe(5n * 10n ** 12n);
    await enter(bench, "two", "XNAS:MSFT");
    expect(broughtNow(bench.state).realised).toBe(14n * 10n ** 12n);
    bench.restart();
    expect(broughtNow(bench.state).realised).toBe(14n * 10n ** 12n);
  });
});

describe("bounds of losses", () => {
  async function watched(): Promise<RiskBench> {
    const bench = await new RiskBench().ready([{ kind: "max-order-qty", threshold: "1000" }]);
    for (const strategy of ["alpha", "beta"])
      await bench.strategy(strategy, [{ symbol: AAPL, qty: "5", avgPrice: "90" }]);
    await bench.limits([OF_EACH]);
    return bench;
  }

  test("bound risk-shard/memory:madeByStrategy: one for each strategy that has a position", async () => {
    const { state } = await watched();
    const holders = new Set([...state.positions.values()].map(({ strategy }) => strategy));
    expect([...state.losses.made!.purses.keys()].sort()).toEqual([...holders].sort());
  });

  test("bound risk-shard/memory:madeByLine: one for each position of a strategy, and none where it stands at its cost", async () => {
    const bench = await watched();
    expect([...bench.state.losses.made!.unrealised.keys()].sort()).toEqual(
      [...bench.state.positions.keys()].sort(),
    );
    await bench.price(AAPL, { last: "90" });
    expect(bench.state.losses.made!.unrealised.size).toBe(0);
  });

  const downs = (many: number) =>
    Array.from({ length: many }, (_, index) => ({ id: `d${index}`, kind: "max-drawdown", threshold: "50" }));

  test("bound risk-shard/memory:peaks: one for each limit on drawdowns, and a set has at most a hundred", async () => {
    const bench = await new RiskBench().ready(downs(100));
    expect(bench.state.losses.peaks.size).toBe(100);
    expect((await bench.limits(downs(101))).ok).toBe(false);
    expect(bench.state.losses.peaks.size).toBe(100);
  });

  test("bound risk-shard/table:equity_peak: it follows them", async () => {
    const bench = await new RiskBench().ready(downs(100));
    const count = () => bench.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM equity_peak")[0]!.n;
    expect(count()).toBe(100);
    await bench.limits(downs(3));
    expect(count()).toBe(3);
  });
});
