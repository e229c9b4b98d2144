/** A limit of the day that is put within the day knows what was done before it. */
import { expect, test } from "vitest";
import { DAY_COUNTS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { DAY_MS } from "../../../src/domain/time.ts";
import { AAPL, checkIn, type Json, MSFT, RiskBench, WIDE } from "./bench.ts";

const ORDERS: Json = { kind: "max-daily-orders", threshold: "100" };
const TRADES: Json = { kind: "max-daily-trades", threshold: "100" };
const TURNOVER: Json = { kind: "max-daily-turnover", threshold: "100000" };

async function morning(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  await bench.strategy("alpha", [{ symbol: MSFT, qty: "5", avgPrice: "90" }]);
  await bench.send({ clientOrderId: "a", strategy: "alpha" });
  await bench.fill("a", "4");
  await bench.fill("a", "6", "101");
  await bench.send({ clientOrderId: "b", symbol: MSFT, qty: "3" });
  await bench.report({ type: "cancel", clientOrderId: "b" });
  await bench.send({ clientOrderId: "c", qty: "2" });
  await bench.send({ qty: "0.5" });
  return bench;
}

const observed = async (bench: RiskBench, changes: Json = {}): Promise<(string | null)[]> => {
  const { checks } = await bench.check(changes);
  return checks.filter(({ code }) => code.startsWith("max-daily")).map((check) => check.observed);
};

test.each([false, true])(
  "orders, fills and turnover of the day before the put are counted (after a reload: %s)",
  async (isReloaded) => {
    const bench = await morning();
    if (isReloaded) {
      bench.restart();
      for (const symbol of [AAPL, MSFT]) await bench.price(symbol, { last: "100" });
    }
    await bench.limits([WIDE, ORDERS, TRADES, TURNOVER]);
    // Three accepted orders; two fills and one order that works; 400 + 606 traded and 200 that may be.
    expect(await observed(bench)).toEqual(["3", "3", "1206"]);
    bench.restart();
    for (const symbol of [AAPL, MSFT]) await bench.price(symbol, { last: "100" });
    expect(await observed(bench)).toEqual(["3", "3", "1206"]);
  },
);

test("each symbol and each strategy by itself", async () => {
  const bench = await morning();
  await bench.limits([
    WIDE,
    { ...ORDERS, scope: { kind: "symbol" } },
    { ...TRADES, scope: { kind: "strategy" } },
  ]);
  expect(await observed(bench, { symbol: MSFT, strategy: "alpha" })).toEqual(["1", "2"]);
  expect(await observed(bench, { symbol: AAPL })).toEqual(["2"]);
});

test("what was counted is not counted twice: by the same limits put again, by further ones, by more members", async () => {
  const bench = await morning();
  const alpha = { ...ORDERS, scope: { kind: "strategy", id: "alpha" } };
  await bench.limits([WIDE, ORDERS, alpha]);
  await bench.send({ strategy: "alpha", qty: "1" });
  await bench.limits([WIDE, ORDERS, TRADES, { ...alpha, scope: { kind: "strategy" } }]);
  await bench.limits([WIDE, ORDERS, TRADES, { ...alpha, scope: { kind: "strategy" } }]);
  expect(await observed(bench, { strategy: "alpha" })).toEqual(["4", "2", "4"]);
});

test("a limit that was taken away for a while knows what was done meanwhile", async () => {
  const bench = await morning();
  await bench.limits([WIDE, ORDERS]);
  await bench.limits([WIDE]);
  await bench.send({ qty: "1" });
  await bench.limits([WIDE, ORDERS]);
  expect(await observed(bench)).toEqual(["4"]);
});

test("what the same group has booked is counted, though it is not on disk yet", async () => {
  const bench = await morning();
  const armed: (() => void)[] = [];
  bench.arm = (run) => void armed.push(run);
  const told = [bench.fill("c", "1"), bench.limits([WIDE, ORDERS, TRADES, TURNOVER])];
  // Both have to be waiting when the group begins.
  await new Promise((resolve) => setTimeout(resolve));
  expect(armed).toHaveLength(1);
  bench.arm = (run) => run();
  armed[0]?.();
  await Promise.all(told);
  expect(await observed(bench)).toEqual(["3", "4", "1206"]);
});

test("the day before is over", async () => {
  const bench = await morning();
  bench.clock.pass(DAY_MS);
  await bench.price(AAPL, { last: "100" });
  await bench.limits([WIDE, ORDERS, TRADES, TURNOVER]);
  expect(await observed(bench)).toEqual(["0", "1", "200"]);
});

test("no more members than there is room for are counted", async () => {
  const bench = await morning();
  const day = { at: bench.now, orders: 1, trades: 0, turnover: {} };
  for (let n = 0; n < DAY_COUNTS_MAX; n++) bench.state.dayCounts.set(`symbol:XNAS:R${n}`, day);
  await bench.limits([WIDE, ORDERS]);
  expect(bench.state.dayCounts.size).toBe(DAY_COUNTS_MAX);
  expect(await bench.send()).toMatchObject({ code: "overloaded" });
});

test("a limit that is put below what was done refuses what does not close", async () => {
  const bench = await morning();
  await bench.limits([WIDE, { ...ORDERS, threshold: "3" }]);
  expect(await bench.list("violations")).toEqual([]);
  expect(checkIn(await bench.send(), "max-daily-orders")).toMatchObject({ verdict: "fail", observed: "3" });
  expect(await bench.send({ side: "sell", qty: "4" })).toMatchObject({ decision: "accept" });
});

test("what it finds the account above is said once, by what finds it", async () => {
  const bench = await morning();
  const above = { ...ORDERS, id: "low", threshold: "2" };
  await bench.limits([WIDE, above]);
  const raised = [{ code: "max-daily-orders", limitId: "low", limit: "2", observed: "3" }];
  expect(await bench.list("violations")).toMatchObject(raised);
  await bench.limits([WIDE]);
  await bench.limits([WIDE, above]);
  expect(await bench.list("violations")).toMatchObject([...raised, ...raised]);
  await bench.limits([WIDE, above, TRADES]);
  expect(await bench.list("violations")).toHaveLength(2);
});
