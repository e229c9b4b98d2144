/** Everything that comes in counts at once, whatever becomes of it; what closes is let through, and cancels are none of it. */
import { expect, test } from "vitest";
import { AAPL, checkIn, codeOf, MSFT, RiskBench, WIDE } from "../bench.ts";

const KIND = "max-message-rate";
const limit = (changes: object = {}) => ({ kind: KIND, threshold: "3", windowMs: 1_000, ...changes });

test.each([
  [1, "pass"],
  [2, "pass"],
  [3, "fail"],
])("after %i messages of three the next is %s", async (sent, verdict) => {
  const bench = await new RiskBench().ready([limit()]);
  for (let n = 0; n < sent; n++) await bench.send();
  expect(checkIn(await bench.send({ side: "sell" }), KIND)).toMatchObject({
    verdict,
    limit: "3",
    observed: String(sent),
    projected: String(sent + 1),
    fixCode: 21,
    riskLimitType: 17,
  });
});

test("a rejected order is a message, and so are one that the throttle itself rejected and one whose id was used", async () => {
  const bench = await new RiskBench().ready([limit({ threshold: "4" })]);
  const first = bench.order();
  await bench.orders([first]);
  expect(await bench.send({ qty: "0.5" })).toMatchObject({ code: "off-lot" });
  expect(await bench.send({ symbol: "XNAS:NOPE" })).toMatchObject({ code: "instrument-unknown" });
  expect((await bench.orders([{ ...first, qty: "11" }]))[0]).toMatchObject({ code: "order-id-reused" });
  expect(await bench.send()).toMatchObject({ decision: "reject", code: KIND });
  expect(checkIn(await bench.send(), KIND)).toMatchObject({ observed: "5" });
});

test("a repeat is answered and a dry run looks: neither is a message", async () => {
  const bench = await new RiskBench().ready([limit()]);
  const first = bench.order();
  for (let n = 0; n < 5; n++) await bench.orders([first]);
  for (let n = 0; n < 5; n++) await bench.check();
  expect(checkIn(await bench.send(), KIND)).toMatchObject({ observed: "1" });
});

test("orders of one request count one after the other", async () => {
  const bench = await new RiskBench().ready([limit()]);
  const decided = await bench.orders(Array.from({ length: 5 }, () => bench.order()));
  expect(decided.map(({ decision }) => decision)).toEqual(["accept", "accept", "accept", "reject", "reject"]);
});

test("replacements are messages, and reports of cancels are not", async () => {
  const bench = await new RiskBench().ready([limit()]);
  await bench.send({ clientOrderId: "a" });
  expect(await bench.send({ clientOrderId: "b", replaces: "a" })).toMatchObject({ decision: "accept" });
  for (const id of ["b", "a"])
    expect(await bench.report({ type: "cancel", clientOrderId: id })).toMatchObject({ status: "applied" });
  expect(checkIn(await bench.check(), KIND)).toMatchObject({ observed: "2", verdict: "pass" });
});

test("what closes goes through a full window with a warning, and counts", async () => {
  const bench = await new RiskBench().ready([limit()]);
  await bench.send({ clientOrderId: "a" });
  await bench.fill("a", "10");
  await bench.send();
  await bench.send();
  expect(await bench.send()).toMatchObject({ decision: "reject", code: KIND });
  const closing = await bench.send({ side: "sell", qty: "10" });
  expect(closing).toMatchObject({ decision: "accept", warnings: [KIND] });
  expect(checkIn(closing, KIND)).toMatchObject({ observed: "4", verdict: "warn" });
  expect(await bench.send({ side: "sell", qty: "1" })).toMatchObject({ decision: "reject", code: KIND });
});

test("the window slides, and what it counts is known after a reload", async () => {
  const bench = await new RiskBench().ready([limit()]);
  for (let n = 0; n < 3; n++) await bench.send();
  bench.restart();
  await bench.price(AAPL, { last: "100" });
  expect(await bench.send()).toMatchObject({ code: KIND });
  bench.clock.pass(1_020);
  expect(await bench.send()).toMatchObject({ decision: "accept" });
});

test("each symbol and each strategy has its own count", async () => {
  const bench = await new RiskBench().ready([
    WIDE,
    limit({ threshold: "1", scope: { kind: "symbol" } }),
    limit({ threshold: "2", scope: { kind: "strategy", id: "alpha" } }),
  ]);
  await bench.strategy("alpha");
  expect(await bench.send({ symbol: AAPL, strategy: "alpha" })).toMatchObject({ decision: "accept" });
  expect(await bench.send({ symbol: AAPL })).toMatchObject({ code: KIND });
  expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "accept" });
  expect(await bench.send({ symbol: "BINANCE:BTCUSDT", qty: "1", strategy: "alpha" })).not.toMatchObject({
    code: KIND,
  });
  bench.clock.pass(100);
  const third = await bench.send({ symbol: "XNAS:NOPE", strategy: "alpha" });
  expect(third.checks.filter(({ code, verdict }) => code === KIND && verdict === "fail")).toMatchObject([
    { scope: { kind: "strategy", id: "alpha" }, observed: "2" },
  ]);
});

test("accepted orders of the same scope and window are another count", async () => {
  const bench = await new RiskBench().ready([
    limit(),
    { kind: "max-order-rate", threshold: "3", windowMs: 1_000 },
  ]);
  await bench.send();
  await bench.send({ qty: "0.5" });
  const next = await bench.send();
  expect([checkIn(next, KIND).observed, checkIn(next, "max-order-rate").observed]).toEqual(["2", "1"]);
});

test("sixteen of them are a set's most", async () => {
  const bench = await new RiskBench().ready();
  const many = Array.from({ length: 17 }, (_, n) => limit({ windowMs: n + 1 }));
  expect(codeOf(await bench.limits(many))).toBe("too-many-items");
  expect(codeOf(await bench.limits(many.slice(1)))).toBeUndefined();
});
