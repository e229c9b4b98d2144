import { describe, expect, test } from "vitest";
import { executionsReply } from "../../../src/contracts/executions.ts";
import { violationObject } from "../../../src/contracts/violations.ts";
import { AAPL, BTC, type Json, MSFT, RiskBench, WIDE } from "./bench.ts";

/** One working order `a` to buy 10 AAPL at 100. */
async function working(limits: readonly Json[] = [WIDE]): Promise<RiskBench> {
  const bench = await new RiskBench().ready(limits);
  await bench.send({ clientOrderId: "a" });
  return bench;
}
const order = async (bench: RiskBench, id = "a") =>
  (await bench.list("orders")).find((one) => one["clientOrderId"] === id);

describe("a fill", () => {
  test("moves from the order to the position, in one fact with the resulting row", async () => {
    const bench = await working();
    const before = bench.facts().length;
    expect(await bench.fill("a", "4", "99.5", { execId: "x1", fee: "0.25" })).toEqual({
      execId: "x1",
      status: "applied",
    });
    expect(await order(bench)).toMatchObject({
      status: "working",
      qty: "10",
      filledQty: "4",
      remainingQty: "6",
      reservedNotional: "600",
    });
    expect(await bench.list("positions")).toEqual([
      {
        symbol: AAPL,
        strategy: null,
        currency: "USD",
        qty: "4",
        avgPrice: "99.5",
        marketPrice: "100",
        priceAgeMs: 0,
        notional: "400",
        unrealised: "2",
        realised: "0",
        fees: "0.25",
        funding: "0",
      },
    ]);
    expect(bench.facts(before)).toMatchObject([
      {
        kind: "execution-booked",
        extras: [],
        payload: {
          execId: "x1",
          type: "fill",
          clientOrderId: "a",
          strategy: null,
          symbol: AAPL,
          side: "buy",
          qty: "4",
          price: "99.5",
          fee: "0.25",
          opening: false,
          orders: [{ clientOrderId: "a", status: "working", filledQty: "4", remainingQty: "6" }],
          position: {
            ...{ symbol: AAPL, strategy: "", qty: "4", cost: "398" },
            ...{ realised: "0", fees: "0.25", funding: "0" },
          },
        },
      },
    ]);
  });

  test("of all that remains ends the order and its reservation", async () => {
    const bench = await working();
    await bench.fill("a", "10");
    expect(await order(bench)).toMatchObject({ status: "filled", remainingQty: "0", reservedNotional: "0" });
    expect(bench.state.totals.working).toBe(0);
  });

  test("above what remains IS booked, and raises `overfill`", async () => {
    const bench = await working();
    expect(await bench.fill("a", "12", "100", { execId: "x1" })).toMatchObject({ status: "applied" });
    expect(await bench.list("positions")).toMatchObject([{ qty: "12" }]);
    expect(await order(bench)).toMatchObject({ status: "filled", filledQty: "12", remainingQty: "0" });
    const violations = await bench.list("violations");
    expect(violations.map((one) => violationObject.parse(one))).toMatchObject([
      { code: "overfill", symbol: AAPL, clientOrderId: "a", execId: "x1", strategy: null },
    ]);
  });

  test.each(["cancel", "expire", "reject"])("after %s IS booked, and raises `overfill`", async (type) => {
    const bench = await working();
    await bench.report({ type, clientOrderId: "a" });
    bench.restart();
    expect(await bench.fill("a", "3")).toMatchObject({ status: "applied" });
    expect(await bench.list("positions")).toMatchObject([{ qty: "3" }]);
    expect(await bench.list("violations")).toMatchObject([{ code: "overfill" }]);
    expect(await order(bench)).toMatchObject({ filledQty: "3", remainingQty: "0" });
  });

  test("of an unknown order needs symbol and side, IS booked, and raises `unsolicited-fill`", async () => {
    const bench = await working();
    expect(await bench.fill("ghost", "3")).toMatchObject({ status: "refused", code: "order-unknown" });
    const known = { symbol: MSFT, side: "sell" };
    expect(await bench.fill("ghost", "3", "100", known)).toMatchObject({ status: "applied" });
    expect(await bench.list("positions")).toMatchObject([{ symbol: MSFT, strategy: null, qty: "-3" }]);
    expect(await bench.list("violations")).toMatchObject([
      { code: "unsolicited-fill", clientOrderId: "ghost" },
    ]);
  });

  test("of an order that was rejected here is one of an unknown order", async () => {
    const bench = await new RiskBench().ready([{ kind: "max-order-qty", threshold: "1" }]);
    await bench.send({ clientOrderId: "a" });
    expect(await bench.fill("a", "1", "100", { symbol: AAPL, side: "buy" })).toMatchObject({
      status: "applied",
    });
    expect(await bench.list("violations")).toMatchObject([{ code: "unsolicited-fill" }]);
  });

  test("in a symbol that was never met is fetched first, and refused where it does not exist", async () => {
    const bench = await working();
    await bench.price(BTC, { last: "20000" });
    const at = { symbol: BTC, side: "buy" };
    expect(await bench.fill("ghost", "0.5", "20000", at)).toMatchObject({ status: "applied" });
    expect(await bench.fill("ghost", "1", "1", { ...at, symbol: "XNAS:NOPE" })).toMatchObject({
      code: "instrument-unknown",
    });
  });

  test("is never refused for lying off the grid", async () => {
    const bench = await new RiskBench().ready();
    await bench.price(BTC, { last: "100" });
    await bench.send({ clientOrderId: "b", symbol: BTC, qty: "1" });
    expect(await bench.fill("b", "0.5", "99.9999")).toMatchObject({ status: "applied" });
  });

  test.each([
    ["more decimals than the instrument's price has", { price: "100.00001" }, "scale-exceeded"],
    ["more decimals than the instrument's quantity has", { qty: "1.5" }, "scale-exceeded"],
    ["more decimals than money has", { fee: "0.1234567890123" }, "scale-exceeded"],
    ["a number that no price holds", { price: "99999999999999999999" }, "number-range"],
    ["another symbol than its order's", { symbol: MSFT }, "order-mismatch"],
    ["another side than its order's", { side: "sell" }, "order-mismatch"],
    ["a time that has not come", { ts: 1_700_000_002_001 }, "ts-future"],
  ])("with %s is refused, changes nothing, and may come again put right", async (_title, wrong, code) => {
    const bench = await working();
    const before = bench.facts().length;
    const right = { type: "fill", execId: "x1", clientOrderId: "a", qty: "1", price: "100" };
    expect(await bench.report({ ...right, ...wrong })).toEqual({ execId: "x1", status: "refused", code });
    expect(bench.facts(before)).toEqual([]);
    expect(await bench.list("positions")).toEqual([]);
    expect(await bench.report(right)).toMatchObject({ status: "applied" });
  });

  test("that leaves the book above a limit raises its kind; one that was reserved for does not", async () => {
    const bench = await working([{ id: "low", kind: "max-position-qty", threshold: "10" }]);
    await bench.fill("a", "10");
    expect(await bench.list("violations")).toEqual([]);
    await bench.fill("a", "1", "100", { execId: "x9" });
    expect((await bench.list("violations")).map((one) => one["code"])).toEqual([
      "max-position-qty",
      "overfill",
    ]);
    expect((await bench.list("violations"))[0]).toMatchObject({
      limitId: "low",
      limit: "10",
      observed: "11",
      execId: "x9",
    });
  });
});

