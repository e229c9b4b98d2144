import { expect, test } from "vitest";
import { BODY_BYTES_MAX } from "../../src/contracts/endpoint.ts";
import { newStrategy, STRATEGY_LEGS_MAX } from "../../src/contracts/strategies.ts";

const LONGEST = { qty: "-12345678901234567890.123456", avgPrice: "12345678901234567890.123456" };
const strategyOf = (legs: number) => ({
  name: "Everything",
  account: "main",
  instruments: Array.from({ length: legs }, (_, index) => ({
    symbol: `XNAS:${"L".repeat(20)}${index}`,
    ...LONGEST,
  })),
});

test("a strategy has up to 2,000 legs of its own, and a body has room for all of them, held", () => {
  const whole = strategyOf(STRATEGY_LEGS_MAX);
  expect(newStrategy.safeParse(whole).success).toBe(true);
  expect(JSON.stringify(whole).length).toBeLessThan(BODY_BYTES_MAX);
  expect(newStrategy.safeParse(strategyOf(STRATEGY_LEGS_MAX + 1)).success).toBe(false);
  expect(STRATEGY_LEGS_MAX).toBe(2_000);
});
