/** The age that counts is that of the oldest price that is used; where a fresher one may be used, it is. */
import { describe, expect, test } from "vitest";
import { usableMark } from "../../../actors/risk-shard/valuation.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { AAPL, checkIn, type Json, RiskBench, WIDE } from "./bench.ts";

const HOUR = 3_600_000;
const NOTIONAL = { kind: "max-order-notional", threshold: "1000000" };

type Parts = { last?: number; lastAge?: number; bid?: number; ask?: number; quoteAge?: number };

/** A symbol whose trade and quote have ages of their own, in milliseconds. Prices in whole dollars. */
async function market(parts: Parts, limits: readonly Json[] = [WIDE, NOTIONAL]): Promise<RiskBench> {
  const bench = await new RiskBench().ready(limits);
  await bench.send({ qty: "1" });
  const { last, lastAge = 0, bid, ask, quoteAge = 0 } = parts;
  const moment = (age: number) => (bench.now - age) as EpochMs;
  const mark: PriceMark = {
    lastChanges: 9,
    ...(last === undefined ? {} : { last: last * 10_000, lastTs: moment(lastAge) }),
    ...(bid === undefined ? {} : { bid: bid * 10_000 }),
    ...(ask === undefined ? {} : { ask: ask * 10_000 }),
    ...(bid === undefined && ask === undefined ? {} : { quoteTs: moment(quoteAge) }),
  };
  bench.platform.marks.set(AAPL, mark);
  await bench.told(AAPL, mark);
  return bench;
}
const valued = async (bench: RiskBench, order: Json): Promise<string | null | undefined> =>
  checkIn(await bench.check({ qty: "1", ...order }), "max-order-notional").projected;

describe("under a fresh trade, a quote that is too old", () => {
  const old = { last: 100, bid: 40, ask: 41, quoteAge: HOUR };

  test.each([
    ["a market buy is not valued at the old ask", { type: "market" }],
    ["a market sell is not valued at the old bid", { type: "market", side: "sell" }],
    ["a limit sell below the market is not valued at its own price", { side: "sell", price: "1" }],
  ])("%s but at the last trade, and is accepted", async (_title, order) => {
    const bench = await market(old);
    expect(await bench.check(order)).toMatchObject({ decision: "accept" });
    expect(await valued(bench, order)).toBe("100");
    expect(checkIn(await bench.check(order), "price-stale")).toMatchObject({
      observed: "0",
      verdict: "pass",
    });
  });

  test("is no matter of an order that it does not value", async () => {
    const bench = await market(old);
    for (const order of [{ price: "90" }, { type: "stop", stopPrice: "110" }])
      expect(checkIn(await bench.check(order), "price-stale")).toMatchObject({ observed: "0" });
  });

  test("reserves what the decision was made with", async () => {
    const bench = await market(old);
    await bench.send({ clientOrderId: "m", type: "market", qty: "3" });
    const order = (await bench.list("orders")).find((one) => one["clientOrderId"] === "m");
    expect(order).toMatchObject({ reservedNotional: "300" });
  });
});

describe("under a fresh quote, a last trade that is too old", () => {
  const old = { last: 100, lastAge: HOUR, bid: 40, ask: 41 };

  test.each([
    ["a market buy", { type: "market" }],
    ["a limit buy", { price: "40" }],
    ["a limit sell", { side: "sell", price: "40" }],
    ["a stop", { type: "stop", stopPrice: "50" }],
  ])("still marks the position, so %s is `price-stale`", async (_title, order) => {
    const decided = await (await market(old)).check(order);
    expect(decided).toMatchObject({ decision: "reject", code: "price-stale" });
    expect(checkIn(decided, "price-stale").observed).toBe(String(HOUR));
  });

  test("shows its age with the position", async () => {
    const bench = await market(old);
    await bench.fill("o1", "1");
    expect(await bench.list("positions")).toMatchObject([{ marketPrice: "100", priceAgeMs: HOUR }]);
  });
});

describe("a symbol that is only quoted", () => {
  test("has the age of its quote", async () => {
    expect(await (await market({ bid: 40, ask: 41, quoteAge: 60_000 })).check({ price: "40" })).toMatchObject(
      {
        decision: "accept",
      },
    );
    expect(await (await market({ bid: 40, ask: 41, quoteAge: 60_001 })).check({ price: "40" })).toMatchObject(
      {
        code: "price-stale",
      },
    );
  });
});

describe("a max-price-age limit", () => {
  const limit = (threshold: string, more: Json = {}) => ({ kind: "max-price-age", threshold, ...more });

  test("says when a quote makes way for the last trade", async () => {
    const parts = { last: 100, bid: 40, ask: 41, quoteAge: 5_000 };
    expect(await valued(await market(parts), { type: "market" })).toBe("41");
    expect(await valued(await market(parts, [NOTIONAL, limit("4999")]), { type: "market" })).toBe("100");
    const longer = { ...parts, quoteAge: HOUR };
    expect(await valued(await market(longer, [NOTIONAL, limit(String(HOUR))]), { type: "market" })).toBe(
      "41",
    );
  });

  test("refuses by the oldest price that is used", async () => {
    const bench = await market({ last: 100, lastAge: 5_000, bid: 40, ask: 41 }, [limit("4999")]);
    expect(await bench.check({ type: "market" })).toMatchObject({ code: "max-price-age" });
  });

  test("of two the shorter one chooses the price", async () => {
    const limits = [NOTIONAL, limit("90000"), limit("1000", { action: "warn" })];
    const bench = await market({ last: 100, bid: 40, ask: 41, quoteAge: 5_000 }, limits);
    expect(await valued(bench, { type: "market" })).toBe("100");
  });
});

test("a price of no known moment prices nothing", () => {
  expect(usableMark({ last: 100 })).toMatchObject({ last: undefined, doubled: undefined, at: undefined });
  expect(usableMark({ bid: 98, ask: 102 })).toMatchObject({ bid: undefined, doubled: undefined });
});
