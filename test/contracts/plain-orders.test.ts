import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ORDERS_PER_REQUEST_MAX, order, ordersBody } from "../../src/contracts/orders.ts";
import { plainOrders } from "../../src/contracts/plain-orders.ts";

/** Each field with values that are right, nearly right and wrong. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  clientOrderId: ["a", "o-1.2_3", "x".repeat(64), "x".repeat(65), "", "-a", "é", 1, null],
  strategy: ["s1", "", " ", 7, "constructor"],
  symbol: ["XNAS:AAPL", "xnas:aapl", "XNAS:", "XNAS", "A:B-C.D_E", 5, ["XNAS:AAPL"]],
  side: ["buy", "sell", "BUY", "", 0],
  type: ["market", "limit", "stop", "stop-limit", "iceberg", null],
  qty: [
    "1",
    "0",
    "0.0",
    "-1",
    "-0",
    "1.5",
    "01",
    "1.",
    ".5",
    "1e3",
    "1".repeat(20),
    "1".repeat(21),
    5,
    1.5,
    Infinity,
    "NaN",
  ],
  price: ["100.25", "0", "-3", "1.000000000000000001", "1.0000000000000000001", 100, "x"],
  stopPrice: ["99", "0.00", "+1", 1e21, true],
  timeInForce: ["day", "gtc", "ioc", "fok", "gtd", 1],
  reduceOnly: [true, false, "true", 0, null],
  replaces: ["a", "b", "", 3],
  ttlMs: [100, 99, 1_000.5, 31_622_400_000, 31_622_400_001, "1000", null],
  extra: [1],
  __proto__x: ["a"],
  toString: ["a"],
};

const field = (name: string) =>
  fc.option(fc.constantFrom(...(VALUES[name] ?? [])), { nil: undefined, freq: 4 });
const anyOrder = fc
  .record(Object.fromEntries(Object.keys(VALUES).map((name) => [name, field(name)])))
  .map((made) => JSON.parse(JSON.stringify(made)) as Record<string, unknown>);
const rightOrder = fc.record(
  {
    clientOrderId: fc.constantFrom("a", "o-1"),
    symbol: fc.constant("XNAS:AAPL"),
    side: fc.constantFrom("buy", "sell"),
    type: fc.constantFrom("market", "limit", "stop", "stop-limit"),
    qty: fc.constantFrom("1", "0.5"),
    price: fc.constantFrom("10", "0.01"),
    stopPrice: fc.constantFrom("10", "9.5"),
    timeInForce: fc.constantFrom("day", "ioc"),
    reduceOnly: fc.boolean(),
    replaces: fc.constantFrom("a", "z"),
    ttlMs: fc.constantFrom(100, 60_000),
  },
  { requiredKeys: ["clientOrderId", "symbol", "side", "type", "qty"] },
);

describe("an order that is plainly right", () => {
  test("is one that the schema gives back as it is, whatever it is made of", () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(anyOrder, rightOrder), (made) => {
        const plain = plainOrders(made, ORDERS_PER_REQUEST_MAX);
        if (plain === undefined) return;
        taken += 1;
        expect(order.parse(made)).toEqual(plain[0]);
      }),
      { numRuns: 5_000, seed: 7 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  test("of the right ones with decimals as text all are plain", () => {
    fc.assert(
      fc.property(rightOrder, (made) => {
        expect(plainOrders(made, ORDERS_PER_REQUEST_MAX) !== undefined).toBe(order.safeParse(made).success);
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });

  test("one wrong order, one unknown field or too many leave a batch to the schema", () => {
    const right = { clientOrderId: "a", symbol: "XNAS:AAPL", side: "buy", type: "market", qty: "1" };
    expect(plainOrders({ orders: [right, right] }, 2)).toEqual([right, right]);
    for (const left of [
      { orders: [right, { ...right, qty: "0" }] },
      { orders: [right], more: 1 },
      { orders: [right, right, right] },
      { orders: [] },
      { orders: "x" },
      [right],
      null,
      "x",
    ])
      expect(plainOrders(left, 2)).toBeUndefined();
  });

  test("is taken in the same words by the body of the call", () => {
    const wrong = { clientOrderId: "a", symbol: "XNAS:AAPL", side: "buy", type: "market", qty: "0" };
    expect(ordersBody.safeParse(wrong).error?.issues).toEqual(order.safeParse(wrong).error?.issues);
    expect(ordersBody.parse({ orders: [{ ...wrong, qty: 5 }] })).toEqual([{ ...wrong, qty: "5" }]);
  });
});