describe("profit and loss", () => {
  test("is at average cost: a partial close takes the floor of its share, the rest stays", async () => {
    const bench = await working();
    await bench.fill("a", "3", "100.0001");
    await bench.report({
      type: "fill",
      clientOrderId: "s",
      symbol: AAPL,
      side: "sell",
      qty: "2",
      price: "110",
    });
    const [held] = await bench.list("positions");
    expect(held).toMatchObject({
      qty: "1",
      avgPrice: "100.0001",
      realised: "19.9998",
      unrealised: "-0.0001",
    });
  });

  test("a flip closes first and opens at its own price", async () => {
    const bench = await working();
    await bench.fill("a", "10", "100");
    await bench.report({
      type: "fill",
      clientOrderId: "s",
      symbol: AAPL,
      side: "sell",
      qty: "15",
      price: "90",
    });
    expect(await bench.list("positions")).toMatchObject([
      { qty: "-5", avgPrice: "90", realised: "-100", unrealised: "-50", notional: "-500" },
    ]);
  });
});

describe("the end of an order", () => {
  test.each([
    ["cancel", "cancelled"],
    ["reject", "rejected"],
    ["expire", "expired"],
  ])("%s frees what was reserved", async (type, status) => {
    const bench = await working();
    await bench.fill("a", "4");
    expect(await bench.report({ type, clientOrderId: "a" })).toMatchObject({ status: "applied" });
    expect(await order(bench)).toMatchObject({
      status,
      filledQty: "4",
      remainingQty: "0",
      reservedNotional: "0",
    });
    expect(await bench.shown()).toMatchObject({ gross: "400", long: "400" });
  });

  test("comes once: another report of it is `order-final`, of an unknown order `order-unknown`", async () => {
    const bench = await working();
    await bench.report({ type: "cancel", clientOrderId: "a" });
    expect(await bench.report({ type: "expire", clientOrderId: "a" })).toMatchObject({ code: "order-final" });
    expect(await bench.report({ type: "cancel", clientOrderId: "ghost" })).toMatchObject({
      code: "order-unknown",
    });
    expect(await bench.report({ type: "replace", clientOrderId: "ghost" })).toMatchObject({
      code: "order-unknown",
    });
  });

  test("frees capacity at once for the next order", async () => {
    const bench = await working([{ kind: "max-gross-exposure", threshold: "1000" }]);
    expect(await bench.send()).toMatchObject({ code: "max-gross-exposure" });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    expect(await bench.send()).toMatchObject({ decision: "accept" });
  });
});

describe("a batch of executions", () => {
  test("is booked in sequence, each on top of the one before; one that is refused stops no other", async () => {
    const bench = await working();
    const reply = executionsReply.parse(
      await bench.executions([
        { execId: "x1", type: "fill", clientOrderId: "a", qty: "6", price: "100" },
        { execId: "x2", type: "cancel", clientOrderId: "ghost" },
        { execId: "x3", type: "fill", clientOrderId: "a", qty: "4", price: "100" },
        { execId: "x4", type: "fill", clientOrderId: "a", qty: "1", price: "100" },
        { execId: "x1", type: "fill", clientOrderId: "a", qty: "6", price: "100" },
        { execId: "x1", type: "fill", clientOrderId: "a", qty: "7", price: "100" },
      ]),
    );
    expect(reply.results.map(({ status, code }) => code ?? status)).toEqual([
      "applied",
      "order-unknown",
      "applied",
      "applied",
      "duplicate",
      "exec-id-reused",
    ]);
    expect(await order(bench)).toMatchObject({ status: "filled", filledQty: "11" });
    expect(await bench.list("violations")).toMatchObject([{ code: "overfill", execId: "x4" }]);
    expect(reply.seq).toBe(bench.facts().at(-1)?.seq);
  });

  test("needs an account", async () => {
    expect(await new RiskBench().fill("a", "1", "1", { symbol: AAPL, side: "buy" })).toMatchObject({
      code: "account-unknown",
    });
  });
});
