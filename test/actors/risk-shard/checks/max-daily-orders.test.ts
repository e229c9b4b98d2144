/** Accepted orders of the account's trading day. */
import { expect, test } from "vitest";
import { HOUR_MS } from "../../../../src/domain/time.ts";
import { AAPL, checkIn, MSFT, RiskBench, WIDE } from "../bench.ts";

const KIND = "max-daily-orders";
const limit = (changes: object = {}) => ({ kind: KIND, threshold: "3", ...changes });

test.each([
  [1, "pass"],
  [2, "pass"],
  [3, "fail"],
])("after %i orders of three the next is %s", async (sent, verdict) => {
  const bench = await new RiskBench().ready([limit()]);
  for (let n = 0; n < sent; n++) await bench.send();
  expect(checkIn(await bench.send({ side: "sell" }), KIND)).toMatchObject({
    verdict,
    limit: "3",
    observed: String(sent),
    projected: String(sent + 1),
    fixCode: 3,
    riskLimitType: 17,
  });
});

test("only what was accepted counts: no reject, no repeat, no dry run; a reduced order and a replacement do", async () => {
  const bench = await new RiskBench().ready([
    limit({ threshold: "9" }),
    { kind: "max-order-qty", threshold: "20", action: "reduce" },
  ]);
  const first = bench.order({ clientOrderId: "a" });
  await bench.orders([first]);
  await bench.orders([first]);
  await bench.check();
  await bench.send({ qty: "0.5" });
  expect(await bench.send({ qty: "30" })).toMatchObject({ decision: "reduce" });
  await bench.send({ replaces: "a" });
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "3" });
});

test("a cancel gives nothing back, and a fill takes nothing", async () => {
  const bench = await new RiskBench().ready([limit()]);
  await bench.send({ clientOrderId: "a" });
  await bench.send({ clientOrderId: "b" });
  await bench.report({ type: "cancel", clientOrderId: "a" });
  await bench.fill("b", "10");
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "2" });
});

test("what closes goes through with a warning, and counts", async () => {
  const bench = await new RiskBench().ready([limit({ threshold: "1" })]);
  await bench.send({ clientOrderId: "a" });
  await bench.fill("a", "10");
  expect(await bench.send({ side: "sell", qty: "11" })).toMatchObject({ code: KIND });
  expect(await bench.send({ side: "sell", qty: "10" })).toMatchObject({
    decision: "accept",
    warnings: [KIND],
  });
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "2" });
});

test("the day is the account's: it begins anew where its calendar says so", async () => {
  const bench = new RiskBench();
  await bench.account({ calendar: "FX" });
  await bench.limits([limit({ threshold: "1" })]);
  await bench.price(AAPL, { last: "100" });
  await bench.send();
  const { end } = await dayOf(bench);
  bench.clock.pass(end - 1 - bench.now);
  await bench.price(AAPL, { last: "100" });
  expect(await bench.send()).toMatchObject({ code: KIND });
  bench.clock.pass(1);
  await bench.price(AAPL, { last: "100" });
  expect(await bench.send()).toMatchObject({ decision: "accept" });
});

async function dayOf(bench: RiskBench) {
  const { accountDays } = await import("../../../../src/quant/account-days.ts");
  return accountDays("FX").dayAt(bench.now);
}

test("another calendar takes nothing off a day that has begun", async () => {
  const bench = await new RiskBench().ready([limit({ threshold: "1" })]);
  await bench.send();
  await bench.account({ calendar: "FX" });
  expect(await bench.send()).toMatchObject({ code: KIND });
});

test("each symbol and each strategy has its own day, also after a reload", async () => {
  const bench = await new RiskBench().ready([
    WIDE,
    limit({ threshold: "1", scope: { kind: "symbol" } }),
    limit({ threshold: "2", scope: { kind: "strategy" } }),
  ]);
  await bench.strategy("alpha");
  await bench.send({ symbol: AAPL, strategy: "alpha" });
  bench.restart();
  await bench.price(AAPL, { last: "100" });
  await bench.price(MSFT, { last: "100" });
  expect(await bench.send({ symbol: AAPL })).toMatchObject({ code: KIND });
  expect(await bench.send({ symbol: MSFT, strategy: "alpha" })).toMatchObject({ decision: "accept" });
  bench.clock.pass(HOUR_MS);
  const uses = (await bench.shown())["utilisation"];
  expect(uses).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ scope: { kind: "strategy", id: "alpha" }, observed: "2" }),
    ]),
  );
});

test("a limit that is put below what was done warns of itself once, and refuses growth", async () => {
  const bench = await new RiskBench().ready([limit()]);
  await bench.send();
  await bench.send();
  await bench.limits([limit({ threshold: "1" })]);
  expect(await bench.list("violations")).toMatchObject([{ code: KIND, limit: "1", observed: "2" }]);
  expect(await bench.send()).toMatchObject({ code: KIND });
});
