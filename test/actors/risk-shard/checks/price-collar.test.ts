/** Distance of an order's prices from a reference, in basis points. */
import { describe, expect, test } from "vitest";
import { AAPL, checkIn, type Decision, RiskBench, WIDE } from "../bench.ts";

const KIND = "price-collar";
/** One percent: at a reference of 100 a price of 99 or 101 is at it, and a tick beyond is not. */
const collar = (changes: object = {}) => ({ kind: KIND, threshold: "100", ...changes });
const found = (decision: Decision) => checkIn(decision, KIND);

async function benchWith(...limits: object[]): Promise<RiskBench> {
  const bench = await new RiskBench().ready([WIDE, ...limits] as never);
  await bench.price(AAPL, { last: "100", bid: "99.98", ask: "100.04" });
  return bench;
}

describe("of a limit order", () => {
  test.each([
    ["buy", "100.99", "99", "pass"],
    ["buy", "101", "100", "pass"],
    ["buy", "101.01", "101", "fail"],
    ["buy", "99", "100", "pass"],
    ["buy", "98.99", "101", "fail"],
    ["sell", "101", "100", "pass"],
    ["sell", "101.01", "101", "fail"],
    ["sell", "99", "100", "pass"],
    ["sell", "98.99", "101", "fail"],
  ])("a %s at %s is %s bps from the last trade: %s", async (side, price, projected, verdict) => {
    const bench = await benchWith(collar());
    const decision = await bench.check({ side, price });
    expect(found(decision)).toMatchObject({ verdict, limit: "100", observed: "0", projected, fixCode: 16 });
    expect(decision.decision).toBe(verdict === "pass" ? "accept" : "reject");
  });

  test("rounds up, so that what is above is exactly above", async () => {
    const bench = await benchWith(collar({ threshold: "33.333333" }));
    await bench.price(AAPL, { last: "3" });
    expect(found(await bench.check({ price: "3.01" }))).toMatchObject({
      projected: "33.333334",
      verdict: "fail",
    });
    await bench.limits([collar({ threshold: "33.333334" })]);
    expect(found(await bench.check({ price: "3.01" })).verdict).toBe("pass");
  });
});

describe("of other orders", () => {
  test("a stop is measured by its stop, a stop-limit by the price that lies further away", async () => {
    const bench = await benchWith(collar());
    const stop = { type: "stop", stopPrice: "101.01" };
    expect(found(await bench.check(stop))).toMatchObject({ projected: "101", verdict: "fail" });
    expect(found(await bench.check({ ...stop, stopPrice: "99" })).verdict).toBe("pass");
    const both = { type: "stop-limit", price: "100.5", stopPrice: "101.5" };
    expect(found(await bench.check(both))).toMatchObject({ projected: "150", verdict: "fail" });
    const turned = { type: "stop-limit", price: "98", stopPrice: "100" };
    expect(found(await bench.check(turned))).toMatchObject({ projected: "200", verdict: "fail" });
  });

  test("a market order is measured by the price that it is valued at", async () => {
    const bench = await benchWith(collar({ threshold: "3" }));
    expect(found(await bench.check({ type: "market" }))).toMatchObject({ projected: "4", verdict: "fail" });
    expect(found(await bench.check({ type: "market", side: "sell" }))).toMatchObject({ projected: "2" });
  });

  test("a replacement is measured as an order is", async () => {
    const bench = await benchWith(collar());
    await bench.send({ clientOrderId: "a" });
    const decision = await bench.send({ replaces: "a", price: "101.01" });
    expect(decision).toMatchObject({ decision: "reject", code: KIND });
  });

  test("a closing order is measured too: a slip of the finger can be either", async () => {
    const bench = await benchWith(collar());
    await bench.fill("in", "10", "100", { symbol: AAPL, side: "buy" });
    expect(await bench.check({ side: "sell", price: "98" })).toMatchObject({ code: KIND });
  });
});

