import fc from "fast-check";
import { expect, test } from "vitest";
import { fewOrAll } from "../../support/few-or-all.ts";
import { AAPL, BTC, MSFT, RiskBench } from "./bench.ts";

const LIMITS = [
  { kind: "max-position-qty", threshold: "60", action: "reduce" },
  { kind: "max-gross-exposure", threshold: "9000" },
  { kind: "max-working-orders", threshold: "9" },
  { kind: "max-order-rate", threshold: "6", windowMs: 1_000, scope: { kind: "symbol" } },
];

const orders = fc.array(
  fc.record({
    clientOrderId: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"),
    symbol: fc.constantFrom(AAPL, MSFT, BTC),
    side: fc.constantFrom("buy", "sell"),
    qty: fc.constantFrom("1", "7", "25", "41"),
    strategy: fc.constantFrom(undefined, "alpha"),
    replaces: fc.constantFrom(undefined, undefined, "z", "a"),
  }),
  { minLength: 1, maxLength: 14 },
);

async function market(): Promise<RiskBench> {
  const bench = await new RiskBench().ready(LIMITS);
  await bench.price(BTC, { bid: "90", ask: "91.01" });
  await bench.strategy("alpha", [{ symbol: AAPL, qty: "-20", avgPrice: "100" }]);
  await bench.send({ clientOrderId: "z", qty: "5" });
  // A request meets its symbols together, a repeat none: here they are known.
  for (const symbol of [AAPL, MSFT, BTC]) await bench.check({ symbol });
  return bench;
}

test("orders of one request leave what they leave one after the other: decisions, facts, and the whole state", async () => {
  await fc.assert(
    fc.asyncProperty(orders, async (sent) => {
      const [together, apart] = [await market(), await market()];
      const own = sent.filter(({ clientOrderId, replaces }) => clientOrderId !== replaces);
      fc.pre(own.length > 0);
      const decisions = [];
      for (const one of own) decisions.push(...(await apart.orders([apart.order(one)])));
      expect(await together.orders(own.map((one) => together.order(one)))).toEqual(decisions);
      expect(together.state).toEqual(apart.state);
      expect(together.facts()).toEqual(apart.facts());
    }),
    { numRuns: fewOrAll(50, 150) },
  );
});
