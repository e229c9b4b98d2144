/** A planted fault is found: strategies that hold something else than their account. */
import { expect, test } from "vitest";
import { AAPL, RiskBench } from "./bench.ts";

async function two(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  for (const strategy of ["alpha", "beta"]) {
    await bench.strategy(strategy);
    await bench.send({ clientOrderId: strategy, strategy, qty: "100" });
    await bench.fill(strategy, "5");
  }
  return bench;
}
const drifts = (bench: RiskBench) =>
  bench
    .facts()
    .filter(({ kind, payload }) => kind === "position-drift" || payload["code"] === "position-drift");

test("an account whose strategies hold what it holds has no drift", async () => {
  const bench = await two();
  expect(drifts(bench)).toEqual([]);
});

test("a line that lost a share is a fact and a violation, once for each difference, and none when it is right again", async () => {
  const bench = await two();
  const symbol = AAPL as never;
  const line = bench.state.symbolLines.get(symbol)!;
  bench.state.symbolLines.set(symbol, { ...line, pos: line.pos - 1n });
  await bench.fill("alpha", "1");
  await bench.fill("beta", "1");
  expect(drifts(bench)).toMatchObject([
    { kind: "position-drift", payload: { symbol: AAPL, ofStrategies: "11", ofAccount: "10" } },
    { kind: "violation-raised", payload: { code: "position-drift", symbol: AAPL } },
  ]);
  const after = bench.state.symbolLines.get(symbol)!;
  bench.state.symbolLines.set(symbol, { ...after, pos: after.pos + 1n });
  await bench.fill("alpha", "1");
  expect(drifts(bench)).toHaveLength(2);
  expect(await bench.list("violations")).toMatchObject([{ code: "position-drift" }]);
});
