import { describe, expect, test } from "vitest";
import { decision } from "../../../src/contracts/decisions.ts";
import { AAPL, BTC, checkIn, type Json, MSFT, RiskBench, WIDE } from "./bench.ts";

/** Held: 4 AAPL. Working: buy 3 and sell 2 AAPL, buy 1 MSFT. All prices are 100. */
async function traded(limits: readonly Json[]): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "held", qty: "4" });
  await bench.fill("held", "4");
  await bench.orders([
    bench.order({ qty: "3" }),
    bench.order({ side: "sell", qty: "2" }),
    bench.order({ symbol: MSFT, qty: "1" }),
  ]);
  bench.clock.pass(10_000);
  await bench.price(AAPL, { last: "100" });
  await bench.price(MSFT, { last: "100" });
  await bench.limits(limits);
  return bench;
}

type Case = readonly [title: string, limit: Json, order: Json, observed: string, projected: string];

// Each projected value is worked out by hand from the book above.
const CASES: readonly Case[] = [
  ["quantity of one order", { kind: "max-order-qty" }, { qty: "5" }, "0", "5"],
  ["value of one order at its price", { kind: "max-order-notional" }, { qty: "5", price: "90" }, "0", "450"],
  ["position with every buy", { kind: "max-position-qty" }, { qty: "5" }, "7", "12"],
  ["position with every sell", { kind: "max-position-qty" }, { side: "sell", qty: "20" }, "7", "18"],
  ["position in another symbol", { kind: "max-position-qty" }, { symbol: MSFT, qty: "5" }, "1", "6"],
  [
    "value of the position at its mark",
    { kind: "max-position-notional" },
    { qty: "5", price: "90" },
    "700",
    "1200",
  ],
  ["gross of the account", { kind: "max-gross-exposure" }, { qty: "5" }, "800", "1300"],
  ["gross with every sell", { kind: "max-gross-exposure" }, { side: "sell", qty: "20" }, "800", "1900"],
  [
    "gross of one symbol",
    { kind: "max-gross-exposure", scope: { kind: "symbol" } },
    { symbol: MSFT, qty: "5" },
    "100",
    "600",
  ],
  ["net with every buy", { kind: "max-net-exposure" }, { qty: "5" }, "800", "1300"],
  ["net with every sell", { kind: "max-net-exposure" }, { side: "sell", qty: "20" }, "800", "1800"],
  ["working orders", { kind: "max-working-orders" }, {}, "3", "4"],
  ["working orders of one symbol", { kind: "max-working-orders", scope: { kind: "symbol" } }, {}, "2", "3"],
  ["orders in the last minute", { kind: "max-order-rate", windowMs: 60_000 }, {}, "0", "1"],
  ["age of the price", { kind: "max-price-age" }, {}, "0", "0"],
];

describe("a limit", () => {
  test.each(CASES)(
    "%s: to its last unit, and not one above",
    async (_title, limit, order, observed, projected) => {
      const kind = String(limit["kind"]);
      const bench = await traded([WIDE, { ...limit, id: "it", threshold: projected }]);
      const inside = decision.parse(await bench.check(order));
      expect(inside.decision).toBe("accept");
      const checks = inside.checks.filter((check) => check.code === kind && check.limit === projected);
      expect(checks).toMatchObject([{ verdict: "pass", observed, projected, headroom: "0" }]);
      expect(checks[0]?.utilisation).toBe(projected === "0" ? "0" : "1");
      if (projected === "0") return;

      await bench.limits([WIDE, { ...limit, id: "it", threshold: String(Number(projected) - 1) }]);
      const above = decision.parse(await bench.check(order));
      expect(above).toMatchObject({ decision: "reject", allowedQty: "0", code: kind });
      const failing = above.checks.filter((check) => check.verdict === "fail");
      expect(failing).toMatchObject([{ code: kind, headroom: "-1" }]);
    },
  );

  test("with warnAt warns from there on and refuses nothing", async () => {
    const bench = await traded([{ kind: "max-position-qty", threshold: "20", warnAt: "9" }]);
    expect((await bench.check({ qty: "1" })).warnings).toEqual([]);
    expect(await bench.check({ qty: "2" })).toMatchObject({
      decision: "accept",
      warnings: ["max-position-qty"],
    });
  });

  test("whose action is warn never refuses", async () => {
    const bench = await traded([{ kind: "max-position-qty", threshold: "1", action: "warn" }]);
    expect(await bench.check({ qty: "9" })).toMatchObject({
      decision: "accept",
      warnings: ["max-position-qty"],
    });
  });

  test("in percent of equity is compared as the money that it comes to", async () => {
    const bench = await traded([{ kind: "max-gross-exposure", unit: "equity-percent", threshold: "0.13" }]);
    const inside = await bench.check({ qty: "5" });
    expect(checkIn(inside, "max-gross-exposure")).toMatchObject({
      limit: "1300",
      projected: "1300",
      verdict: "pass",
    });
    await bench.account({ equity: "999999" });
    expect(await bench.check({ qty: "5" })).toMatchObject({ code: "max-gross-exposure" });
    await bench.account({ equity: "-5" });
    const broke = await bench.check({ qty: "5" });
    expect(checkIn(broke, "max-gross-exposure")).toMatchObject({
      limit: "0",
      verdict: "fail",
      utilisation: null,
    });
  });

  test("holds for the member it names and for no other", async () => {
    const only = (symbol: string) => ({
      kind: "max-order-qty",
      threshold: "1",
      scope: { kind: "symbol", id: symbol },
    });
    const bench = await traded([only(AAPL)]);
    expect(await bench.check({ qty: "2" })).toMatchObject({ code: "max-order-qty" });
    expect(await bench.check({ symbol: MSFT, qty: "2" })).toMatchObject({ decision: "accept" });
  });

  test("of a strategy sees what carries its name, and orders without one not at all", async () => {
    const bench = await traded([WIDE]);
    await bench.strategy("alpha");
    const own = { kind: "strategy", id: "alpha" };
    await bench.limits([
      { kind: "max-position-qty", threshold: "5", scope: { kind: "strategy" } },
      { kind: "max-gross-exposure", threshold: "700", scope: own },
      { kind: "max-working-orders", threshold: "2", scope: own },
    ]);
    expect(await bench.check({ qty: "50" })).toMatchObject({ decision: "accept" });
    expect(await bench.check({ strategy: "alpha", qty: "6" })).toMatchObject({ code: "max-position-qty" });
    expect(await bench.send({ strategy: "alpha", qty: "5" })).toMatchObject({ decision: "accept" });
    expect(await bench.check({ strategy: "alpha", symbol: MSFT, qty: "3" })).toMatchObject({
      code: "max-gross-exposure",
    });
    expect(await bench.send({ strategy: "alpha", symbol: MSFT, qty: "2" })).toMatchObject({
      decision: "accept",
    });
    const third = await bench.check({ strategy: "alpha", symbol: BTC, qty: "0.001" });
    expect(checkIn(third, "max-working-orders")).toMatchObject({
      observed: "2",
      projected: "3",
      verdict: "fail",
    });
  });

  test("a sum of positions counts an order's own symbol once", async () => {
    const bench = await traded([{ kind: "max-gross-exposure", threshold: "100000" }]);
    await bench.price(AAPL, { last: "200" });
    const { observed, projected } = checkIn(
      await bench.check({ qty: "5", price: "200" }),
      "max-gross-exposure",
    );
    expect([observed, projected]).toEqual(["1500", "2500"]);
  });

  test("a threshold finer than the symbol's lots is rounded down, never up", async () => {
    const bench = await traded([{ kind: "max-order-qty", threshold: "2.999" }]);
    expect(checkIn(await bench.check({ qty: "2" }), "max-order-qty")).toMatchObject({
      limit: "2",
      verdict: "pass",
    });
    expect(await bench.check({ qty: "3" })).toMatchObject({ code: "max-order-qty" });
  });
});

