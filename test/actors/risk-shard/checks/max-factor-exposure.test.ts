/** Loading × weight under a factor; the account has 100,000. */
import { describe, expect, test } from "vitest";
import { BARE, bookWorld, CHIP, CODE, cutByForce, OIL, seen } from "./book-world.ts";

const KIND = "max-factor-exposure";
const limit = (threshold: string, more = {}) => ({ kind: KIND, factor: "value", threshold, ...more });

describe("exposure to a factor", () => {
  test("is Σ loading × value over equity, at the worse extreme: one lot below, at and above, both sides", async () => {
    // 200 at −0.25, 300 at 0.5: 100 of 1,000.
    const bench = await bookWorld([limit("0.5")], { [CHIP]: "200", [CODE]: "300" });
    for (const [side, qty, verdict, projected] of [
      ["buy", "399", "pass", "0.499"],
      ["buy", "400", "pass", "0.5"],
      ["buy", "401", "fail", "0.501"],
      ["sell", "599", "pass", "0.499"],
      ["sell", "600", "pass", "0.5"],
      ["sell", "601", "fail", "0.501"],
    ])
      expect(await seen(bench, KIND, { symbol: OIL, side, qty })).toMatchObject({
        ...{ verdict, limit: "0.5", observed: "0.1", projected, fixCode: 3 },
      });
  });

  test("counts working orders by their worse extreme, a negative loading turned around", async () => {
    const bench = await bookWorld([limit("5")], { [CODE]: "-100" });
    await bench.send({ symbol: CHIP, qty: "400" });
    await bench.send({ symbol: CHIP, side: "sell", qty: "40" });
    // −50 of CODE, and −100 of CHIP where all is bought.
    expect(await seen(bench, KIND, { symbol: OIL, qty: "1" })).toMatchObject({ observed: "0.15" });
  });

  test("is not known while a symbol of the book, or the order's own, has no loading", async () => {
    const bench = await bookWorld([limit("5")], { [BARE]: "1", [CODE]: "1" });
    const unknown = { verdict: "fail", reason: "factor-missing", observed: null };
    expect(await seen(bench, KIND, { symbol: OIL, qty: "1" })).toMatchObject(unknown);
    const closing = { symbol: CODE, side: "sell", qty: "1" };
    expect(await seen(bench, KIND, closing)).toMatchObject({ ...unknown, verdict: "warn" });
    await bench.report({
      type: "fill",
      clientOrderId: "x",
      symbol: BARE,
      side: "sell",
      qty: "1",
      price: "100",
    });
    expect(await seen(bench, KIND, { symbol: OIL, qty: "1" })).toMatchObject({
      verdict: "pass",
      observed: "0.0005",
    });
    expect(await seen(bench, KIND, { symbol: BARE, qty: "1" })).toMatchObject(unknown);
  });

  test("of two factors is each its own; above the limit what hedges passes", async () => {
    const beta = limit("0.1", { factor: "beta" });
    const bench = await bookWorld([limit("9"), beta], { [CHIP]: "200" });
    const { checks } = await bench.check({ symbol: OIL, qty: "100" });
    const found = checks.filter(({ code }) => code === KIND);
    expect(found.map(({ observed, projected, verdict }) => [observed, projected, verdict])).toEqual([
      ["0.05", "0.05", "pass"],
      // What is bought of −0.5 can only make the other extreme less.
      ["0.3", "0.3", "warn"],
    ]);
  });

  test("follows new reference data", async () => {
    const bench = await bookWorld([limit("5")], { [CODE]: "100" });
    const instrument = bench.instrument(CODE, { factors: { value: "2" } });
    await bench.told(CODE, bench.platform.marks.get(CODE)!, instrument);
    expect(await seen(bench, KIND, { symbol: OIL, qty: "1" })).toMatchObject({ observed: "0.2" });
  });
});

test.each(["buy", "sell"])("reduce cuts to the last lot that fits: %s", async (side) => {
  const limits = [limit("0.02", { action: "reduce" })];
  const bench = await bookWorld(limits, { [CODE]: "10" });
  expect(await cutByForce(bench, { symbol: OIL, side }, 60)).toBe(side === "buy" ? 15 : 25);
});
