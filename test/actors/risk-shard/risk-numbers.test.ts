/** `GET …/risk`: what the book may lose, against the full matrix and its own columns. */
import { describe, expect, test } from "vitest";
import { type RiskReply, riskReply } from "../../../src/contracts/risk.ts";
import { dot, times } from "../../quant/covariance/oracle.ts";
import { json, RiskBench } from "./bench.ts";
import { BARE, CHIP, CODE, hold, OIL, seen, WIDE } from "./checks/book-world.ts";
import {
  BARS,
  FIRST_SLOT,
  fullMatrix,
  knowBars,
  returnOf,
  returnWorld,
  SYMBOLS,
} from "./checks/return-world.ts";

const HELD: Readonly<Record<string, number>> = { [CHIP]: 400, [CODE]: 150, [OIL]: -300 };
const TEXTS = Object.fromEntries(Object.entries(HELD).map(([symbol, qty]) => [symbol, String(qty)]));
const WEIGHTS = SYMBOLS.map((symbol) => 100 * (HELD[symbol] ?? 0));

async function riskOf(bench: RiskBench, query = {}): Promise<RiskReply> {
  return riskReply.parse(json(await bench.desk.risk(bench.envelope(), query)));
}

describe("what a book may lose", () => {
  test("has the full matrix' deviation, and components that add up to its value at risk", async () => {
    const bench = await returnWorld([WIDE], TEXTS);
    const { sigma, parametric, components, coverage } = await riskOf(bench);
    const product = times(fullMatrix(), WEIGHTS);
    const exact = Math.sqrt(dot(WEIGHTS, product));
    expect(sigma! / exact).toBeCloseTo(1, 9);
    expect(parametric.var! / (2.3263478740408408 * exact)).toBeCloseTo(1, 9);
    expect(parametric.es!).toBeGreaterThan(parametric.var!);
    expect(components.map(({ symbol }) => symbol).sort()).toEqual([CHIP, CODE, OIL].sort());
    for (const { symbol, value, marginal, component, share } of components) {
      const place = SYMBOLS.indexOf(symbol);
      expect(Number(value)).toBe(WEIGHTS[place]);
      expect(marginal!).toBeCloseTo((2.3263478740408408 * product[place]!) / exact, 9);
      expect(component!).toBeCloseTo(WEIGHTS[place]! * marginal!, 6);
      expect(share!).toBeCloseTo((WEIGHTS[place]! * product[place]!) / exact ** 2, 9);
    }
    const sum = components.reduce((total, { component }) => total + component!, 0);
    expect(sum / parametric.var!).toBeCloseTo(1, 9);
    expect(coverage).toEqual({
      ...{
        symbols: 3,
        missing: [],
        columns: BARS,
        from: FIRST_SLOT,
        to: FIRST_SLOT + BARS - 1,
        barsPerDay: 1,
      },
      ...{ resolution: "1D", lambda: 0.94, minObservations: 20, shrinkage: 0 },
    });
  });

  test("by history is one of the losses that it would have made", async () => {
    const bench = await returnWorld([WIDE], TEXTS);
    const losses = Array.from(
      { length: BARS },
      (_, index) =>
        -dot(
          WEIGHTS,
          SYMBOLS.map((symbol) => returnOf(symbol, FIRST_SLOT + index) / 1e9),
        ),
    ).sort((one, other) => other - one);
    const { historical } = await riskOf(bench, { confidence: 0.95 });
    expect(historical.observations).toBe(BARS);
    expect(historical.var!).toBeCloseTo(losses[3]!, 6);
    expect(historical.es!).toBeCloseTo((losses[0]! + losses[1]! + losses[2]!) / 3, 6);
  });

  test("of a young symbol has its own deviation, and by history what it would have made", async () => {
    const bench = await returnWorld([WIDE], { [CHIP]: "40000000", [OIL]: "1" });
    knowBars(bench, CHIP, 20);
    const { sigma, historical, components, coverage } = await riskOf(bench, { confidence: 0.95 });
    expect(coverage.columns).toBe(BARS);
    const returns = Array.from({ length: 20 }, (_, age) => returnOf(CHIP, FIRST_SLOT + BARS - 1 - age) / 1e9);
    const weigh = (of: (value: number) => number) =>
      returns.reduce((sum, value, age) => sum + 0.94 ** age * of(value), 0);
    const deviation = Math.sqrt(weigh((value) => value * value) / weigh(() => 1));
    expect(sigma! / (4e9 * deviation)).toBeCloseTo(1, 6);
    expect(components[0]!.marginal! / (1.6448536269514722 * deviation)).toBeCloseTo(1, 6);
    const losses = [...returns].sort((one, other) => one - other).map((value) => -4e9 * value);
    expect(historical.observations).toBe(BARS);
    expect(historical.var! / losses[3]!).toBeCloseTo(1, 6);
  });

  test("grows with the root of the days", async () => {
    const bench = await returnWorld([WIDE], TEXTS);
    const [one, nine] = [await riskOf(bench), await riskOf(bench, { horizonDays: 9 })];
    expect(nine.parametric.var! / one.parametric.var!).toBeCloseTo(3, 12);
    expect(nine.historical.es! / one.historical.es!).toBeCloseTo(3, 12);
    expect(nine.sigma).toBe(one.sigma);
  });

  test("is what the limit says of an order of nothing", async () => {
    const bench = await returnWorld([{ kind: "max-var", threshold: "1000000" }], TEXTS);
    const { observed } = await seen(bench, "max-var", { symbol: BARE, qty: "1" });
    expect(Number(observed) / (await riskOf(bench)).parametric.var!).toBeCloseTo(1, 8);
  });

  test("asks symbols for their bars where no limit does, follows them from then on, and names those that have too few", async () => {
    const bench = await returnWorld([WIDE], TEXTS);
    bench.platform.returns.delete(OIL);
    const { coverage, components } = await riskOf(bench);
    expect(coverage.missing).toEqual([{ symbol: OIL, observations: 0 }]);
    expect(components.find(({ symbol }) => symbol === OIL)).toMatchObject({ observations: 0, component: 0 });
    await hold(bench, BARE, "10");
    expect((await riskOf(bench)).coverage.symbols).toBe(4);
  });

  test("of an empty book is nothing, and without any bar it is not known", async () => {
    const bench = await returnWorld([WIDE]);
    const { sigma, parametric, historical, components } = await riskOf(bench);
    expect([sigma, parametric.var, historical.var, components]).toEqual([null, null, null, []]);
    const bare = await returnWorld([WIDE], TEXTS);
    bare.platform.returns.clear();
    expect((await riskOf(bare)).components[0]).toMatchObject({
      marginal: null,
      component: null,
      share: null,
    });
  });

  test("of an account that is not there is refused", async () => {
    const bench = new RiskBench();
    expect(await bench.desk.risk(bench.envelope(), {})).toMatchObject({ ok: false, code: "account-unknown" });
  });
});