describe("the reference", () => {
  test("may be the middle of bid and ask, which need not be a price", async () => {
    const bench = await benchWith(collar({ reference: "mid" }));
    await bench.price(AAPL, { last: "90", bid: "99.99", ask: "100" });
    // 99.995: 100.99 is 99.504976 away.
    expect(found(await bench.check({ price: "100.99" }))).toMatchObject({ projected: "99.504976" });
  });

  test("of a middle is missing without a quote, with a crossed one, and stale with an old one", async () => {
    const bench = await benchWith(collar({ reference: "mid" }));
    const reason = async () => found(await bench.check()).reason;
    await bench.price(AAPL, { last: "100" });
    expect(await reason()).toBe("reference-missing");
    await bench.price(AAPL, { last: "100", bid: "101", ask: "100" });
    expect(await reason()).toBe("reference-missing");
    const at = bench.now as never;
    const mark = {
      last: 1_000_000,
      lastTs: at,
      bid: 999_900,
      ask: 1_000_100,
      quoteTs: (bench.now - 60_001) as never,
    };
    await bench.told(AAPL, { ...mark, lastChanges: 99 });
    expect(await reason()).toBe("reference-stale");
    await bench.told(AAPL, { ...mark, quoteTs: (bench.now - 60_000) as never, lastChanges: 100 });
    expect(await reason()).toBeUndefined();
  });

  test("is the last trade where none is named, and missing where nothing was traded", async () => {
    const bench = await benchWith(collar(), collar({ id: "warns", action: "warn", threshold: "1" }));
    await bench.price(AAPL, { bid: "99.98", ask: "100.04" });
    expect(await bench.check()).toMatchObject({ decision: "reject", code: KIND, warnings: [KIND] });
    expect(found(await bench.check())).toMatchObject({ verdict: "fail", reason: "reference-missing" });
  });

  describe("of the close before", () => {
    async function closed(): Promise<RiskBench> {
      const bench = new RiskBench();
      const { now } = bench;
      bench.platform.closes.set(AAPL, { version: 1, price: 900_000, from: now - 1, until: now + 1_000 });
      await bench.ready([WIDE, collar({ reference: "close" })]);
      return bench;
    }

    test("is what the symbol told", async () => {
      const bench = await closed();
      const { priceScale } = bench.platform.instruments.get(AAPL)!;
      const close = 900_000 / 10 ** priceScale;
      expect(found(await bench.check({ price: String(close * 1.01) }))).toMatchObject({
        projected: "100",
        verdict: "pass",
      });
      expect(found(await bench.check({ price: String(close * 1.02) }))).toMatchObject({
        projected: "200",
        verdict: "fail",
      });
    });

    test("is missing once that day has passed, until the next one's is told", async () => {
      const bench = await closed();
      expect(found(await bench.check()).reason).toBeUndefined();
      bench.clock.pass(1_000);
      expect(found(await bench.check())).toMatchObject({ verdict: "fail", reason: "reference-missing" });
      const previousClose = { version: 2, price: 1_000_000, from: bench.now, until: bench.now + 9_000 };
      const mark = bench.platform.marks.get(AAPL)!;
      const update = { symbol: AAPL as never, mark, changes: [], sampled: false, previousClose };
      await bench.desk.takePrices(bench.envelope(), { hub: "hub-0", updates: [update] });
      expect(found(await bench.check())).toMatchObject({ projected: "0", verdict: "pass" });
    });

    test("is missing where the symbol told none; what closes goes through with a warning", async () => {
      const bench = await benchWith(collar({ reference: "close" }));
      await bench.fill("in", "10", "100", { symbol: AAPL, side: "buy" });
      expect(await bench.check({ qty: "1" })).toMatchObject({ code: KIND });
      expect(await bench.check({ side: "sell", qty: "11" })).toMatchObject({ code: KIND });
      expect(await bench.check({ side: "sell", qty: "10" })).toMatchObject({
        decision: "accept",
        warnings: [KIND],
      });
    });
  });

  test("tells limits of one kind apart: each has its own", async () => {
    const bench = await benchWith(collar(), collar({ id: "mid", reference: "mid" }), collar({ id: "again" }));
    const shown = (await bench.check({ price: "100.5" })).checks.filter(({ code }) => code === KIND);
    expect(shown.map(({ projected }) => projected)).toEqual(["50", "48.995101", "50"]);
  });
});

test("an order without a price of its own that can be had is another check's matter", async () => {
  const bench = await benchWith(collar());
  const decision = await bench.check({ price: "100.001" });
  expect(decision.code).toBe("off-tick");
  const none = await benchWith(collar());
  none.state.marks.clear();
  none.platform.marks.clear();
  expect(found(await none.check({ type: "market" })).verdict).toBe("skip");
});

test("a dry run is what the order gets", async () => {
  const bench = await benchWith(collar());
  const order = bench.order({ price: "101.01" });
  const [dry] = await bench.orders([order], true);
  const [sent] = await bench.orders([order]);
  expect(sent?.checks).toEqual(dry?.checks);
});
