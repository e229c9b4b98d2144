/** Distance of an order's prices from the extremes of a window: a market that walks does not carry the collar along. */
import { describe, expect, test } from "vitest";
import type { PastStretch } from "../../../../src/domain/past-price.ts";
import { AAPL, checkIn, type Decision, json, RiskBench, WIDE } from "../bench.ts";

const KIND = "price-collar-period";
const MINUTE = 60_000;
const collar = (changes: object = {}) => ({ kind: KIND, threshold: "100", windowMs: MINUTE, ...changes });
const found = (decision: Decision) => checkIn(decision, KIND);

/** The symbol has told what it was traded at: nothing before. */
async function benchWith(...limits: object[]): Promise<RiskBench> {
  const bench = new RiskBench();
  bench.platform.recents.set(AAPL, { since: 0, stretches: [] });
  await bench.ready([WIDE, ...limits] as never);
  await bench.check();
  return bench;
}
async function walk(bench: RiskBench, ...prices: string[]): Promise<void> {
  for (const last of prices) {
    bench.clock.pass(10_000);
    await bench.price(AAPL, { last });
  }
}

describe("while the market walks from 100 to 102 within the window", () => {
  test.each([
    ["buy", "101", "100", "pass"],
    ["buy", "101.01", "101", "fail"],
    ["buy", "99", "100", "pass"],
    ["buy", "98.99", "101", "fail"],
    ["sell", "100.98", "100", "pass"],
    ["sell", "100.97", "100.980393", "fail"],
    ["sell", "103.02", "100", "pass"],
    ["sell", "103.03", "100.980393", "fail"],
  ])("a %s at %s is %s bps away: %s", async (side, price, projected, verdict) => {
    const bench = await benchWith(collar());
    await walk(bench, "100.5", "102", "101");
    const decision = await bench.check({ side, price });
    expect(found(decision)).toMatchObject({ verdict, limit: "100", observed: "0", projected, fixCode: 16 });
    expect(decision.decision).toBe(verdict === "pass" ? "accept" : "reject");
  });

  test("replacements, stops and closing orders are measured as well", async () => {
    const bench = await benchWith(collar());
    await bench.fill("in", "10", "100", { symbol: AAPL, side: "buy" });
    await bench.send({ clientOrderId: "a" });
    await walk(bench, "102");
    expect(await bench.check({ replaces: "a", price: "102" })).toMatchObject({ code: KIND });
    expect(await bench.check({ type: "stop", stopPrice: "102" })).toMatchObject({ code: KIND });
    expect(await bench.check({ type: "market" })).toMatchObject({ code: KIND });
    expect(await bench.check({ side: "sell", price: "100" })).toMatchObject({ code: KIND });
  });

  test("what left the window is compared no more", async () => {
    const bench = await benchWith(collar());
    await walk(bench, "102", "102", "102", "102", "102", "102", "102", "102");
    expect(found(await bench.check({ price: "102" }))).toMatchObject({ projected: "0", verdict: "pass" });
    expect(found(await bench.check({ price: "101" }))).toMatchObject({ projected: "98.039216" });
  });
});

describe("a window that is not known", () => {
  test("fails closed after a load, until the symbol has told its highs and lows", async () => {
    const bench = await benchWith(collar());
    await bench.fill("in", "10", "100", { symbol: AAPL, side: "buy" });
    bench.platform.recents.delete(AAPL);
    bench.restart();
    expect(await bench.check({ qty: "1" })).toMatchObject({ decision: "reject", code: KIND });
    expect(found(await bench.check())).toMatchObject({ verdict: "fail", reason: "reference-missing" });
    expect(await bench.check({ side: "sell", qty: "11" })).toMatchObject({ code: KIND });
    expect(await bench.check({ side: "sell", qty: "10" })).toMatchObject({
      decision: "accept",
      warnings: [KIND],
    });
    const { priceScale } = bench.platform.instruments.get(AAPL)!;
    const at = (price: number): number => price * 10 ** priceScale;
    const stretch: PastStretch = [bench.now - 50_000, bench.now - 40_000, at(104), at(98), at(100)];
    bench.platform.recents.set(AAPL, { since: 0, stretches: [stretch] });
    bench.clock.pass(1_000);
    expect(found(await bench.check())).toMatchObject({ projected: "204.081633", verdict: "fail" });
    expect(found(await bench.check({ side: "sell" }))).toMatchObject({ projected: "384.615385" });
  });

  test("is asked for where a limit begins to ask for it, without an order having to wait a minute", async () => {
    const bench = await new RiskBench().ready();
    await bench.check();
    bench.platform.recents.set(AAPL, { since: 0, stretches: [] });
    await bench.limits([WIDE, collar()]);
    bench.clock.pass(1_000);
    expect(found(await bench.check())).toMatchObject({ projected: "0", verdict: "pass" });
  });

  test("is asked for again where a hub has left changes out", async () => {
    const bench = await benchWith(collar());
    const mark = bench.platform.marks.get(AAPL)!;
    const later = { ...mark, lastChanges: mark.lastChanges + 5 };
    bench.platform.marks.set(AAPL, later);
    await bench.told(AAPL, later);
    expect(found(await bench.check()).reason).toBe("reference-missing");
    bench.clock.pass(1_000);
    expect(found(await bench.check()).reason).toBeUndefined();
  });

  test("is another one where the day begins with a split", async () => {
    const bench = await benchWith(collar());
    const previousClose = {
      version: 1,
      price: 1,
      from: bench.now,
      until: bench.now + 1,
      rescaled: true as const,
    };
    const update = {
      symbol: AAPL as never,
      mark: bench.platform.marks.get(AAPL)!,
      changes: [],
      sampled: false,
    };
    await bench.desk.takePrices(bench.envelope(), { hub: "hub-0", updates: [{ ...update, previousClose }] });
    expect(found(await bench.check()).reason).toBe("reference-missing");
  });
});

test("each window has its own extremes; limits of one window share them", async () => {
  const windows = [MINUTE, 20_000, MINUTE].map((windowMs, at) => collar({ id: `w${at}`, windowMs }));
  const bench = await benchWith(...windows);
  await walk(bench, "101", "102", "102", "102", "102");
  const shown = (await bench.check({ price: "102" })).checks.filter(({ code }) => code === KIND);
  expect(shown.map(({ projected }) => projected)).toEqual(["200", "0", "200"]);
});

test("at most four windows stand in one set", async () => {
  const bench = await new RiskBench().ready();
  const windows = [1, 2, 3, 4, 5].map((seconds) => collar({ id: `w${seconds}`, windowMs: seconds * 1_000 }));
  expect(await bench.limits(windows)).toMatchObject({ code: "too-many-items" });
  expect(json(await bench.limits([...windows.slice(0, 4), collar({ windowMs: 1_000 })]))).toMatchObject({
    version: 2,
  });
});

test("a dry run is what the order gets", async () => {
  const bench = await benchWith(collar());
  await walk(bench, "102");
  const order = bench.order({ price: "102" });
  const [dry] = await bench.orders([order], true);
  const [sent] = await bench.orders([order]);
  expect(sent?.checks).toEqual(dry?.checks);
});
