/** A day's loss of each strategy: who loses trips, and others trade on. */
import { beforeEach, describe, expect, test } from "vitest";
import { AAPL, BY, codeOf, type Decision, type Json, MSFT, RiskBench, WIDE } from "../bench.ts";
import { ready } from "../limit-bench.ts";

const OF_EACH = { id: "each", kind: "max-daily-loss", threshold: "100", scope: { kind: "strategy" } };

let bench: RiskBench;

/** Ten shares at 100, held by a strategy or by none. */
async function hold(side: "buy" | "sell", strategy?: string, symbol = AAPL): Promise<void> {
  const named = strategy === undefined ? {} : { strategy };
  const { clientOrderId } = await bench.send({ symbol, side, ...named });
  await bench.fill(clientOrderId, "10", "100");
}
const lossOf = (decision: Decision): Json =>
  decision.checks.find(({ code }) => code === "max-daily-loss")! as never;
const tripped = (): Json[] =>
  bench
    .facts()
    .filter(({ kind }) => kind === "limit-tripped")
    .map(({ payload }) => payload);

describe("of each strategy", () => {
  beforeEach(async () => {
    bench = await new RiskBench().ready([WIDE, OF_EACH]);
    for (const strategy of ["alpha", "beta"]) await bench.strategy(strategy);
  });

  test("one that loses more than its limit trips, others trade on", async () => {
    await hold("buy", "alpha");
    await hold("sell", "beta");
    await bench.price(AAPL, { last: "89.99" });
    expect(tripped()).toMatchObject([{ limitId: "each", member: "alpha", observed: "100.1" }]);
    const of = (strategy: string) => bench.send({ strategy, symbol: MSFT, qty: "1" });
    expect(await of("alpha")).toMatchObject({ decision: "reject", code: "max-daily-loss" });
    expect(await of("beta")).toMatchObject({ decision: "accept" });
    expect(await bench.send({ symbol: MSFT, qty: "1" })).toMatchObject({ decision: "accept" });
  });

  test("what a strategy closes of its own passes, also where another one holds the opposite", async () => {
    await hold("buy", "alpha");
    await hold("sell", "beta");
    await bench.price(AAPL, { last: "80" });
    const close = { strategy: "alpha", side: "sell", price: "80" };
    expect(await bench.check({ ...close, qty: "10" })).toMatchObject({ decision: "accept" });
    expect(await bench.check({ ...close, qty: "11" })).toMatchObject({ decision: "reject" });
  });

  test("named by its id it holds for that one alone", async () => {
    await bench.limits([WIDE, { ...OF_EACH, scope: { kind: "strategy", id: "beta" } }]);
    await hold("buy", "alpha");
    await bench.price(AAPL, { last: "80" });
    expect(tripped()).toEqual([]);
    expect(await bench.check({ strategy: "alpha", symbol: MSFT })).toMatchObject({ decision: "accept" });
  });

  test("a limit that is put later, and a load, know what was made before", async () => {
    await bench.limits([WIDE]);
    await hold("buy", "alpha");
    await bench.price(AAPL, { last: "95" });
    await bench.limits([WIDE, OF_EACH]);
    const observed = async () => lossOf(await bench.check({ strategy: "alpha", symbol: MSFT }))["observed"];
    expect(await observed()).toBe("50");
    bench.restart();
    expect(await observed()).toBe("50");
  });
});

test("a strategy with an override of its own trips at that, and is released under it", async () => {
  const own = await ready({}, [WIDE, OF_EACH]);
  for (const strategy of ["alpha", "beta"]) {
    await own.strategy(strategy);
    const { clientOrderId } = await own.send({ strategy });
    await own.fill(clientOrderId, "10", "100");
  }
  await own.override({ limitId: "each", member: "alpha", threshold: "250" });
  const members = () => [...own.state.trips.values()].map(({ member }) => member);
  await own.price(AAPL, { last: "80" });
  expect(members()).toEqual(["beta"]);
  await own.price(AAPL, { last: "74" });
  expect(members()).toEqual(["beta", "alpha"]);
  await own.price(AAPL, { last: "80" });
  const release = (member: string) => {
    const body = JSON.stringify({ reason: "looked at", by: BY, member });
    return own.desk.watch.answer(own.envelope(), { type: "release", limitId: "each", body });
  };
  expect(codeOf(await release("beta"))).toBe("limit-reached");
  expect(codeOf(await release("alpha"))).toBeUndefined();
});
