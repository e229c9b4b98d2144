/** Herfindahl–Hirschman index of gross. */
import { describe, expect, test } from "vitest";
import { BARE, bookWorld, CHIP, CODE, cutByForce, OIL, seen } from "./book-world.ts";

const KIND = "max-concentration";
const limit = (threshold: string, more = {}) => ({ kind: KIND, threshold, ...more });

describe("concentration", () => {
  test.each(["buy", "sell"])("is Σ of squared weights, to the last lot: %s", async (side) => {
    const bench = await bookWorld([limit("0.5")], { [CHIP]: "10", [CODE]: "-10" });
    for (const [qty, verdict, projected] of [
      ["10", "pass", "0.333334"],
      ["39", "pass", "0.494399"],
      ["40", "pass", "0.5"],
      ["41", "fail", "0.50551"],
    ])
      expect(await seen(bench, KIND, { symbol: OIL, side, qty })).toMatchObject({
        ...{ verdict, limit: "0.5", observed: "0.5", projected, fixCode: 3 },
      });
  });

  test("of one symbol alone is one", async () => {
    const bench = await bookWorld([limit("0.999999")]);
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({
      verdict: "fail",
      projected: "1",
    });
    await bench.limits([limit("1")]);
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({
      verdict: "pass",
      projected: "1",
    });
  });

  test("above its limit lets pass what makes it less, and what closes", async () => {
    const bench = await bookWorld([limit("0.3")], { [CHIP]: "40", [CODE]: "10" });
    expect(await seen(bench, KIND, { symbol: CODE, qty: "30" })).toMatchObject({
      verdict: "warn",
      projected: "0.5",
    });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "40" })).toMatchObject({
      verdict: "warn",
    });
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({ verdict: "fail" });
    expect(await seen(bench, KIND, { symbol: BARE, qty: "400" })).toMatchObject({ verdict: "fail" });
  });

  test("follows a price", async () => {
    const bench = await bookWorld([limit("0.9")], { [CHIP]: "10", [CODE]: "-10" });
    await bench.price(CHIP, { last: "300" });
    expect(await seen(bench, KIND, { symbol: CODE, qty: "1" })).toMatchObject({ observed: "0.625" });
  });
});

test("reduce cuts to the last lot that fits, past quantities at which it is least", async () => {
  const bench = await bookWorld([limit("0.5", { action: "reduce" })], { [CHIP]: "10", [CODE]: "-10" });
  expect(await cutByForce(bench, { symbol: BARE, side: "sell" }, 60)).toBe(40);
});