test("an account keeps by which bars it reckons, over a load, and reckons by others once it is put with them", async () => {
  const riskModel = { resolution: "60", lambda: 0.97 };
  const bench = await returnWorld([WIDE], TEXTS, { riskModel });
  bench.restart();
  expect(await bench.shown()).toMatchObject({ riskModel });
  expect((await riskOf(bench)).coverage).toMatchObject({ ...riskModel, minObservations: 20, columns: 0 });
  await bench.account({ equity: "100000" });
  expect(await bench.shown()).not.toHaveProperty("riskModel");
  expect((await riskOf(bench)).coverage).toMatchObject({ resolution: "1D", lambda: 0.94, columns: BARS });
  const puts = bench.facts().filter(({ kind }) => kind === "account-put");
  expect(puts.map(({ payload }) => payload["riskModel"])).toEqual([riskModel, undefined]);
});

test("bars of an hour are 24 a day: what a day may lose grows by the root of that", async () => {
  const bench = await returnWorld([WIDE], {}, { riskModel: { resolution: "60" } });
  for (const symbol of SYMBOLS) knowBars(bench, symbol, BARS, "60");
  await hold(bench, CHIP, "400");
  const { sigma, coverage } = await riskOf(bench);
  const place = SYMBOLS.indexOf(CHIP);
  expect(sigma! / (40_000 * Math.sqrt(24 * fullMatrix()[place]![place]!))).toBeCloseTo(1, 9);
  expect(coverage.barsPerDay).toBe(24);
});
