/** An order and its pending replacement: whom each report ends, in whatever order the venue's reports come. */
import { describe, expect, test } from "vitest";
import { AAPL, type Json, RiskBench } from "./bench.ts";

/** `a` buys 10 AAPL at 100; `b` is sent to take its place with 4, so it is the original that holds the larger reservation. */
async function pair(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "a" });
  await bench.send({ clientOrderId: "b", replaces: "a", qty: "4" });
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
const APPLIED = { status: "applied" };

describe("of an order and its pending replacement", () => {
  test.each([
    ["cancel", "a", { a: "cancelled", b: "working" }, "4"],
    ["expire", "a", { a: "expired", b: "working" }, "4"],
    ["reject", "a", { a: "rejected", b: "working" }, "4"],
    ["replace", "a", { a: "replaced", b: "working" }, "4"],
    ["cancel", "b", { a: "working", b: "cancelled" }, "10"],
    ["expire", "b", { a: "working", b: "expired" }, "10"],
    ["reject", "b", { a: "working", b: "rejected" }, "10"],
    ["replace", "b", { a: "replaced", b: "working" }, "4"],
  ])("%s of %s leaves %o and %s reserved", async (type, clientOrderId, expected, left) => {
    const bench = await pair();
    expect(await bench.report({ type, clientOrderId })).toMatchObject(APPLIED);
    expect(await statuses(bench)).toEqual(expected);
    expect(reserved(bench)).toEqual([left, 1]);
    bench.restart();
    expect(reserved(bench)).toEqual([left, 1]);
  });
});

describe("a fill of a pending replacement", () => {
  test("proves the replace: the original ends as `replaced` and frees what it reserved", async () => {
    const bench = await pair();
    const before = bench.facts().length;
    expect(await bench.fill("b", "1")).toMatchObject(APPLIED);
    expect(await statuses(bench)).toEqual({ a: "replaced", b: "working" });
    expect(reserved(bench)).toEqual(["3", 1]);
    expect(bench.facts(before)[0]?.payload["orders"]).toMatchObject([
      { clientOrderId: "b", status: "working", filledQty: "1", remainingQty: "3" },
      { clientOrderId: "a", status: "replaced", remainingQty: "0" },
    ]);
  });

  test("of all of it leaves nothing reserved and nothing working", async () => {
    const bench = await pair();
    await bench.fill("b", "4");
    expect(await statuses(bench)).toEqual({ a: "replaced", b: "filled" });
    expect(reserved(bench)).toEqual(["0", 0]);
    expect(bench.state.orders.size).toBe(0);
    expect(await bench.list("violations")).toEqual([]);
  });

  test.each([
    ["the replacement's name, while it works", "1", "b", "working"],
    ["the replacement's name, when it is filled", "4", "b", "filled"],
    ["the original's name", "1", "a", "working"],
  ])(
    "makes a later `replace` report by %s true already: applied, and without effect",
    async (_what, qty, id, status) => {
      const bench = await pair();
      await bench.fill("b", qty);
      bench.restart();
      const left = reserved(bench);
      expect(await bench.report({ type: "replace", clientOrderId: id })).toMatchObject(APPLIED);
      expect(await statuses(bench)).toEqual({ a: "replaced", b: status });
      expect(reserved(bench)).toEqual(left);
    },
  );

  test("lets the late `replace` report of it confirm no further replacement", async () => {
    const bench = await pair();
    await bench.fill("b", "1");
    await bench.send({ clientOrderId: "c", replaces: "b", qty: "2" });
    await bench.report({ type: "replace", clientOrderId: "b" });
    expect(await statuses(bench)).toEqual({ a: "replaced", b: "working", c: "working" });
    expect(reserved(bench)).toEqual(["3", 1]);
    await bench.report({ type: "replace", clientOrderId: "c" });
    expect(reserved(bench)).toEqual(["2", 1]);
  });

  test("then of its original, on its way before, is booked as an overfill", async () => {
    const bench = await pair();
    await bench.fill("b", "1");
    expect(await bench.fill("a", "2")).toMatchObject(APPLIED);
    expect(await bench.list("violations")).toMatchObject([{ code: "overfill", clientOrderId: "a" }]);
    expect(reserved(bench)).toEqual(["3", 1]);
  });
});

describe("a pending replacement that was cancelled or expired before anything confirmed it", () => {
  test.each(["cancel", "expire"])(
    "(%s) leaves its original reserved until a late `replace` names it",
    async (type) => {
      const bench = await pair();
      await bench.report({ type, clientOrderId: "b" });
      bench.restart();
      expect(reserved(bench)).toEqual(["10", 1]);
      expect(await bench.report({ type: "replace", clientOrderId: "b" })).toMatchObject(APPLIED);
      expect(await statuses(bench)).toMatchObject({ a: "replaced" });
      expect(reserved(bench)).toEqual(["0", 0]);
    },
  );

  test("is proven by a late fill as well", async () => {
    const bench = await pair();
    await bench.report({ type: "cancel", clientOrderId: "b" });
    await bench.fill("b", "1");
    expect(await statuses(bench)).toEqual({ a: "replaced", b: "cancelled" });
    expect(reserved(bench)).toEqual(["0", 0]);
    expect(await bench.report({ type: "replace", clientOrderId: "b" })).toMatchObject(APPLIED);
  });

  test("lets the original be replaced again; confirmed late, it leaves the newer one alone", async () => {
    const bench = await pair();
    await bench.report({ type: "cancel", clientOrderId: "b" });
    expect(await bench.send({ clientOrderId: "c", replaces: "a", qty: "7" })).toMatchObject({
      decision: "accept",
    });
    expect(reserved(bench)).toEqual(["10", 1]);
    await bench.report({ type: "replace", clientOrderId: "b" });
    expect(await statuses(bench)).toEqual({ a: "replaced", b: "cancelled", c: "working" });
    expect(reserved(bench)).toEqual(["7", 1]);
  });

  test("and one that was rejected is not confirmed afterwards", async () => {
    const bench = await pair();
    await bench.report({ type: "reject", clientOrderId: "b" });
    expect(await bench.report({ type: "replace", clientOrderId: "b" })).toMatchObject({
      code: "order-final",
    });
    expect(reserved(bench)).toEqual(["10", 1]);
  });
});
