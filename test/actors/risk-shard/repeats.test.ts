import { describe, expect, test } from "vitest";
import { AAPL, BTC, checkIn, json, MSFT, RiskBench, WIDE } from "./bench.ts";

describe("I2: a repeat of an order", () => {
  test("gets its first decision, with its first seq, and reserves nothing", async () => {
    const bench = await new RiskBench().ready();
    const sent = bench.order();
    const [first] = await bench.orders([sent]);
    await bench.limits([{ kind: "max-order-qty", threshold: "1" }]);
    const before = bench.facts().length;
    expect(await bench.orders([sent])).toEqual([first]);
    bench.restart();
    expect(await bench.orders([sent])).toEqual([first]);
    expect(bench.facts(before)).toEqual([]);
    expect(bench.state.totals.working).toBe(1);
  });

  test("comes before any check, also while nothing is known of a price and no symbol answers", async () => {
    const bench = await new RiskBench().ready();
    const sent = bench.order();
    const [first] = await bench.orders([sent]);
    bench.restart();
    for (const symbol of [AAPL, MSFT]) bench.platform.away.add(symbol);
    const calls = bench.platform.calls.length;
    expect(await bench.orders([sent])).toEqual([first]);
    expect(bench.platform.calls.length).toBe(calls);
  });

  test("within one request is one too", async () => {
    const bench = await new RiskBench().ready();
    const sent = bench.order();
    const [one, other] = await bench.orders([sent, sent]);
    expect(other).toEqual(one);
    expect(bench.state.totals.working).toBe(1);
  });

  test("of a rejected order stays rejected: a retry takes a new id", async () => {
    const bench = await new RiskBench().ready([{ kind: "max-order-qty", threshold: "1" }]);
    const sent = bench.order();
    const [first] = await bench.orders([sent]);
    expect(first).toMatchObject({ decision: "reject" });
    await bench.limits([WIDE]);
    expect(await bench.orders([sent])).toEqual([first]);
    expect(await bench.orders([{ ...sent, clientOrderId: "other" }])).toMatchObject([{ decision: "accept" }]);
  });

  test("is the same with other trailing zeros, as text or as a number", async () => {
    const bench = await new RiskBench().ready();
    const sent = bench.order({ type: "stop-limit", qty: "10", price: "100", stopPrice: "101.5" });
    const [first] = await bench.orders([sent]);
    for (const again of [
      { qty: "10.0", price: "100.00", stopPrice: "101.50" },
      { qty: 10, price: 100, stopPrice: 101.5 },
    ])
      expect(await bench.orders([{ ...sent, ...again }])).toEqual([first]);
    expect(await bench.orders([{ ...sent, qty: "100" }])).toMatchObject([{ code: "order-id-reused" }]);
    expect(bench.state.totals.working).toBe(1);

    const fill = {
      execId: "x1",
      type: "fill",
      clientOrderId: sent["clientOrderId"],
      qty: "1",
      price: "100",
      fee: "0",
    };
    expect(await bench.report(fill)).toMatchObject({ status: "applied" });
    const again = { ...fill, qty: "1.0", price: "100.0", fee: "-0.00", ts: bench.now };
    expect(await bench.report(again)).toMatchObject({ status: "duplicate" });
  });

  test("with another body is rejected `order-id-reused`, and the first stays what it was", async () => {
    const bench = await new RiskBench().ready();
    const sent = bench.order();
    const [first] = await bench.orders([sent]);
    const [reused] = await bench.orders([{ ...sent, qty: "11" }]);
    expect(reused).toMatchObject({
      decision: "reject",
      code: "order-id-reused",
      fixCode: 6,
      allowedQty: "0",
    });
    expect(checkIn(reused!, "order-id-reused").verdict).toBe("fail");
    expect(await bench.orders([sent])).toEqual([first]);
    expect(bench.facts().at(-1)).toMatchObject({ payload: { code: "order-id-reused", inputs: null } });
  });

  test("is the same order however its numbers are written: as text or as a number", async () => {
    const bench = await new RiskBench().ready();
    const sent = bench.order({ qty: "10", price: "100" });
    const [first] = await bench.orders([sent]);
    expect(await bench.orders([{ ...sent, qty: 10, price: 100 }])).toEqual([first]);
  });

  test("of an order that works is known for ever; others for the last 100,000 ids", async () => {
    const bench = await new RiskBench().ready();
    const sent = bench.order({ clientOrderId: "old" });
    const [first] = await bench.orders([sent]);
    bench.sql.exec("UPDATE idempotency SET size = size + 200000");
    bench.restart();
    await bench.price(AAPL, { last: "100" });
    await bench.send();
    expect(await bench.orders([sent])).toEqual([first]);
  });
});

describe("I2: a repeat of an execution", () => {
  test("is a duplicate, also after a restart; with another body it is refused", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a" });
    const fill = { execId: "x1", type: "fill", clientOrderId: "a", qty: "4", price: "100", ts: bench.now };
    expect(await bench.report(fill)).toEqual({ execId: "x1", status: "applied" });
    bench.restart();
    expect(await bench.report(fill)).toEqual({ execId: "x1", status: "duplicate" });
    expect(await bench.report({ ...fill, qty: "5" })).toMatchObject({ code: "exec-id-reused" });
    expect(await bench.list("positions")).toMatchObject([{ qty: "4" }]);
  });

  test("orders, executions and requests with the same id are three things", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "same" });
    expect(await bench.fill("same", "1", "100", { execId: "same" })).toMatchObject({ status: "applied" });
    const envelope = bench.envelope({ idempotencyKey: "same" });
    const body = JSON.stringify({ name: "n", account: "main", instruments: [], tags: [] });
    expect(json(await bench.desk.account.openStrategy(envelope, "alpha", body))).toEqual({ id: "alpha" });
  });
});

describe("I2: an Idempotency-Key", () => {
  const body = (qty: string) =>
    JSON.stringify({
      name: "n",
      account: "main",
      instruments: [{ symbol: BTC, qty, avgPrice: "9" }],
      tags: [],
    });

  test("opens one strategy, whose first id answers every repeat", async () => {
    const bench = await new RiskBench().ready();
    const keyed = () => bench.envelope({ idempotencyKey: "k1" });
    expect(json(await bench.desk.account.openStrategy(keyed(), "first", body("1")))).toEqual({ id: "first" });
    bench.restart();
    expect(json(await bench.desk.account.openStrategy(keyed(), "second", body("1")))).toEqual({
      id: "first",
    });
    expect([...bench.state.strategies.keys()]).toEqual(["first"]);
    expect(await bench.list("positions")).toMatchObject([{ qty: "1" }]);
  });

  test("with another body is refused", async () => {
    const bench = await new RiskBench().ready();
    const keyed = () => bench.envelope({ idempotencyKey: "k1" });
    await bench.desk.account.openStrategy(keyed(), "first", body("1"));
    expect(await bench.desk.account.openStrategy(keyed(), "second", body("2"))).toMatchObject({
      code: "idempotency-key-reused",
    });
  });

  test("of a refused request is free again", async () => {
    const bench = new RiskBench();
    const keyed = () => bench.envelope({ idempotencyKey: "k1" });
    expect(await bench.desk.account.openStrategy(keyed(), "first", body("1"))).toMatchObject({
      code: "account-unknown",
    });
    await bench.ready();
    expect(json(await bench.desk.account.openStrategy(keyed(), "first", body("1")))).toEqual({ id: "first" });
  });
});
