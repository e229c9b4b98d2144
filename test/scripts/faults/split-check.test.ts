import { describe, expect, test } from "vitest";
import { positionFaults, repeatFaults, writtenFaults } from "../../../scripts/faults/split-check.ts";

const decision = (clientOrderId: string, changes: object = {}) => ({
  ...{ clientOrderId, decision: "accept", allowedQty: "5", seq: 7 },
  ...changes,
});
const order = (clientOrderId: string) => ({ clientOrderId, symbol: "XTEST:A", side: "buy" as const });

describe("what must hold of a split account finds", () => {
  const fills = new Map([["XTEST:A", 5]]);

  test("nothing where all is well", () => {
    expect(positionFaults(fills, [{ symbol: "XTEST:A", qty: "5" }])).toEqual([]);
    expect(repeatFaults([{ order: order("a"), decision: decision("a") }], [decision("a")])).toEqual([]);
    expect(writtenFaults("order", ["a"], [{ id: "a", times: 1 }])).toEqual([]);
  });

  test.each([
    ["lost", []],
    ["another one", [{ symbol: "XTEST:A", qty: "6" }]],
    ["nobody's", [...[{ symbol: "XTEST:A", qty: "5" }], { symbol: "XTEST:B", qty: "1" }]],
    ["shown by two shards", [1, 2].map(() => ({ symbol: "XTEST:A", qty: "5" }))],
  ])("a position that is %s", (_what, shown) => {
    expect(positionFaults(fills, shown)).toHaveLength(1);
  });

  test.each([
    ["another decision", decision("a", { decision: "reject" })],
    ["another quantity", decision("a", { allowedQty: "4" })],
    ["another place", decision("a", { seq: 8 })],
  ])("an order that gets %s", (_what, second) => {
    expect(repeatFaults([{ order: order("a"), decision: decision("a") }], [second])).toHaveLength(1);
  });

  test("an order that gets no answer", () => {
    expect(repeatFaults([{ order: order("a"), decision: decision("a") }], [])).toHaveLength(1);
  });

  test("what Postgres lacks, has twice, or has of nobody", () => {
    expect(
      writtenFaults(
        "fill",
        ["a", "b"],
        [
          { id: "b", times: 2 },
          { id: "c", times: 1 },
        ],
      ),
    ).toHaveLength(3);
  });
});
