/** Nothing is traded in a symbol of the list. */
import { expect, test } from "vitest";
import { AAPL, checkIn, codeOf, MSFT, RiskBench, WIDE } from "../bench.ts";

const KIND = "restricted-list";
const limit = (changes: object = {}) => ({ kind: KIND, symbols: [AAPL], ...changes });

test.each(["buy", "sell"])(
  "an order to %s a symbol of the list is rejected, of another it is not",
  async (side) => {
    const bench = await new RiskBench().ready([limit()]);
    const refused = await bench.send({ side });
    expect(refused).toMatchObject({ decision: "reject", code: KIND, fixCode: 99 });
    expect(checkIn(refused, KIND)).toMatchObject({
      verdict: "fail",
      limit: "0",
      observed: "0",
      projected: "1",
    });
    expect(checkIn(await bench.send({ side, symbol: MSFT }), KIND)).toMatchObject({
      verdict: "pass",
      projected: "0",
    });
  },
);

test("it holds for closing orders too; with action warn it only says so", async () => {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "a" });
  await bench.fill("a", "10");
  await bench.limits([limit()]);
  expect(await bench.send({ side: "sell" })).toMatchObject({ code: KIND });
  await bench.limits([limit({ action: "warn" })]);
  expect(await bench.send({ side: "sell" })).toMatchObject({ decision: "accept", warnings: [KIND] });
});

test("several lists hold each for itself, one of a strategy for that strategy alone", async () => {
  const bench = await new RiskBench().ready([
    WIDE,
    limit({ symbols: [MSFT], action: "warn" }),
    limit({ scope: { kind: "strategy", id: "alpha" } }),
  ]);
  await bench.strategy("alpha");
  expect(await bench.send({ strategy: "alpha" })).toMatchObject({ code: KIND });
  expect(await bench.send()).toMatchObject({ decision: "accept", warnings: [] });
  expect(await bench.send({ symbol: MSFT, strategy: "alpha" })).toMatchObject({
    decision: "accept",
    warnings: [KIND],
  });
});

test("an empty list restricts nothing, and a list of a single symbol's scope is refused", async () => {
  const bench = await new RiskBench().ready([limit({ symbols: [] })]);
  expect(await bench.send()).toMatchObject({ decision: "accept" });
  expect(codeOf(await bench.limits([limit({ scope: { kind: "symbol" } })]))).toBe("limit-unsupported");
});
