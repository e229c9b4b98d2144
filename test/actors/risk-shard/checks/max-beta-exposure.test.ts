/** Beta × value in percent of equity, of 100,000. */
import { expect, test } from "vitest";
import { BARE, bookWorld, CHIP, CODE, cutByForce, OIL, seen } from "./book-world.ts";

const KIND = "max-beta-exposure";
const limit = (threshold: string, more = {}) => ({ kind: KIND, threshold, ...more });

test("is Σ beta × value in percent of equity: one lot below, at and above, both sides", async () => {
  // 100 at 1.5 and 100 at −0.5: 100 of 1,000.
  const bench = await bookWorld([limit("50")], { [CHIP]: "100", [OIL]: "100" });
  for (const [side, qty, verdict, projected] of [
    ["buy", "499", "pass", "49.92"],
    ["buy", "500", "pass", "50"],
    ["buy", "501", "fail", "50.08"],
    ["sell", "749", "pass", "49.92"],
    ["sell", "750", "pass", "50"],
    ["sell", "751", "fail", "50.08"],
  ])
    expect(await seen(bench, KIND, { symbol: CODE, side, qty })).toMatchObject({
      ...{ verdict, limit: "50", observed: "10", projected, fixCode: 3 },
    });
});

test("is not known without the beta of each symbol, and closing passes", async () => {
  const bench = await bookWorld([limit("50")], { [BARE]: "3" });
  const unknown = { reason: "beta-missing", observed: null };
  expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({ ...unknown, verdict: "fail" });
  expect(await seen(bench, KIND, { symbol: BARE, side: "sell", qty: "3" })).toMatchObject({
    ...unknown,
    verdict: "warn",
  });
});

test("above it closing a hedge passes, as all that closes, and more of the same does not", async () => {
  const bench = await bookWorld([limit("5")], { [CHIP]: "100", [OIL]: "100" });
  expect(await seen(bench, KIND, { symbol: OIL, side: "sell", qty: "100" })).toMatchObject({
    verdict: "warn",
    projected: "15",
  });
  expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({ verdict: "fail" });
});

test.each(["buy", "sell"])("reduce cuts to the last lot that fits: %s", async (side) => {
  const bench = await bookWorld([limit("5", { action: "reduce" })], { [CHIP]: "20" });
  expect(await cutByForce(bench, { symbol: CODE, side }, 120)).toBe(side === "buy" ? 25 : 100);
});
