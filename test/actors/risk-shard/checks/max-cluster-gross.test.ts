/** Gross of symbols that move together, against the full matrix. */
import { describe, expect, test } from "vitest";
import type { Json } from "../bench.ts";
import { BARE, CHIP, CODE, cutByForce, OIL, seen } from "./book-world.ts";
import { BARS, FIRST_SLOT, fullMatrix, returnWorld, SYMBOLS, tellBars } from "./return-world.ts";

const KIND = "max-cluster-gross";
const limit = (threshold: string, more: Json = {}): Json => ({ kind: KIND, threshold, ...more });

function membersOf(symbol: string, rho: number): string[] {
  const matrix = fullMatrix();
  const place = SYMBOLS.indexOf(symbol);
  return SYMBOLS.filter((_, other) => {
    const correlation = matrix[place]![other]! / Math.sqrt(matrix[place]![place]! * matrix[other]![other]!);
    return other === place || correlation > rho;
  });
}

describe("gross of a cluster", () => {
  test("is that of all symbols that move with the order's own, with its own", async () => {
    const held: Readonly<Record<string, number>> = { [CHIP]: 40, [CODE]: -30, [OIL]: 20, [BARE]: 10 };
    const texts = Object.fromEntries(Object.entries(held).map(([symbol, qty]) => [symbol, String(qty)]));
    for (const rho of ["0.6", "-1", "0.999", "-0.9"]) {
      const bench = await returnWorld([limit("1000000", { rho })], texts);
      for (const symbol of SYMBOLS) {
        const members = membersOf(symbol, Number(rho));
        const gross = members.reduce((sum, one) => sum + 100 * Math.abs(held[one]!), 0);
        const side = held[symbol]! > 0 ? "buy" : "sell";
        expect(await seen(bench, KIND, { symbol, side, qty: "7" })).toMatchObject({
          ...{ observed: String(gross), projected: String(gross + 700) },
        });
      }
    }
  });

  test.each([
    ["99", "pass"],
    ["100", "pass"],
    ["101", "fail"],
  ])("with 10,000 of 20,000 in it, an order of %s at 100 is a %s", async (qty, verdict) => {
    const bench = await returnWorld([limit("20000")], { [CHIP]: "60", [CODE]: "-40", [BARE]: "900" });
    for (const side of ["buy", "sell"]) {
      const order = side === "buy" ? { symbol: CHIP, side, qty } : { symbol: CODE, side, qty };
      expect(await seen(bench, KIND, order)).toMatchObject({ verdict, fixCode: 25, riskLimitType: 1 });
    }
  });

  test("follows orders, fills and prices as they come; a dry run says what sending does, and leaves it", async () => {
    const bench = await returnWorld([limit("1000000")], { [CHIP]: "60", [CODE]: "-40" });
    const order = { symbol: CHIP, qty: "5" };
    expect(await seen(bench, KIND, order)).toMatchObject({ observed: "10000" });
    const sells = [20, 30].map((qty) => bench.order({ symbol: CODE, side: "sell", qty: String(qty) }));
    const dry = await bench.orders(sells, true);
    expect(dry[1]!.checks.find(({ code }) => code === KIND)).toMatchObject({
      ...{ observed: "12000", projected: "15000" },
    });
    expect(await seen(bench, KIND, order)).toMatchObject({ observed: "10000" });
    const sent = await bench.orders(sells);
    expect(sent.map(({ checks }) => checks)).toEqual(dry.map(({ checks }) => checks));
    expect(await seen(bench, KIND, order)).toMatchObject({ observed: "15000" });
    await bench.price(CODE, { last: "200" });
    expect(await seen(bench, KIND, order)).toMatchObject({ observed: "24000" });
    await bench.send({ symbol: BARE, qty: "1" });
    expect(await seen(bench, KIND, order)).toMatchObject({ observed: "24000" });
  });

  test("is found anew when a bar has closed", async () => {
    const bench = await returnWorld([limit("1000000")], { [CHIP]: "60", [CODE]: "40" });
    const order = { symbol: CHIP, qty: "5" };
    expect(await seen(bench, KIND, order)).toMatchObject({ observed: "10000" });
    const slot = FIRST_SLOT + BARS;
    await tellBars(bench, CHIP, ["1D", slot, 900_000_000, slot - 1]);
    await tellBars(bench, CODE, ["1D", slot, -900_000_000, slot - 1]);
    expect(await seen(bench, KIND, order)).toMatchObject({ observed: "6000" });
  });

  test("lets pass what closes; reduce cuts to the last lot that fits", async () => {
    const bench = await returnWorld([limit("10500", { action: "reduce" })], { [CHIP]: "60", [CODE]: "40" });
    expect(await cutByForce(bench, { symbol: CHIP, side: "buy" }, 20)).toBe(5);
    const above = await returnWorld([limit("1")], { [CHIP]: "60", [CODE]: "40" });
    expect(await seen(above, KIND, { symbol: CODE, side: "sell", qty: "40" })).toMatchObject({
      verdict: "warn",
    });
    expect(await seen(above, KIND, { symbol: CODE, side: "buy", qty: "1" })).toMatchObject({
      verdict: "fail",
    });
  });

  test("is not known without bars of all that is held", async () => {
    const bench = await returnWorld([], { [OIL]: "1" });
    bench.platform.returns.delete(OIL);
    await bench.limits([limit("1000000")]);
    expect(await seen(bench, KIND, { symbol: CHIP, qty: "1" })).toMatchObject({
      ...{ verdict: "fail", reason: "returns-missing" },
    });
    expect(await seen(bench, KIND, { symbol: OIL, side: "sell", qty: "1" })).toMatchObject({
      verdict: "warn",
    });
  });
});
