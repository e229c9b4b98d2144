/** While somebody may only reduce: a flip is cut to the close, on the lot grid, by whoever of account, strategy, symbol and sector reduces. */
import { describe, expect, test } from "vitest";
import { evaluate } from "../../../actors/risk-shard/evaluate.ts";
import { decodeInputs } from "../../../actors/risk-shard/inputs-codec.ts";
import type { RiskState } from "../../../actors/risk-shard/state.ts";
import { AAPL, checkIn, type Json, RiskBench } from "./bench.ts";

/** Holds so much Apple, signed: all of it by alpha where it is named. */
async function holding(qty: number, strategy?: string, lotSize = "1"): Promise<RiskBench> {
  const bench = new RiskBench();
  bench.instrument(AAPL, { sector: "tech", lotSize });
  await bench.ready();
  for (const id of ["alpha", "beta"]) await bench.strategy(id);
  const own = strategy === undefined ? {} : { strategy };
  await bench.send({
    clientOrderId: "held",
    side: qty > 0 ? "buy" : "sell",
    qty: String(Math.abs(qty)),
    ...own,
  });
  await bench.fill("held", String(Math.abs(qty)));
  return bench;
}
const SCOPES: readonly Json[] = [
  { kind: "account" },
  { kind: "symbol", id: AAPL },
  { kind: "sector", id: "tech" },
  { kind: "strategy", id: "alpha" },
];

describe("an order that would flip", () => {
  test.each(SCOPES.flatMap((scope) => [10, -10].map((held) => [scope, held] as const)))(
    "under %j with %i held is cut to the close: one lot more was never allowed",
    async (scope, held) => {
      const bench = await holding(held, "alpha");
      await bench.state_(scope, "reducing");
      const side = held > 0 ? "sell" : "buy";
      for (let qty = 1; qty <= 14; qty++) {
        const decision = await bench.check({ side, qty: String(qty), strategy: "alpha" });
        const cut = { decision: "reduce", code: "state-reducing", allowedQty: "10", fixCode: 99 };
        expect(decision).toMatchObject(qty <= 10 ? { decision: "accept", allowedQty: String(qty) } : cut);
        expect(checkIn(decision, "state-reducing").verdict).toBe(qty <= 10 ? "pass" : "warn");
        expect(decision.checks.some(({ verdict }) => verdict === "fail")).toBe(false);
      }
      const opens = await bench.check({ side: held > 0 ? "buy" : "sell", qty: "1", strategy: "alpha" });
      expect(opens).toMatchObject({ decision: "reject", code: "state-reducing", allowedQty: "0" });
    },
  );

  test("reserves what was allowed, and so does the next one with what is left: never a flip by both", async () => {
    const bench = await holding(10);
    await bench.state_({ kind: "account" }, "reducing");
    await bench.report({ type: "cancel", clientOrderId: "held" });
    const decisions = await bench.orders(
      ["7", "7", "7"].map((qty) => bench.order({ side: "sell", type: "market", qty })),
    );
    expect(decisions.map(({ decision, allowedQty }) => [decision, allowedQty])).toEqual([
      ["accept", "7"],
      ["reduce", "3"],
      ["reject", "0"],
    ]);
    expect(bench.state.symbolLines.get(AAPL as never)).toMatchObject({ pos: 10n, sells: 10n });
  });

  test("is cut on the lot grid; what is off it stays refused", async () => {
    const bench = new RiskBench();
    bench.instrument(AAPL, { lotSize: "1" });
    await bench.ready();
    await bench.send({ clientOrderId: "held", qty: "13" });
    await bench.fill("held", "13");
    const lots = bench.instrument(AAPL, { lotSize: "5" });
    await bench.told(AAPL, bench.platform.marks.get(AAPL)!, lots);
    await bench.state_({ kind: "account" }, "reducing");
    expect(await bench.check({ side: "sell", qty: "15" })).toMatchObject({
      decision: "reduce",
      allowedQty: "10",
    });
    expect(await bench.check({ side: "sell", qty: "14" })).toMatchObject({
      decision: "reject",
      allowedQty: "0",
    });
  });

  test("of two that reduce is cut to the lesser close", async () => {
    const bench = await holding(10, "alpha");
    await bench.send({ clientOrderId: "b", side: "sell", qty: "4", strategy: "beta" });
    await bench.fill("b", "4");
    await bench.state_({ kind: "strategy", id: "alpha" }, "reducing");
    const sell = { side: "sell", qty: "12", strategy: "alpha" };
    expect(await bench.check(sell)).toMatchObject({ decision: "reduce", allowedQty: "10" });
    await bench.state_({ kind: "account" }, "reducing");
    expect(await bench.check(sell)).toMatchObject({ decision: "reduce", allowedQty: "6" });
    await bench.state_({ kind: "symbol", id: AAPL }, "halted");
    expect(await bench.check(sell)).toMatchObject({ decision: "reject", code: "state-halted" });
  });

  test("is cut below the smallest order too: what closes may be that small", async () => {
    const bench = await holding(3);
    const large = bench.instrument(AAPL, { minQty: "5" });
    await bench.told(AAPL, bench.platform.marks.get(AAPL)!, large);
    expect(await bench.check({ qty: "3" })).toMatchObject({ code: "below-min" });
    await bench.state_({ kind: "account" }, "reducing");
    expect(await bench.check({ side: "sell", qty: "8" })).toMatchObject({
      ...{ decision: "reduce", code: "state-reducing", allowedQty: "3" },
    });
  });

  test("is still measured by the limits of an order, at what is left of it", async () => {
    const bench = await holding(10);
    await bench.limits([{ kind: "max-order-qty", threshold: "10", action: "reject" }]);
    await bench.state_({ kind: "account" }, "reducing");
    expect(await bench.check({ side: "sell", qty: "30" })).toMatchObject({
      decision: "reduce",
      allowedQty: "10",
    });
    await bench.limits([{ kind: "max-order-qty", threshold: "6", action: "reduce" }]);
    expect(await bench.check({ side: "sell", qty: "30" })).toMatchObject({
      code: "max-order-qty",
      allowedQty: "6",
    });
  });
});

