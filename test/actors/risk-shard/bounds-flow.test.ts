/** I5: what limits on the flow of orders count, at its bound. */
import { describe, expect, test } from "vitest";
import { DAY_COUNTS_MAX, ORDER_CONTENTS_MAX, RATE_WINDOWS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { DAY_MS } from "../../../src/domain/time.ts";
import { AAPL, checkIn, MSFT, RiskBench, WIDE } from "./bench.ts";

const count = (bench: RiskBench, table: string): number =>
  bench.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]!.n;
const names = (many: number): string[] => Array.from({ length: many }, (_, index) => `XNAS:R${index}`);

async function later(bench: RiskBench, ms: number): Promise<void> {
  bench.clock.pass(ms);
  for (const symbol of [AAPL, MSFT]) await bench.price(symbol, { last: "100" });
}

describe("days", () => {
  const limit = { kind: "max-daily-orders", threshold: "5", scope: { kind: "symbol" } };

  async function withFullDays(): Promise<RiskBench> {
    const bench = await new RiskBench().ready([limit]);
    await bench.send();
    const [day] = [...bench.state.dayCounts.values()];
    for (const symbol of names(DAY_COUNTS_MAX - 1)) bench.state.dayCounts.set(`symbol:${symbol}`, day!);
    return bench;
  }

  test("bound risk-shard/state:dayCounts: where none leaves, an order of a further member is `overloaded`, and a fill is booked", async () => {
    const bench = await withFullDays();
    expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "reject", code: "overloaded" });
    expect(await bench.send({ symbol: AAPL })).toMatchObject({ decision: "accept" });
    expect(await bench.fill("ghost", "1", "100", { symbol: MSFT, side: "buy" })).toMatchObject({
      status: "applied",
    });
    expect(bench.state.dayCounts.size).toBe(DAY_COUNTS_MAX);
  });

  test("bound risk-shard/table:day_count: members of earlier days leave, on disk too", async () => {
    const bench = await withFullDays();
    await later(bench, DAY_MS);
    expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "accept" });
    expect([...bench.state.dayCounts.keys()]).toEqual([`symbol:${MSFT}`]);
    expect(count(bench, "day_count")).toBe(1);
  });
});

describe("contents", () => {
  const limit = { kind: "duplicate-order", threshold: "1000" };

  async function withFullContents(): Promise<RiskBench> {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "held" });
    await bench.fill("held", "10");
    await bench.limits([limit]);
    await bench.send({ clientOrderId: "a" });
    for (const symbol of names(ORDER_CONTENTS_MAX - 1)) bench.state.contents.set(symbol, bench.now);
    return bench;
  }

  test("bound risk-shard/state:contents: where none leaves, a further content fails closed, and what closes goes through", async () => {
    const bench = await withFullContents();
    const refused = await bench.send({ qty: "11" });
    expect(refused).toMatchObject({ decision: "reject", code: "duplicate-order" });
    expect(checkIn(refused, "duplicate-order")).toMatchObject({ reason: "history-full" });
    expect(await bench.send({ side: "sell", qty: "10" })).toMatchObject({
      decision: "accept",
      warnings: ["duplicate-order"],
    });
    expect(bench.state.contents.size).toBe(ORDER_CONTENTS_MAX);
  });

  test("bound risk-shard/table:order_content: contents that nobody looks back to leave, on disk too", async () => {
    const bench = await withFullContents();
    await later(bench, 1_000);
    await bench.send({ qty: "0.5" });
    expect(await bench.send({ qty: "11" })).toMatchObject({ decision: "accept" });
    expect(bench.state.contents.size).toBe(1);
    expect(count(bench, "order_content")).toBe(1);
  });

  test("from half of the bound on they leave as soon as they can, so there is room before it is needed", async () => {
    const bench = await withFullContents();
    for (const symbol of names(1_000)) bench.state.contents.delete(symbol);
    await later(bench, 1_000);
    expect(await bench.send({ qty: "11" })).toMatchObject({ decision: "accept" });
    expect(bench.state.contents.size).toBe(1);
  });
});

test("bound risk-shard/state:workingValues: there are none without a working order", async () => {
  const bench = await new RiskBench().ready([
    WIDE,
    { kind: "max-daily-turnover", threshold: "90000", scope: { kind: "symbol" } },
  ]);
  await bench.send({ clientOrderId: "a" });
  await bench.send({ clientOrderId: "b", symbol: MSFT });
  expect(bench.state.workingValues.size).toBe(2);
  for (const id of ["a", "b"]) await bench.report({ type: "cancel", clientOrderId: id });
  expect(bench.state.workingValues.size).toBe(0);
});

describe("windows of messages and executions", () => {
  test.each([["max-message-rate"], ["repeated-execution"]])(
    "%s: where no window leaves, an order that needs a further one is `overloaded`",
    async (kind) => {
      const bench = await new RiskBench().ready([
        { kind, threshold: "9", windowMs: 1_000, scope: { kind: "symbol" } },
      ]);
      await bench.send({ clientOrderId: "a" });
      await bench.fill("a", "1");
      const [window] = [...bench.state.rates.values()];
      for (const symbol of names(RATE_WINDOWS_MAX - 1))
        bench.state.rates.set(`symbol:${symbol}|1000`, window!);
      expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "reject", code: "overloaded" });
      expect(await bench.send({ symbol: AAPL })).toMatchObject({ decision: "accept" });
      expect(bench.state.rates.size).toBe(RATE_WINDOWS_MAX);
      await later(bench, 2_000);
      expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "accept" });
    },
  );
});
