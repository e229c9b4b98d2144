/** The limit: orders in its scope may only close. */
import { describe, expect, test } from "vitest";
import { AAPL, checkIn, type Json, MSFT, RiskBench, WIDE } from "../bench.ts";

const KIND = "reduce-only";
const limit = (changes: Json = {}): Json => ({ kind: KIND, action: "reject", ...changes });
/** The check of the limit and not the one of the order's own flag, which has no numbers. */
const found = ({ checks }: { checks: readonly { code: string; limit: unknown }[] }) =>
  checks.find((check) => check.code === KIND && check.limit !== null);

async function holding(qty: number, limits: readonly Json[]): Promise<RiskBench> {
  const bench = new RiskBench();
  bench.instrument(AAPL, { sector: "tech" });
  bench.instrument(MSFT, { sector: "else" });
  await bench.ready();
  await bench.strategy("alpha");
  const side = qty > 0 ? "buy" : "sell";
  await bench.send({ clientOrderId: "held", side, qty: String(Math.abs(qty)), strategy: "alpha" });
  await bench.fill("held", String(Math.abs(qty)));
  await bench.limits(limits);
  return bench;
}

describe.each([
  [10, "sell"],
  [-10, "buy"],
])("with %i held", (held, side) => {
  test("a lot below, at and a lot beyond the close", async () => {
    const bench = await holding(held, [limit()]);
    for (const [qty, projected] of [
      ["9", "0"],
      ["10", "0"],
      ["11", "1"],
    ] as const) {
      const decision = await bench.check({ side, qty });
      expect(found(decision)).toMatchObject({ limit: "0", observed: "0", projected });
      expect(decision).toMatchObject(
        projected === "0" ? { decision: "accept" } : { decision: "reject", code: KIND },
      );
    }
    const opening = await bench.check({ side: side === "buy" ? "sell" : "buy", qty: "1" });
    expect(opening).toMatchObject({ decision: "reject", code: KIND, fixCode: 99 });
  });

  test("reduce allows the close, and one lot more never: over the whole grid", async () => {
    const bench = await holding(held, [limit({ action: "reduce" })]);
    await bench.send({ clientOrderId: "working", side, qty: "3" });
    for (let qty = 1; qty <= 20; qty++) {
      const { allowedQty } = await bench.check({ side, qty: String(qty) });
      expect(Number(allowedQty)).toBe(Math.min(qty, 7));
    }
  });
});

test("in each scope it holds for its members alone", async () => {
  for (const scope of [
    { kind: "symbol", id: AAPL },
    { kind: "sector", id: "tech" },
    { kind: "strategy", id: "alpha" },
  ]) {
    const bench = await holding(10, [WIDE, limit({ scope })]);
    expect(await bench.check({ strategy: "alpha", qty: "1" })).toMatchObject({ code: KIND });
    expect(await bench.check({ symbol: MSFT, qty: "1" })).toMatchObject({ decision: "accept" });
  }
  const bench = await holding(10, [limit({ scope: { kind: "group", id: "g" }, symbols: [AAPL] })]);
  expect(await bench.check({ qty: "1" })).toMatchObject({ code: KIND });
  expect(await bench.check({ symbol: MSFT, qty: "1" })).toMatchObject({ decision: "accept" });
});

test("of a strategy it looks at what that holds; an order of none has none", async () => {
  const bench = await holding(10, [limit({ scope: { kind: "strategy" } })]);
  await bench.strategy("beta");
  expect(await bench.check({ side: "sell", qty: "10", strategy: "alpha" })).toMatchObject({
    decision: "accept",
  });
  expect(await bench.check({ side: "sell", qty: "1", strategy: "beta" })).toMatchObject({ code: KIND });
  expect(await bench.check({ qty: "1" })).toMatchObject({ decision: "accept" });
});

test("warn only says so", async () => {
  const bench = await holding(10, [limit({ action: "warn" })]);
  const decision = await bench.send({ qty: "1" });
  expect(decision).toMatchObject({ decision: "accept", warnings: [KIND] });
  expect(checkIn(decision, "state-reducing")).toMatchObject({ verdict: "pass" });
});
