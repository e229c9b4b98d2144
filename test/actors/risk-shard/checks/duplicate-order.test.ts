/** One order of a content within so many milliseconds: whoever sends it twice is asked again. */
import { expect, test } from "vitest";
import { AAPL, checkIn, codeOf, MSFT, RiskBench, WIDE } from "../bench.ts";

const KIND = "duplicate-order";
const limit = (changes: object = {}) => ({ kind: KIND, threshold: "1000", ...changes });
const ready = async (limits: readonly object[] = [limit()]): Promise<RiskBench> => {
  const bench = await new RiskBench().ready(limits as never);
  await bench.strategy("alpha");
  return bench;
};

test.each([
  [999, "fail", "1"],
  [1_000, "pass", "0"],
  [1_001, "pass", "0"],
])("the same again after %i ms of a thousand is a %s", async (ms, verdict, observed) => {
  const bench = await ready();
  await bench.send();
  bench.clock.pass(ms);
  expect(checkIn(await bench.send(), KIND)).toMatchObject({
    verdict,
    limit: "1",
    observed,
    projected: String(Number(observed) + 1),
    fixCode: 6,
  });
});

test.each<[string, Record<string, unknown>]>([
  ["side", { side: "sell" }],
  ["symbol", { symbol: MSFT }],
  ["quantity", { qty: "11" }],
  ["price", { price: "99" }],
  ["type", { type: "market", price: undefined }],
  ["stop price", { type: "stop-limit", stopPrice: "101" }],
  ["strategy", { strategy: "alpha" }],
])("another %s is another content", async (_what, changes) => {
  const bench = await ready();
  await bench.send();
  const order = { ...bench.order(changes) };
  if (order["price"] === undefined) delete order["price"];
  expect((await bench.orders([order]))[0]).toMatchObject({ decision: "accept" });
  const again = { ...order, clientOrderId: "again" };
  expect((await bench.orders([again]))[0]).toMatchObject({ decision: "reject", code: KIND });
});

test("the same content in other words is the same, and so is one that reduces or closes", async () => {
  const bench = await ready();
  await bench.send();
  expect(await bench.send({ qty: "10.0", price: "100.00" })).toMatchObject({ code: KIND });
  expect(await bench.send({ timeInForce: "day" })).toMatchObject({ code: KIND });
  await bench.fill("o1", "10");
  await bench.send({ side: "sell", qty: "2" });
  expect(await bench.send({ side: "sell", qty: "2" })).toMatchObject({ code: KIND });
});

test("what was rejected was not sent, a repeat is no second one, and a dry run leaves nothing", async () => {
  const bench = await ready([limit(), { kind: "max-order-qty", threshold: "20" }]);
  await bench.send({ qty: "30" });
  expect(checkIn(await bench.send({ qty: "30" }), KIND)).toMatchObject({ verdict: "pass" });
  await bench.check();
  const first = bench.order();
  expect((await bench.orders([first]))[0]).toMatchObject({ decision: "accept" });
  expect((await bench.orders([first]))[0]).toMatchObject({ decision: "accept" });
  bench.clock.pass(600);
  expect(await bench.send()).toMatchObject({ code: KIND });
  bench.clock.pass(400);
  expect(await bench.send()).toMatchObject({ decision: "accept" });
});

test("a reduced order is known by what was asked for", async () => {
  const bench = await ready([limit(), { kind: "max-order-qty", threshold: "20", action: "reduce" }]);
  expect(await bench.send({ qty: "30" })).toMatchObject({ decision: "reduce" });
  expect(checkIn(await bench.send({ qty: "30" }), KIND)).toMatchObject({ verdict: "fail" });
  expect(await bench.send({ qty: "20" })).toMatchObject({ decision: "accept" });
});

test("of two alike in one request the second is the duplicate", async () => {
  const bench = await ready();
  const decided = await bench.orders([bench.order(), bench.order(), bench.order({ qty: "11" })]);
  expect(decided.map(({ decision }) => decision)).toEqual(["accept", "reject", "accept"]);
});

test("a price that is moved to and fro by replacing is no duplicate", async () => {
  const bench = await ready();
  await bench.send({ clientOrderId: "a", price: "100" });
  expect(await bench.send({ clientOrderId: "b", price: "99", replaces: "a" })).toMatchObject({
    decision: "accept",
  });
  await bench.report({ type: "replace", clientOrderId: "b" });
  expect(await bench.send({ clientOrderId: "c", price: "100", replaces: "b" })).toMatchObject({
    decision: "accept",
  });
});

test("contents are known after a reload, and each limit looks back over its own time", async () => {
  const bench = await ready([
    limit({ threshold: "200", action: "warn" }),
    limit({ scope: { kind: "symbol", id: AAPL } }),
  ]);
  await bench.send();
  await bench.send({ symbol: MSFT });
  bench.restart();
  for (const symbol of [AAPL, MSFT]) await bench.price(symbol, { last: "100" });
  bench.clock.pass(300);
  expect(await bench.send()).toMatchObject({ code: KIND });
  expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "accept", warnings: [] });
});

test("a clock that goes back makes none of it forgotten", async () => {
  const bench = await ready();
  await bench.send();
  bench.clock.pass(-5_000);
  expect(await bench.send()).toMatchObject({ code: KIND });
});

test("a threshold of zero finds none, and a part of a millisecond is refused", async () => {
  const bench = await ready([WIDE, limit({ threshold: "0" })]);
  await bench.send();
  expect(await bench.send()).toMatchObject({ decision: "accept" });
  expect(codeOf(await bench.limits([limit({ threshold: "0.5" })]))).toBe("field-combination");
});
