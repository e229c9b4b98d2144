/** An inverse contract has no value at a price of zero: what would book one there is refused, and nothing else happens. */
import { expect, test } from "vitest";
import { codeOf } from "./bench.ts";
import { funded, XBTUSD } from "./currency-market.ts";

test("a fill at a price of zero is refused, and the next one is booked", async () => {
  const bench = await funded();
  await bench.send({ clientOrderId: "p", symbol: XBTUSD, qty: "1000", price: "100000" });
  const before = bench.facts().length;
  expect(await bench.fill("p", "10", "0")).toMatchObject({ status: "refused", code: "number-range" });
  expect(bench.facts(before)).toEqual([]);
  expect(await bench.fill("p", "10", "100000")).toMatchObject({ status: "applied" });
});

test("a strategy is not opened with a leg that was got for nothing", async () => {
  const bench = await funded();
  const leg = { symbol: XBTUSD, qty: "10", avgPrice: "0" };
  expect(codeOf(await bench.strategy("alpha", [leg]))).toBe("number-range");
  expect(bench.state.strategies.has("alpha")).toBe(false);
  expect(codeOf(await bench.strategy("alpha", [{ ...leg, avgPrice: "100000" }]))).toBeUndefined();
});
