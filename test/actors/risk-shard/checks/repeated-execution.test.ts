/** At so many executions in a window a strategy stops, until a person who is named lets it go on. */
import { expect, test } from "vitest";
import { AAPL, BY, checkIn, codeOf, type Json, MSFT, RiskBench, WIDE } from "../bench.ts";

const KIND = "repeated-execution";
const limit = (changes: object = {}): Json => ({
  id: "often",
  kind: KIND,
  threshold: "3",
  windowMs: 1_000,
  ...changes,
});

async function trading(changes: object = {}): Promise<RiskBench> {
  const bench = await new RiskBench().ready([WIDE, limit(changes)]);
  await bench.strategy("alpha");
  await bench.strategy("beta");
  return bench;
}
const of = (strategy: string, changes: object = {}): Json => ({ strategy, ...changes });

async function executed(bench: RiskBench, strategy: string, fills: number, symbol = AAPL): Promise<void> {
  const id = bench.nextId();
  await bench.send(of(strategy, { clientOrderId: id, symbol, qty: String(fills + 1) }));
  for (let n = 0; n < fills; n++) await bench.fill(id, "1");
}

function release(bench: RiskBench, body: object = {}, limitId = "often") {
  const whole = JSON.stringify({ reason: "looked at", by: BY, ...body });
  return bench.desk.watch.answer(bench.envelope(), { type: "release", limitId, body: whole });
}

test.each([
  [1, "pass"],
  [2, "pass"],
  [3, "fail"],
])("after %i executions of three the next order is a %s", async (fills, verdict) => {
  const bench = await trading();
  await executed(bench, "alpha", fills);
  const next = await bench.send(of("alpha"));
  expect(checkIn(next, KIND)).toMatchObject({
    verdict,
    scope: { kind: "strategy", id: "alpha" },
    fixCode: 21,
  });
  expect(next.decision).toBe(verdict === "pass" ? "accept" : "reject");
});

test("with the execution that reaches the count it trips, once, and says so as a fact and a violation", async () => {
  const bench = await trading();
  await executed(bench, "alpha", 4);
  const tripped = bench.facts().filter(({ kind }) => kind === "limit-tripped");
  expect(tripped).toMatchObject([
    { payload: { limitId: "often", member: "alpha", limit: "3", observed: "3" } },
  ]);
  expect(await bench.list("violations")).toMatchObject([{ code: KIND, strategy: "alpha", limitId: "often" }]);
});

test("it stays so after its window and after a reload; what closes goes through, and so do other strategies", async () => {
  const bench = await trading();
  await executed(bench, "alpha", 3);
  bench.restart();
  bench.clock.pass(60_000);
  await bench.price(AAPL, { last: "100" });
  const refused = await bench.send(of("alpha", { qty: "1" }));
  expect(refused).toMatchObject({ decision: "reject", code: KIND });
  expect(checkIn(refused, KIND)).toMatchObject({ reason: "tripped" });
  expect(await bench.send(of("alpha", { side: "sell", qty: "3" }))).toMatchObject({ decision: "accept" });
  expect(await bench.send(of("beta", { qty: "1" }))).toMatchObject({ decision: "accept" });
});

test("only the person whose credential it is releases it, and is recorded; the window then begins anew", async () => {
  const bench = await trading();
  await executed(bench, "alpha", 3);
  expect(codeOf(await release(bench, { by: "somebody" }))).toBe("principal-mismatch");
  expect(await bench.send(of("alpha"))).toMatchObject({ code: KIND });
  expect(codeOf(await release(bench, { member: "alpha" }))).toBeUndefined();
  const released = bench.facts().filter(({ kind }) => kind === "limit-released");
  expect(released).toMatchObject([
    { payload: { limitId: "often", member: "alpha", reason: "looked at", by: BY } },
  ]);
  bench.restart();
  await bench.price(AAPL, { last: "100" });
  expect(checkIn(await bench.send(of("alpha")), KIND)).toMatchObject({ verdict: "pass", observed: "0" });
  await executed(bench, "alpha", 2);
  expect(await bench.send(of("alpha"))).toMatchObject({ decision: "accept" });
  await executed(bench, "alpha", 1);
  expect(await bench.send(of("alpha"))).toMatchObject({ code: KIND });
});

test("executions that are spread out never reach it", async () => {
  const bench = await trading();
  for (let n = 0; n < 6; n++) {
    await executed(bench, "alpha", 1);
    bench.clock.pass(600);
    await bench.price(AAPL, { last: "100" });
  }
  expect(bench.facts().some(({ kind }) => kind === "limit-tripped")).toBe(false);
});

test("openings, busts, corrections and ends of orders are no executions", async () => {
  const bench = await trading({ threshold: "2" });
  await bench.strategy("gamma", [{ symbol: MSFT, qty: "5", avgPrice: "90" }]);
  await bench.send(of("gamma", { clientOrderId: "a", qty: "9" }));
  await bench.fill("a", "1", "100", { execId: "e1" });
  await bench.report({ type: "correct", execId: "e2", refExecId: "e1", clientOrderId: "a", price: "99" });
  await bench.report({ type: "bust", execId: "e3", refExecId: "e1", clientOrderId: "a" });
  await bench.report({ type: "cancel", clientOrderId: "a" });
  expect(checkIn(await bench.send(of("gamma")), KIND)).toMatchObject({ observed: "1", verdict: "pass" });
});

test("a fill of no known order counts for whose line it is booked in", async () => {
  const bench = await trading({ threshold: "1", scope: { kind: "symbol" } });
  await bench.fill("ghost", "1", "100", { symbol: MSFT, side: "buy" });
  expect(await bench.send({ symbol: MSFT })).toMatchObject({ code: KIND });
  expect(await bench.send({ symbol: AAPL })).toMatchObject({ decision: "accept" });
});

test("of the whole account it counts them all, and two limits trip each for itself", async () => {
  const bench = await new RiskBench().ready([
    WIDE,
    limit({ id: "all", threshold: "3", scope: { kind: "account" } }),
    limit({ id: "one", threshold: "2" }),
  ]);
  await bench.strategy("alpha");
  await bench.strategy("beta");
  await executed(bench, "alpha", 2);
  await executed(bench, "beta", 1);
  const trips = bench.facts().filter(({ kind }) => kind === "limit-tripped");
  expect(trips.map(({ payload }) => payload["limitId"])).toEqual(["one", "all"]);
  await release(bench, {}, "all");
  expect(await bench.send(of("beta", { qty: "1" }))).toMatchObject({ decision: "accept" });
  expect(await bench.send(of("alpha", { qty: "1" }))).toMatchObject({ code: KIND });
});

test("one that only warns trips, says so, and lets orders through", async () => {
  const bench = await trading({ action: "warn" });
  await executed(bench, "alpha", 3);
  expect(await bench.send(of("alpha"))).toMatchObject({ decision: "accept", warnings: [KIND] });
});
