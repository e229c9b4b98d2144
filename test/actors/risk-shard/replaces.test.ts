import { describe, expect, test } from "vitest";
import { AAPL, checkIn, type Json, MSFT, RiskBench, WIDE } from "./bench.ts";

/** `a` buys 10 AAPL at 100, `b` is sent to take its place. */
async function pair(changes: Json, limits: readonly Json[] = [WIDE]): Promise<RiskBench> {
  const bench = await new RiskBench().ready(limits);
  await bench.send({ clientOrderId: "a" });
  expect(await bench.send({ clientOrderId: "b", replaces: "a", ...changes })).toMatchObject({
    decision: "accept",
  });
  return bench;
}
const reserved = (bench: RiskBench): [buys: string, working: number] => {
  const line = bench.state.symbolLines.get(AAPL as never);
  return [String(line?.buys ?? 0n), line?.working ?? 0];
};
async function statuses(bench: RiskBench): Promise<Json> {
  const orders = await bench.list("orders");
  return Object.fromEntries(orders.map((order) => [order["clientOrderId"], order["status"]]));
}

describe("a replacement", () => {
  test("is checked without the original", async () => {
    const limits = [
      { kind: "max-gross-exposure", threshold: "1500" },
      { kind: "max-working-orders", threshold: "1" },
    ];
    const bench = await new RiskBench().ready(limits);
    await bench.send({ clientOrderId: "a" });
    const replacing = { clientOrderId: "b", replaces: "a" };
    const above = await bench.check({ ...replacing, qty: "16" });
    expect(above).toMatchObject({ decision: "reject", code: "max-gross-exposure" });
    expect(checkIn(above, "max-gross-exposure")).toMatchObject({ observed: "0", projected: "1600" });
    expect(await bench.send({ ...replacing, qty: "15" })).toMatchObject({ decision: "accept" });
  });

  test.each([
    ["larger", "15", "15"],
    ["smaller", "4", "10"],
  ])(
    "that is %s reserves the larger of the two, once, until the venue answers",
    async (_size, qty, larger) => {
      const bench = await pair({ qty });
      expect(reserved(bench)).toEqual([larger, 1]);
      const orders = await bench.list("orders");
      expect(orders.map((order) => order["reservedNotional"])).toEqual(["0", `${larger}00`]);
    },
  );

  test("that is confirmed takes over, and the original is `replaced`", async () => {
    const bench = await pair({ qty: "4" });
    expect(await bench.report({ type: "replace", clientOrderId: "b" })).toMatchObject({ status: "applied" });
    expect(await statuses(bench)).toEqual({ a: "replaced", b: "working" });
    expect(reserved(bench)).toEqual(["4", 1]);
  });

  test("may be confirmed by the original's name as well", async () => {
    const bench = await pair({ qty: "4" });
    await bench.report({ type: "replace", clientOrderId: "a" });
    expect(await statuses(bench)).toEqual({ a: "replaced", b: "working" });
  });

  test("that the venue rejects leaves the original as it was", async () => {
    const bench = await pair({ qty: "15" });
    await bench.report({ type: "reject", clientOrderId: "b" });
    expect(await statuses(bench)).toEqual({ a: "working", b: "rejected" });
    expect(reserved(bench)).toEqual(["10", 1]);
    expect(await bench.send({ replaces: "a" })).toMatchObject({ decision: "accept" });
  });

  test("whose original fills meanwhile stands alone, and a fill of both is no overfill", async () => {
    const bench = await pair({ qty: "15" });
    await bench.fill("a", "4");
    expect(reserved(bench)).toEqual(["15", 1]);
    await bench.fill("a", "6");
    expect(await statuses(bench)).toEqual({ a: "filled", b: "working" });
    expect(reserved(bench)).toEqual(["15", 1]);
    expect(await bench.report({ type: "replace", clientOrderId: "b" })).toMatchObject({
      code: "not-replacing",
    });
    await bench.fill("b", "15");
    expect(await bench.list("violations")).toEqual([]);
    expect(reserved(bench)).toEqual(["0", 0]);
  });

  test("whose original is cancelled stands alone", async () => {
    const bench = await pair({ qty: "15" });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    expect(reserved(bench)).toEqual(["15", 1]);
    await bench.report({ type: "cancel", clientOrderId: "b" });
    expect(reserved(bench)).toEqual(["0", 0]);
  });

  test("survives a restart as a pair", async () => {
    const bench = await pair({ qty: "15" });
    bench.restart();
    expect(reserved(bench)).toEqual(["15", 1]);
    await bench.report({ type: "replace", clientOrderId: "b" });
    bench.restart();
    expect(reserved(bench)).toEqual(["15", 1]);
    expect(await statuses(bench)).toEqual({ a: "replaced", b: "working" });
  });

  test.each([
    ["a symbol", { symbol: MSFT }],
    ["a side", { side: "sell" }],
    ["a strategy", { strategy: "alpha" }],
  ])("of another order than one with the same line (%s) is refused", async (_what, changes) => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha");
    await bench.send({ clientOrderId: "a" });
    expect(await bench.send({ replaces: "a", ...changes })).toMatchObject({ code: "replaces-invalid" });
  });

  test("of an order that is being replaced, is a replacement itself, or has ended is refused", async () => {
    const bench = await pair({});
    expect(await bench.send({ replaces: "a" })).toMatchObject({ code: "replaces-invalid" });
    expect(await bench.send({ replaces: "b" })).toMatchObject({ code: "replaces-invalid" });
    await bench.report({ type: "replace", clientOrderId: "b" });
    expect(await bench.send({ replaces: "a" })).toMatchObject({ code: "replaces-invalid" });
    expect(await bench.send({ replaces: "b" })).toMatchObject({ decision: "accept" });
  });

  test("of an order of the same request sees it", async () => {
    const bench = await new RiskBench().ready([{ kind: "max-position-qty", threshold: "10" }]);
    const decided = await bench.orders([
      bench.order({ clientOrderId: "a", qty: "6" }),
      bench.order({ clientOrderId: "b", qty: "9", replaces: "a" }),
      bench.order({ clientOrderId: "c", qty: "1" }),
      bench.order({ clientOrderId: "d", qty: "1" }),
    ]);
    expect(decided.map(({ decision }) => decision)).toEqual(["accept", "accept", "accept", "reject"]);
  });

  test("that only closes counts what the original would have closed as free", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "held" });
    await bench.fill("held", "10");
    await bench.send({ clientOrderId: "a", side: "sell", qty: "10" });
    await bench.state_({ kind: "account" }, "reducing");
    expect(await bench.send({ side: "sell", qty: "1" })).toMatchObject({ code: "state-reducing" });
    expect(await bench.send({ side: "sell", qty: "9", replaces: "a" })).toMatchObject({ decision: "accept" });
  });
});
