/** Value at risk beside orders that work in the order's own symbol: they may fill, and they may not. */
import { expect, test } from "vitest";
import { dot, times } from "../../../quant/covariance/oracle.ts";
import { CHIP, CODE, cutByForce, seen } from "./book-world.ts";
import { fullMatrix, returnWorld, SYMBOLS } from "./return-world.ts";

const KIND = "max-var";
const Z99 = 2.326347874;
const HUGE = { kind: KIND, threshold: "1000000000" };

function riskOf(held: Readonly<Record<string, number>>): number {
  const weights = SYMBOLS.map((symbol) => 100 * (held[symbol] ?? 0));
  return Z99 * Math.sqrt(dot(weights, times(fullMatrix(), weights)));
}
/** Short of one, with orders that work on either side of another that moves with it. */
async function beside(threshold: string, working: readonly (readonly [side: string, qty: string])[]) {
  const bench = await returnWorld([HUGE], { [CODE]: "-200" });
  for (const [side, qty] of working)
    expect(await bench.send({ symbol: CHIP, side, qty })).toMatchObject({ decision: "accept" });
  await bench.limits([{ kind: KIND, threshold, action: "reduce" }]);
  return bench;
}

test("a larger order on the other side that works hides nothing of what this one adds", async () => {
  const bench = await beside("1000000", [["buy", "100"]]);
  const { observed, projected } = await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "90" });
  expect(Number(projected)).toBeCloseTo(riskOf({ [CODE]: -200, [CHIP]: -90 }), 4);
  expect(Number(observed)).toBeCloseTo(riskOf({ [CODE]: -200 }), 4);
});

test("what hedges is shown as it would be when it has filled", async () => {
  const bench = await beside("1000000", []);
  const { observed, projected } = await seen(bench, KIND, { symbol: CHIP, side: "buy", qty: "90" });
  expect(Number(observed)).toBeCloseTo(riskOf({ [CODE]: -200 }), 4);
  expect(Number(projected)).toBeCloseTo(riskOf({ [CODE]: -200, [CHIP]: 90 }), 4);
});

test.each([
  ["within the limit", 1.1],
  ["above it", 0.9],
])(
  "reduce finds the last lot that adds nothing beyond it, in a book that stands %s",
  async (_title, part) => {
    const bench = await beside((part * riskOf({ [CODE]: -200 })).toFixed(6), [["buy", "60"]]);
    const largest = await cutByForce(bench, { symbol: CHIP, side: "sell" }, 120);
    if (part > 1) expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(60);
  },
);
