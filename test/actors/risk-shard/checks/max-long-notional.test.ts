/** Long alone: what is short, or is sold, does not make it less. */
import { describe, expect, test } from "vitest";
import { BARE, bookWorld, CHIP, CODE, cutByForce, hold, OIL, seen, WIDE } from "./book-world.ts";

const KIND = "max-long-notional";
const limit = (threshold: string, more = {}) => ({ kind: KIND, threshold, ...more });
const tech = { kind: "sector", id: "tech" };

describe("long of an account", () => {
  test("sums what is held and worked on the buying side: one lot below, at and above", async () => {
    const bench = await bookWorld([limit("5000")], { [CHIP]: "20", [OIL]: "-40" });
    await bench.send({ symbol: CODE, qty: "10" });
    await bench.send({ symbol: CODE, side: "sell", qty: "7" });
    for (const [qty, verdict] of [
      ["19", "pass"],
      ["20", "pass"],
      ["21", "fail"],
    ] as const)
      expect(await seen(bench, KIND, { symbol: BARE, qty })).toMatchObject({
        ...{ verdict, limit: "5000", observed: "3000", projected: String(3_000 + 100 * Number(qty)) },
        ...{ fixCode: 25, riskLimitType: 4 },
      });
  });

  test("is not made more by a sale, which passes where the book stands above it; a purchase does not", async () => {
    const bench = await bookWorld([limit("1000")], { [CHIP]: "20", [OIL]: "-5" });
    expect(await seen(bench, KIND, { symbol: OIL, side: "sell", qty: "50" })).toMatchObject({
      verdict: "warn",
      projected: "2000",
    });
    expect(await seen(bench, KIND, { symbol: CHIP, side: "sell", qty: "30" })).toMatchObject({
      verdict: "warn",
    });
    expect(await seen(bench, KIND, { symbol: OIL, qty: "5" }), "it closes").toMatchObject({
      verdict: "warn",
      projected: "2000",
    });
    expect(await seen(bench, KIND, { symbol: OIL, qty: "6" })).toMatchObject({
      verdict: "fail",
      projected: "2100",
    });
  });
});

describe("long of a part of the book", () => {
  test("is that of a strategy, a symbol, a sector, an issuer, a group", async () => {
    const scopes = [
      { scope: { kind: "strategy", id: "alpha" } },
      { scope: { kind: "symbol" } },
      { scope: tech },
      { scope: { kind: "issuer" } },
      { scope: { kind: "currency" } },
      { scope: { kind: "group", id: "g" }, symbols: [CHIP, OIL] },
    ];
    const bench = await bookWorld([WIDE]);
    await bench.strategy("alpha");
    for (const [symbol, qty, strategy] of [
      [CHIP, "3", "alpha"],
      [CHIP, "4"],
      [CODE, "8", "alpha"],
      [OIL, "16"],
    ] as const)
      await hold(bench, symbol, qty, strategy);
    await bench.limits(scopes.map((scope) => limit("100000", scope)));
    const decision = await bench.check({ symbol: CHIP, qty: "1", strategy: "alpha" });
    const found = decision.checks.filter(({ code }) => code === KIND);
    expect(found.map(({ observed, projected }) => [observed, projected])).toEqual([
      ["1100", "1200"],
      ["700", "800"],
      ["1500", "1600"],
      ["1500", "1600"],
      ["3100", "3200"],
      ["2300", "2400"],
    ]);
  });

  test("cannot be told of a symbol whose class is not stated: new risk fails, what closes passes", async () => {
    const bench = await bookWorld([limit("100000", { scope: tech })], { [BARE]: "5" });
    expect(await seen(bench, KIND, { symbol: BARE, qty: "1" })).toMatchObject({
      verdict: "fail",
      reason: "class-missing",
    });
    expect(await seen(bench, KIND, { symbol: BARE, side: "sell", qty: "5" })).toMatchObject({
      verdict: "warn",
      reason: "class-missing",
    });
    expect((await bench.check({ symbol: OIL, qty: "1" })).checks.some(({ code }) => code === KIND)).toBe(
      false,
    );
  });
});

test("reduce cuts to the last lot that fits", async () => {
  const bench = await bookWorld([limit("5050", { scope: tech, action: "reduce" })], {
    [CODE]: "12",
    [CHIP]: "-6",
  });
  expect(await cutByForce(bench, { symbol: CHIP, side: "buy" }, 60)).toBe(44);
});
