import { describe, expect, test } from "vitest";
import { orderPrice, usableMark } from "../../../actors/risk-shard/valuation.ts";
import type { OrderType } from "../../../src/domain/order.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { AAPL, checkIn, type Json, RiskBench } from "./bench.ts";

const at = 1_700_000_000_000 as EpochMs;
const QUOTED = usableMark({ last: 100, lastTs: at, bid: 98, ask: 103, quoteTs: at });

type Row = [
  title: string,
  type: OrderType,
  side: 1 | -1,
  price: number | undefined,
  stopPrice: number | undefined,
];
const order = ([, type, side, price, stopPrice]: Row) => ({ type, side, price, stopPrice });

describe("an order is valued", () => {
  test.each<[...Row, number]>([
    ["a limit buy at its price", "limit", 1, 90, undefined, 90],
    ["a limit buy above the ask still at its price", "limit", 1, 200, undefined, 200],
    ["a limit sell at its price above the bid", "limit", -1, 99, undefined, 99],
    ["a limit sell below the bid at the bid", "limit", -1, 50, undefined, 98],
    ["a stop at its stop", "stop", 1, undefined, 110, 110],
    ["a stop sell at its stop, though the bid is above", "stop", -1, undefined, 90, 90],
    ["a stop-limit as its limit", "stop-limit", 1, 105, 110, 105],
    ["a stop-limit sell as its limit", "stop-limit", -1, 50, 60, 98],
    ["a market buy at the ask", "market", 1, undefined, undefined, 103],
    ["a market sell at the bid", "market", -1, undefined, undefined, 98],
  ])("%s", (title, type, side, price, stopPrice, expected) => {
    expect(orderPrice(order([title, type, side, price, stopPrice]), QUOTED)).toBe(expected);
  });

  test("a market order without its side of the quote at the last trade, and without both not at all", () => {
    const traded = usableMark({ last: 100, lastTs: at });
    expect(orderPrice({ type: "market", side: 1, price: undefined, stopPrice: undefined }, traded)).toBe(100);
    const half = usableMark({ bid: 98, quoteTs: at });
    expect(
      orderPrice({ type: "market", side: 1, price: undefined, stopPrice: undefined }, half),
    ).toBeUndefined();
  });
});

describe("a position is marked", () => {
  test("at the last trade, else at the exact middle of bid and ask", () => {
    expect(QUOTED.doubled).toBe(200);
    const quoted = usableMark({ bid: 98, ask: 103, quoteTs: at });
    expect(quoted.doubled).toBe(201);
  });

  test("by nothing of a crossed quote, and by no price that is not a positive integer", () => {
    expect(usableMark({ bid: 103, ask: 98, quoteTs: at })).toMatchObject({
      doubled: undefined,
      at: undefined,
    });
    for (const last of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(usableMark({ last, lastTs: at })).toMatchObject({ doubled: undefined, at: undefined });
  });

  test("a locked market is a price", () => {
    expect(usableMark({ bid: 100, ask: 100, quoteTs: at }).doubled).toBe(200);
  });

  test("and has the age of the part that marks it", () => {
    const later = (at + 5) as EpochMs;
    expect(usableMark({ last: 100, lastTs: at, bid: 98, ask: 103, quoteTs: later }).at).toBe(at);
    expect(usableMark({ bid: 98, ask: 103, quoteTs: later }).at).toBe(later);
  });
});

describe("exposure", () => {
  async function exposures(bench: RiskBench): Promise<Json> {
    const reply = await bench.desk.readPriced(bench.envelope(), (reads) => reads.exposures());
    return reply.ok ? (JSON.parse(reply.value) as Json) : {};
  }

  test("buys and sells are reserved apart: opposite orders do not net", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ qty: "5" });
    await bench.send({ side: "sell", qty: "5" });
    expect(await exposures(bench)).toMatchObject({ gross: "500", long: "500", short: "500", net: "500" });
  });

  test("follows the mark, with a multiplier", async () => {
    const bench = new RiskBench();
    bench.instrument(AAPL, { type: "future", multiplier: "50", expiry: 1_900_000_000_000 });
    await bench.ready();
    await bench.send({ clientOrderId: "a", side: "sell", qty: "2" });
    await bench.fill("a", "2", "90");
    expect(await exposures(bench)).toMatchObject({
      gross: "10000",
      net: "-10000",
      short: "10000",
      long: "0",
    });
    await bench.price(AAPL, { last: "101.5" });
    expect(await exposures(bench)).toMatchObject({ gross: "10150", net: "-10150" });
  });

  test("of an account is that of its strategies netted by symbol; each strategy has its own", async () => {
    const bench = await new RiskBench().ready();
    for (const strategy of ["alpha", "beta"]) await bench.strategy(strategy);
    await bench.send({ clientOrderId: "a", strategy: "alpha", qty: "5" });
    await bench.send({ clientOrderId: "b", strategy: "beta", side: "sell", qty: "3" });
    await bench.executions([
      { type: "fill", clientOrderId: "a", qty: "5", price: "100" },
      { type: "fill", clientOrderId: "b", qty: "3", price: "100" },
    ]);
    expect(await exposures(bench)).toMatchObject({
      gross: "200",
      net: "200",
      strategies: [
        { strategy: "alpha", gross: "500", net: "500" },
        { strategy: "beta", gross: "300", net: "-300" },
      ],
    });
  });

  test("the decision shows the value at the order's own price, the position at its mark", async () => {
    const bench = await new RiskBench().ready([
      { kind: "max-order-notional", threshold: "1000000" },
      { kind: "max-position-notional", threshold: "1000000" },
    ]);
    await bench.price(AAPL, { last: "100", bid: "99", ask: "101" });
    const sold = await bench.check({ side: "sell", price: "50", qty: "10" });
    expect(checkIn(sold, "max-order-notional").projected).toBe("990");
    expect(checkIn(sold, "max-position-notional").projected).toBe("1000");
  });
});
