/** Age of the oldest price that an order is decided by, in milliseconds; and what comes in as a price at all. */
import { describe, expect, test } from "vitest";
import { decodePriceBatch } from "../../../../actors/price-hub/messages.ts";
import type { PriceMark } from "../../../../src/domain/price.ts";
import { AAPL, checkIn, RiskBench, WIDE } from "../bench.ts";

const KIND = "max-price-age";
const limit = (changes: object = {}) => ({ kind: KIND, threshold: "5000", ...changes });

async function aged(ms: number, ...limits: object[]): Promise<RiskBench> {
  const bench = await new RiskBench().ready([WIDE, ...limits] as never);
  await bench.check();
  await bench.price(AAPL, { last: "100", bid: "99.99", ask: "100.01" }, ms);
  return bench;
}

describe("the age", () => {
  test.each([
    [4_999, "pass"],
    [5_000, "pass"],
    [5_001, "fail"],
  ])("of %i ms is shown and is a %s, of every type and side", async (ms, verdict) => {
    const bench = await aged(ms, limit());
    for (const order of [{}, { side: "sell" }, { type: "market" }, { type: "stop", stopPrice: "101" }]) {
      const decision = await bench.check(order);
      expect(checkIn(decision, KIND)).toMatchObject({
        ...{ verdict, limit: "5000", observed: String(ms), projected: String(ms), fixCode: 19 },
      });
      expect(decision.code).toBe(verdict === "pass" ? undefined : KIND);
    }
  });

  test("is told in every reply, also without such a limit, where it passes and where it fails", async () => {
    for (const [ms, verdict] of [
      [0, "pass"],
      [60_000, "pass"],
      [60_001, "fail"],
    ] as const) {
      const stale = checkIn(await (await aged(ms)).check(), "price-stale");
      expect(stale).toMatchObject({ verdict, limit: "60000", observed: String(ms), projected: String(ms) });
    }
  });

  test("is that of a closing order, too, and of a replacement", async () => {
    const bench = await aged(0, limit());
    await bench.fill("in", "10", "100", { symbol: AAPL, side: "buy" });
    await bench.send({ clientOrderId: "a", price: "99" });
    bench.platform.away.add(AAPL);
    bench.clock.pass(5_001);
    expect(await bench.check({ side: "sell" })).toMatchObject({ code: KIND });
    expect(await bench.check({ replaces: "a", price: "99" })).toMatchObject({ code: KIND });
  });

  test("is measured against the strictest of several, and warns where it only warns", async () => {
    const bench = await aged(3_000, limit(), limit({ id: "strict", threshold: "2999" }));
    expect(await bench.check()).toMatchObject({ decision: "reject", code: KIND });
    const soft = await aged(5_001, limit({ action: "warn" }));
    expect(await soft.check()).toMatchObject({ decision: "accept", warnings: [KIND] });
  });

  test("of a venue whose clock is ahead is nothing, never less", async () => {
    expect(checkIn(await (await aged(-1_500, limit())).check(), KIND)).toMatchObject({
      observed: "0",
      verdict: "pass",
    });
  });
});

describe("without a price", () => {
  test("it is skipped, and the price is missing", async () => {
    const bench = await new RiskBench().ready([WIDE, limit()]);
    bench.platform.marks.clear();
    await bench.check();
    bench.state.marks.clear();
    const decision = await bench.check();
    expect(decision).toMatchObject({ decision: "reject", code: "price-missing" });
    expect(checkIn(decision, KIND)).toMatchObject({ verdict: "skip", observed: null });
  });
});

describe("what is no number", () => {
  const marks: readonly (readonly [string, object])[] = [
    ["NaN", { last: Number.NaN }],
    ["infinite", { last: Number.POSITIVE_INFINITY }],
    ["a fraction", { bid: 1.5 }],
    ["too large to be exact", { ask: 2 ** 53 }],
    ["text", { last: "100" }],
    ["a moment that is none", { lastTs: Number.NaN }],
  ];
  test.each(marks)("comes in by no hub: %s", (_name, part) => {
    const mark = { lastChanges: 1, last: 100, lastTs: 1, ...part };
    const update = { symbol: AAPL, mark, changes: [], sampled: false };
    expect(decodePriceBatch({ hub: "hub-0", updates: [update as never] })).toBeUndefined();
    expect(decodePriceBatch(JSON.stringify({ hub: "hub-0", updates: [update] }))).toBeUndefined();
  });

  test.each([
    ["NaN", Number.NaN],
    ["infinite", Number.POSITIVE_INFINITY],
    ["zero", 0],
    ["below zero", -1],
    ["a fraction", 99.5],
  ])("prices nothing, however it came: %s", async (_name, last) => {
    const bench = await aged(0, limit());
    const mark: PriceMark = { last, lastTs: bench.now as never, lastChanges: 99 };
    bench.state.marks.set(AAPL as never, mark);
    bench.platform.marks.set(AAPL, mark);
    expect(await bench.check()).toMatchObject({ decision: "reject", code: "price-invalid" });
    const sent = await bench.send();
    expect(bench.facts().some(({ seq }) => seq === sent.seq)).toBe(true);
  });
});

test("a dry run is what the order gets", async () => {
  const bench = await aged(5_001, limit());
  const order = bench.order();
  const [dry] = await bench.orders([order], true);
  const [sent] = await bench.orders([order]);
  expect(sent?.checks).toEqual(dry?.checks);
});