describe("a decision that was cut", () => {
  async function flipped() {
    const bench = await holding(10);
    await bench.state_({ kind: "account" }, "reducing");
    const order = bench.order({ side: "sell", qty: "25" });
    const [dry] = await bench.orders([order], true);
    const [real] = await bench.orders([order]);
    const fact = bench.facts().findLast(({ kind }) => kind === "order-decided")!;
    return { bench, dry: dry!, real: real!, payload: fact.payload };
  }
  const again = (inputs: unknown, { limits }: RiskState) =>
    evaluate(decodeInputs(inputs as never), { symbol: AAPL, strategy: "" }, limits);

  test("is the same in a dry run, and when it is made again from its fact", async () => {
    const { bench, dry, real, payload } = await flipped();
    const { seq: _, orderId: __, ...rest } = real;
    expect(dry).toMatchObject(rest);
    const made = again(payload["inputs"], bench.state);
    expect(made).toMatchObject({ decision: "reduce", code: "state-reducing", verdicts: payload["verdicts"] });
    expect(JSON.parse(JSON.stringify(made.rows))).toEqual(payload["checks"]);
  });

  test("of a fact from before flips were cut stays refused", async () => {
    const { bench, payload } = await flipped();
    const inputs = structuredClone(payload["inputs"]) as unknown[][];
    expect(inputs[3]).toHaveLength(10);
    inputs[3] = inputs[3]!.slice(0, 8);
    expect(again(inputs, bench.state)).toMatchObject({
      decision: "reject",
      code: "state-reducing",
      allowedQty: 0,
    });
  });
});
