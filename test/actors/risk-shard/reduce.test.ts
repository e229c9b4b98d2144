import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate } from "../../../actors/risk-shard/evaluate.ts";
import type { Inputs } from "../../../actors/risk-shard/inputs.ts";
import type { LimitSet } from "../../../actors/risk-shard/state.ts";
import { inputs, mixedSet, reduceSet, SUBJECT } from "./arbitrary.ts";
import { AAPL, RiskBench } from "./bench.ts";

const RUNS = { numRuns: 3_000 };
const withQty = (given: Inputs, qty: number): Inputs => ({ ...given, order: { ...given.order, qty } });
const accepts = (given: Inputs, set: LimitSet, qty: number): boolean =>
  evaluate(withQty(given, qty), SUBJECT, set).decision === "accept";

/** Tries every lot, from the whole order down. */
function largestByForce(given: Inputs, set: LimitSet): number {
  const lot = given.instrument!.lotSize;
  for (let qty = given.order.qty; qty > 0; qty -= lot) if (accepts(given, set, qty)) return qty;
  return 0;
}

describe("reduce", () => {
  test("allows the largest quantity on the lot grid that all checks admit: one lot more fails", () => {
    let reduced = 0;
    fc.assert(
      fc.property(inputs, reduceSet, (given, set) => {
        const outcome = evaluate(given, SUBJECT, set);
        if (outcome.code !== undefined && !outcome.code.startsWith("max-")) return;
        expect(outcome.allowedQty).toBe(largestByForce(given, set));
        expect(outcome.allowedQty % given.instrument!.lotSize).toBe(0);
        if (outcome.decision === "reduce") reduced += 1;
      }),
      RUNS,
    );
    expect(reduced).toBeGreaterThan(100);
  });

  test("only where every failing check is a limit that asks for it", () => {
    fc.assert(
      fc.property(inputs, mixedSet, (given, set) => {
        const { decision, allowedQty, rows, verdicts } = evaluate(given, SUBJECT, set);
        const failing = rows.filter((row) => row[3] === "f");
        const rejecting =
          verdicts.includes("f") || failing.some((row) => actionOf(set, row[0], row[4]) === "reject");
        if (rejecting) expect([decision, allowedQty]).toEqual(["reject", 0]);
        if (failing.length === 0 && !verdicts.includes("f"))
          expect([decision, allowedQty]).toEqual(["accept", given.order.qty]);
        if (decision === "reduce") expect(allowedQty).toBeGreaterThan(0);
        if (decision === "reduce") expect(allowedQty).toBeLessThan(given.order.qty);
      }),
      RUNS,
    );
  });

  test("what closes is admitted by every limit on the book, however far above it stands", () => {
    fc.assert(
      fc.property(inputs, reduceSet, (given, set) => {
        const { side } = given.order;
        const books = [given.account, given.strategy!];
        const closes = books.every(({ pos, buys, sells }) => {
          const closable = side > 0 ? -(pos + buys) : pos - sells;
          return BigInt(given.order.qty) <= closable;
        });
        if (!closes) return;
        const { rows } = evaluate(given, SUBJECT, set);
        const ofBook = rows.filter((row) => /^max-(position|gross|net)/.test(row[0]));
        expect(ofBook.map((row) => row[3])).not.toContain("f");
      }),
      RUNS,
    );
  });
});

/** The harshest action among the limits of this kind and threshold: two of them may look the same in the rows. */
function actionOf(set: LimitSet, kind: string, shown: string | null): string {
  const actions = set.limits.filter((limit) => limit.kind === kind).map(({ action }) => action);
  return shown !== null && actions.every((action) => action === "reject") ? "reject" : "either";
}

describe("a reduced order", () => {
  test("is reserved for what is allowed, and that is what its fills are held against", async () => {
    const bench = await new RiskBench().ready([
      { kind: "max-position-qty", threshold: "6", action: "reduce" },
    ]);
    expect(await bench.send({ clientOrderId: "a", qty: "10" })).toMatchObject({
      decision: "reduce",
      allowedQty: "6",
    });
    expect(await bench.list("orders")).toMatchObject([{ qty: "6", remainingQty: "6" }]);
    await bench.fill("a", "6");
    expect(await bench.list("orders")).toMatchObject([{ status: "filled" }]);
    expect(await bench.list("violations")).toEqual([]);
  });

  test("that would flip a position above its limit is cut to the close", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a", qty: "10" });
    await bench.fill("a", "10");
    await bench.limits([{ kind: "max-gross-exposure", threshold: "0", action: "reduce" }]);
    expect(await bench.send({ side: "sell", qty: "25" })).toMatchObject({
      decision: "reduce",
      allowedQty: "10",
    });
  });

  test("that is left below the instrument's minimum is rejected", async () => {
    const bench = new RiskBench();
    bench.instrument(AAPL, { minQty: "5" });
    await bench.ready([{ kind: "max-position-qty", threshold: "4", action: "reduce" }]);
    expect(await bench.send({ qty: "10" })).toMatchObject({ decision: "reject", allowedQty: "0" });
  });

  test("is not there to be had where the count of orders is used up", async () => {
    const bench = await new RiskBench().ready([
      { kind: "max-order-qty", threshold: "5", action: "reduce" },
      { kind: "max-working-orders", threshold: "0" },
    ]);
    expect(await bench.send()).toMatchObject({ decision: "reject", allowedQty: "0", code: "max-order-qty" });
    expect(await bench.send({ qty: "5" })).toMatchObject({ decision: "reject", code: "max-working-orders" });
  });
});
