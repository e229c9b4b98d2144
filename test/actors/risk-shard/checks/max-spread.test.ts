/** How far bid and ask stand apart, in basis points of their middle. */
import { describe, expect, test } from "vitest";
import { AAPL, checkIn, type Decision, RiskBench, WIDE } from "../bench.ts";

const KIND = "max-spread";
const limit = (changes: object = {}) => ({ kind: KIND, threshold: "20", ...changes });
const found = (decision: Decision) => checkIn(decision, KIND);

async function quoted(bid: string, ask: string, ...limits: object[]): Promise<RiskBench> {
  const bench = await new RiskBench().ready([WIDE, ...(limits.length === 0 ? [limit()] : limits)] as never);
  await bench.price(AAPL, { last: "100", bid, ask });
  return bench;
}

test.each([
  ["99.91", "100.09", "18", "pass"],
  ["99.9", "100.1", "20", "pass"],
  ["99.89", "100.1", "21.001051", "fail"],
  ["99.9", "100.11", "20.998951", "fail"],
  ["100", "100", "0", "pass"],
])("between %s and %s it is %s: %s", async (bid, ask, projected, verdict) => {
  const bench = await quoted(bid, ask);
  for (const side of ["buy", "sell"]) {
    const decision = await bench.check({ side });
    expect(found(decision)).toMatchObject({ verdict, limit: "20", observed: projected, projected });
    expect(decision.decision).toBe(verdict === "pass" ? "accept" : "reject");
  }
});

test("what closes goes through with a warning: waiting makes a wide market no narrower", async () => {
  const bench = await quoted("99", "101");
  await bench.fill("in", "10", "100", { symbol: AAPL, side: "buy" });
  expect(await bench.check({ side: "sell", qty: "11" })).toMatchObject({ decision: "reject", code: KIND });
  expect(await bench.check({ side: "sell", qty: "10" })).toMatchObject({
    decision: "accept",
    warnings: [KIND],
  });
  expect(await bench.check()).toMatchObject({ code: KIND });
});

describe("a quote", () => {
  test("that is not there, or crossed, or has one side, fails closed", async () => {
    const bench = await quoted("99.9", "100.1");
    for (const sides of [{}, { bid: "100.1", ask: "99.9" }, { bid: "99.9" }, { ask: "100.1" }]) {
      await bench.price(AAPL, { last: "100", ...sides });
      expect(found(await bench.check())).toMatchObject({ verdict: "fail", reason: "quote-missing" });
    }
  });

  test("is stale as a price is: after a minute, or as `max-price-age` says", async () => {
    const bench = await quoted("99.9", "100.1", limit(), { kind: "max-price-age", threshold: "5000" });
    const mark = bench.platform.marks.get(AAPL)!;
    const aged = (ms: number) =>
      bench.told(AAPL, { ...mark, lastChanges: mark.lastChanges + ms, quoteTs: (bench.now - ms) as never });
    await aged(5_000);
    expect(found(await bench.check()).verdict).toBe("pass");
    await aged(5_001);
    expect(found(await bench.check())).toMatchObject({ verdict: "fail", reason: "quote-stale" });
    await bench.limits([WIDE, limit()]);
    expect(found(await bench.check()).verdict).toBe("pass");
    await aged(60_001);
    expect(found(await bench.check())).toMatchObject({ reason: "quote-stale" });
  });
});

test("a dry run is what the order gets", async () => {
  const bench = await quoted("99", "101");
  const order = bench.order();
  const [dry] = await bench.orders([order], true);
  const [sent] = await bench.orders([order]);
  expect(sent?.checks).toEqual(dry?.checks);
});