describe("max-order-rate", () => {
  const limit = { kind: "max-order-rate", threshold: "2", windowMs: 1_000 };

  test("counts accepted orders of a sliding window, and neither rejected ones nor dry runs", async () => {
    const bench = await new RiskBench().ready([limit, { kind: "max-order-qty", threshold: "10" }]);
    await bench.check();
    await bench.send({ qty: "11" });
    expect(await bench.send()).toMatchObject({ decision: "accept" });
    bench.clock.pass(500);
    expect(await bench.send()).toMatchObject({ decision: "accept" });
    expect(await bench.send()).toMatchObject({ code: "max-order-rate" });
    bench.clock.pass(510);
    expect(await bench.send()).toMatchObject({ decision: "accept" });
    expect(await bench.send()).toMatchObject({ code: "max-order-rate" });
  });

  test("an order leaves the count up to a hundredth of the window late, and never early", async () => {
    const bench = await new RiskBench().ready([{ ...limit, threshold: "1" }]);
    for (let trial = 0; trial < 20; trial++) {
      bench.clock.pass(1_010 + trial * 7);
      expect(await bench.send()).toMatchObject({ decision: "accept" });
      bench.clock.pass(999);
      expect(await bench.send()).toMatchObject({ code: "max-order-rate" });
    }
  });

  test("goes on after a restart, and after the limits were put again", async () => {
    const bench = await new RiskBench().ready([limit]);
    await bench.send();
    await bench.send();
    bench.restart();
    expect(await bench.send()).toMatchObject({ code: "max-order-rate" });
    await bench.limits([limit, WIDE]);
    expect(await bench.send()).toMatchObject({ code: "max-order-rate" });
  });

  test("of each symbol counts its own", async () => {
    const bench = await new RiskBench().ready([{ ...limit, threshold: "1", scope: { kind: "symbol" } }]);
    expect(await bench.send()).toMatchObject({ decision: "accept" });
    expect(await bench.send()).toMatchObject({ code: "max-order-rate" });
    expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "accept" });
  });
});

describe("max-price-age", () => {
  test("stands in place of the minute, longer or shorter", async () => {
    const bench = await new RiskBench().ready([{ kind: "max-price-age", threshold: "300000" }]);
    bench.clock.pass(299_000);
    expect(await bench.send()).toMatchObject({ decision: "accept" });
    await bench.limits([{ kind: "max-price-age", threshold: "1000" }]);
    expect(await bench.send()).toMatchObject({ decision: "reject", code: "max-price-age" });
  });

  test("of one symbol leaves the others their minute", async () => {
    const scope = { kind: "symbol", id: MSFT };
    const bench = await new RiskBench().ready([{ kind: "max-price-age", threshold: "300000", scope }]);
    bench.clock.pass(61_000);
    expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "accept" });
    expect(await bench.send({ symbol: AAPL })).toMatchObject({ code: "price-stale" });
  });
});
