/** Net of classes and groups; that of accounts, strategies and symbols is held against the naive model (`walk.test.ts`). */
import { describe, expect, test } from "vitest";
import { BARE, bookWorld, CHIP, CODE, cutByForce, OIL, seen } from "./book-world.ts";

const KIND = "max-net-exposure";
const limit = (threshold: string, more = {}) => ({ kind: KIND, threshold, ...more });
const tech = { scope: { kind: "sector", id: "tech" } };

describe("net of a class", () => {
  test.each([
    ["buy", "69", "pass", "4900"],
    ["buy", "70", "pass", "5000"],
    ["buy", "71", "fail", "5100"],
    ["sell", "29", "pass", "4900"],
    ["sell", "30", "pass", "5000"],
    ["sell", "31", "fail", "5100"],
  ])("is the worse extreme of its sum: %s %s is %s", async (side, qty, verdict, projected) => {
    const bench = await bookWorld([limit("5000", tech)], { [CHIP]: "-20", [OIL]: "400" });
    expect(await seen(bench, KIND, { symbol: CODE, side, qty })).toMatchObject({
      ...{ verdict, observed: "2000", projected, fixCode: 25, riskLimitType: 2, scope: tech.scope },
    });
  });

  test("of a group in percent of equity nets whom it names", async () => {
    const group = { scope: { kind: "group", id: "g" }, symbols: [CHIP, OIL] };
    const bench = await bookWorld([limit("1", { ...group, unit: "equity-percent" })], {
      [CHIP]: "20",
      [CODE]: "50",
    });
    expect(await seen(bench, KIND, { symbol: OIL, side: "sell", qty: "30" })).toMatchObject({
      ...{ verdict: "fail", limit: "1000", observed: "2000", projected: "2000" },
    });
    expect((await bench.check({ symbol: CODE, qty: "500" })).decision).toBe("accept");
  });

  test("of a symbol whose class is not stated is not known", async () => {
    const bench = await bookWorld([limit("5000", tech)], { [BARE]: "5" });
    expect(await seen(bench, KIND, { symbol: BARE, qty: "1" })).toMatchObject({
      verdict: "fail",
      reason: "class-missing",
    });
    expect(await seen(bench, KIND, { symbol: BARE, side: "sell", qty: "5" })).toMatchObject({
      verdict: "warn",
    });
  });
});

test("reduce cuts to the last lot that fits", async () => {
  const bench = await bookWorld([limit("3050", { ...tech, action: "reduce" })], {
    [CODE]: "12",
    [CHIP]: "-6",
  });
  expect(await cutByForce(bench, { symbol: CHIP, side: "buy" }, 60)).toBe(24);
});
