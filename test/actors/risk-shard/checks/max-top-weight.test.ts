/** The part of gross that the largest symbols are together. */
import { describe, expect, test } from "vitest";
import { BARE, bookWorld, CHIP, CODE, cutByForce, OIL, seen } from "./book-world.ts";

const KIND = "max-top-weight";
const limit = (n: number, threshold: string, more = {}) => ({ kind: KIND, n, threshold, ...more });

describe("the weight of the largest", () => {
  test.each(["buy", "sell"])(
    "counts the order's symbol where it comes to be one of them: %s",
    async (side) => {
      const bench = await bookWorld([limit(2, "80")], { [CHIP]: "50", [CODE]: "-30", [OIL]: "20" });
      for (const [qty, verdict, projected] of [
        ["10", "pass", "72.727273"],
        ["30", "pass", "61.538462"],
        ["149", "pass", "79.919679"],
        ["150", "pass", "80"],
        ["151", "fail", "80.079682"],
      ])
        expect(await seen(bench, KIND, { symbol: BARE, side, qty })).toMatchObject({
          ...{ verdict, limit: "80", observed: "80", projected, fixCode: 3 },
        });
    },
  );

  test("of more than there are is all of it", async () => {
    const bench = await bookWorld([limit(5, "99")], { [CHIP]: "50" });
    expect(await seen(bench, KIND, { symbol: CODE, qty: "1" })).toMatchObject({
      verdict: "warn",
      projected: "100",
    });
    await bench.limits([limit(5, "100")]);
    expect(await seen(bench, KIND, { symbol: CODE, qty: "1" })).toMatchObject({ verdict: "pass" });
  });

  test("above its limit lets pass what makes it less, and what closes", async () => {
    const bench = await bookWorld([limit(1, "40")], { [CHIP]: "60", [CODE]: "40" });
    expect(await seen(bench, KIND, { symbol: CODE, qty: "20" })).toMatchObject({
      verdict: "warn",
      projected: "50",
    });
    expect(await seen(bench, KIND, { symbol: OIL, qty: "10" })).toMatchObject({ verdict: "warn" });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "60" })).toMatchObject({
      verdict: "warn",
    });
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({ verdict: "fail" });
    expect(await seen(bench, KIND, { symbol: OIL, qty: "151" })).toMatchObject({ verdict: "fail" });
    expect(await seen(bench, KIND, { symbol: OIL, qty: "150" })).toMatchObject({
      verdict: "warn",
      projected: "60",
    });
  });

  test("two of other counts are measured each for itself", async () => {
    const bench = await bookWorld([limit(1, "90"), limit(2, "90")], {
      [CHIP]: "50",
      [CODE]: "30",
      [OIL]: "20",
    });
    const { checks } = await bench.check({ symbol: BARE, qty: "100" });
    expect(checks.filter(({ code }) => code === KIND).map(({ projected }) => projected)).toEqual([
      "50",
      "75",
    ]);
  });

  test("follows a fill, a price and a restart", async () => {
    const bench = await bookWorld([limit(1, "90")], { [CHIP]: "50", [CODE]: "30", [OIL]: "20" });
    await bench.price(CODE, { last: "400" });
    expect(await seen(bench, KIND, { symbol: OIL, qty: "1" })).toMatchObject({ observed: "63.157895" });
    bench.restart();
    await bench.check({ symbol: CHIP, qty: "1" });
    expect(await seen(bench, KIND, { symbol: OIL, qty: "1" })).toMatchObject({ observed: "63.157895" });
  });
});

test("reduce cuts to the last lot that fits", async () => {
  const bench = await bookWorld([limit(2, "80", { action: "reduce" })], {
    [CHIP]: "9",
    [CODE]: "6",
    [OIL]: "6",
  });
  expect(await cutByForce(bench, { symbol: BARE, side: "buy" }, 60)).toBe(39);
});
