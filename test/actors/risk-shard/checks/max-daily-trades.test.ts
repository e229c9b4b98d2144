/** Fills of the account's trading day, and the one fill at least that each working order is. */
import { expect, test } from "vitest";
import { AAPL, checkIn, MSFT, RiskBench, WIDE } from "../bench.ts";

const KIND = "max-daily-trades";
const limit = (changes: object = {}) => ({ kind: KIND, threshold: "3", ...changes });

async function filled(bench: RiskBench, id: string, changes: object = {}): Promise<void> {
  await bench.send({ clientOrderId: id, ...changes });
  await bench.fill(id, "10");
}

test.each([
  [1, "pass"],
  [2, "pass"],
  [3, "fail"],
])("after %i fills of three the next order is %s", async (fills, verdict) => {
  const bench = await new RiskBench().ready([limit()]);
  for (let n = 0; n < fills; n++) await filled(bench, `f${n}`);
  expect(checkIn(await bench.send(), KIND)).toMatchObject({
    verdict,
    limit: "3",
    observed: String(fills),
    projected: String(fills + 1),
    fixCode: 3,
    riskLimitType: 17,
  });
});

test("orders that work count: together they cannot fill above it", async () => {
  const bench = await new RiskBench().ready([limit()]);
  await filled(bench, "a");
  await bench.send({ clientOrderId: "b" });
  await bench.send({ clientOrderId: "c" });
  expect(await bench.send()).toMatchObject({ decision: "reject", code: KIND });
  await bench.report({ type: "cancel", clientOrderId: "b" });
  expect(await bench.send()).toMatchObject({ decision: "accept" });
});

test("an order and its pending replacement are one trade to come", async () => {
  const bench = await new RiskBench().ready([limit({ threshold: "1" })]);
  await bench.send({ clientOrderId: "a" });
  expect(await bench.send({ replaces: "a" })).toMatchObject({ decision: "accept" });
  expect(await bench.send()).toMatchObject({ code: KIND });
});

test("parts of one order are trades each; what leaves the day above its limit is a violation", async () => {
  const bench = await new RiskBench().ready([limit({ threshold: "2" })]);
  await bench.send({ clientOrderId: "a" });
  await bench.fill("a", "1");
  await bench.fill("a", "1");
  expect(await bench.list("violations")).toMatchObject([{ code: KIND, limit: "2", observed: "3" }]);
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "3", verdict: "fail" });
});

test("a fill of no known order counts, a strategy's opening leg and an import do not", async () => {
  const bench = await new RiskBench().ready([limit()]);
  await bench.strategy("alpha", [{ symbol: AAPL, qty: "5", avgPrice: "90" }]);
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "0" });
  await bench.fill("ghost", "1", "100", { symbol: MSFT, side: "buy" });
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "1" });
});

test("a bust gives nothing back, and a correction is no trade of its own", async () => {
  const bench = await new RiskBench().ready([limit()]);
  await bench.send({ clientOrderId: "a" });
  await bench.fill("a", "10", "100", { execId: "e1" });
  await bench.report({ type: "correct", execId: "e2", refExecId: "e1", clientOrderId: "a", price: "99" });
  await bench.report({ type: "bust", execId: "e3", refExecId: "e1", clientOrderId: "a" });
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "1" });
});

test("what closes goes through with a warning; each symbol and strategy has its own count, also after a reload", async () => {
  const bench = await new RiskBench().ready([WIDE, limit({ threshold: "1", scope: { kind: "symbol" } })]);
  await filled(bench, "a");
  bench.restart();
  await bench.price(AAPL, { last: "100" });
  await bench.price(MSFT, { last: "100" });
  expect(await bench.send()).toMatchObject({ code: KIND });
  expect(await bench.send({ side: "sell" })).toMatchObject({ decision: "accept", warnings: [KIND] });
  expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "accept" });
});
