import { describe, expect, test } from "vitest";
import { overloaded } from "../../../actors/runtime/reply.ts";
import { AAPL, codeOf, RiskBench } from "./bench.ts";

/** Holds 10 AAPL, works one order, and has an outbox that is nearly full. */
async function crowded(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "held" });
  await bench.fill("held", "10");
  await bench.send({ clientOrderId: "worked" });
  bench.outbox.growthRefusal = () => overloaded(2_000, "too many facts wait for Postgres");
  return bench;
}
const send = (bench: RiskBench, changes: object, dryRun = false) =>
  bench.desk.orders.run(bench.envelope(), JSON.stringify(bench.order({ ...changes })), "all", dryRun);

describe("while the outbox refuses growth", () => {
  test("new risk is refused, and may come again", async () => {
    const bench = await crowded();
    expect(await send(bench, {})).toMatchObject({ ok: false, code: "overloaded", retryAfterMs: 2_000 });
    expect(await send(bench, { side: "sell", qty: "11" })).toMatchObject({ code: "overloaded" });
  });

  test("what only closes is decided, whether it says so or not", async () => {
    const bench = await crowded();
    expect(codeOf(await send(bench, { side: "sell", qty: "4" }))).toBeUndefined();
    expect(codeOf(await send(bench, { side: "sell", qty: "6", reduceOnly: true }))).toBeUndefined();
    expect(await bench.list("orders", { status: "working" })).toHaveLength(3);
  });

  test("executions, states, dry runs and reads go on", async () => {
    const bench = await crowded();
    expect(await bench.fill("worked", "1")).toMatchObject({ status: "applied" });
    expect(codeOf(await bench.state_({ kind: "account" }, "reducing"))).toBeUndefined();
    expect(codeOf(await send(bench, {}, true))).toBeUndefined();
    expect(await bench.shown()).toMatchObject({ state: "reducing" });
  });
});

describe("a command that fails while it is decided", () => {
  test("fails alone and leaves no trace of what it had tried", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a" });
    const before = structuredClone(bench.state);
    const { instruments } = bench.state;
    const get = instruments.get.bind(instruments);
    let calls = 0;
    instruments.get = (symbol) => {
      calls += 1;
      if (calls > 20) throw new Error("a fault of ours");
      return get(symbol);
    };
    const many = Array.from({ length: 20 }, () => bench.order());
    await expect(bench.orders(many)).rejects.toThrow("a fault of ours");
    instruments.get = get;
    expect(structuredClone(bench.state)).toEqual(before);
    expect(bench.facts().at(-1)).toMatchObject({ kind: "order-decided", payload: { clientOrderId: "a" } });
    expect(await bench.send()).toMatchObject({ decision: "accept" });
  });
});

describe("a body that no edge would have let through", () => {
  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["no orders", '{"orders":[]}'],
    [
      "a limit without a price",
      '{"clientOrderId":"a","symbol":"XNAS:AAPL","side":"buy","type":"limit","qty":"1"}',
    ],
    [
      "a quantity below zero",
      '{"clientOrderId":"a","symbol":"XNAS:AAPL","side":"buy","type":"market","qty":"-1"}',
    ],
    [
      "a quantity that is none",
      '{"clientOrderId":"a","symbol":"XNAS:AAPL","side":"buy","type":"market","qty":"NaN"}',
    ],
    ["another kind", '{"clientOrderId":"a","symbol":"XNAS:AAPL","side":"buy","type":"iceberg","qty":"1"}'],
    [
      "a symbol of another form",
      '{"clientOrderId":"a","symbol":"aapl","side":"buy","type":"market","qty":"1"}',
    ],
    [
      "an id of another form",
      '{"clientOrderId":"../x","symbol":"XNAS:AAPL","side":"buy","type":"market","qty":"1"}',
    ],
  ])("%s is refused, and changes nothing", async (_title, body) => {
    const bench = await new RiskBench().ready();
    const before = bench.facts().length;
    expect(codeOf(await bench.desk.orders.run(bench.envelope(), body, "all", false))).toBe("invalid");
    expect(codeOf(await bench.desk.executions.run(bench.envelope(), body))).toBe("invalid");
    expect(bench.facts().length).toBe(before);
    expect(bench.state.instruments.has(AAPL as never)).toBe(false);
  });
});
