/** I5: each collection of a risk shard at its bound. What takes too long to grow by calls is filled by hand, and then called. */
import { describe, expect, test } from "vitest";
import {
  DECISIONS_MAX,
  ENDED_ORDERS_MAX,
  ENDED_ORDERS_SLACK_MAX,
  LEGS_MAX,
  LIMIT_VERSIONS_MAX,
  POSITIONS_MAX,
  RATE_WINDOWS_MAX,
  STATES_MAX,
  STRATEGIES_MAX,
  VIOLATIONS_MAX,
  WORKING_ORDERS_MAX,
} from "../../../actors/risk-shard/capacity.ts";
import { lineKey, type Order } from "../../../actors/risk-shard/state.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { FLAT } from "../../../src/domain/position.ts";
import { AAPL, codeOf, json, MSFT, RiskBench, WIDE } from "./bench.ts";
import { called, child, GROSS } from "./child-bench.ts";

const HISTORY_SLACK = 64;
const count = (bench: RiskBench, table: string): number =>
  bench.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]!.n;
const names = (many: number, prefix: string): string[] =>
  Array.from({ length: many }, (_, index) => `${prefix}${index}`);

/** A shard whose account trades as many lines as it may: one symbol in very many closed strategies. */
async function withFullPositions(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  await bench.send({ clientOrderId: "a" });
  for (const strategy of names(POSITIONS_MAX, "s"))
    bench.state.positions.set(lineKey(AAPL, strategy), { symbol: AAPL as Symbol, strategy, position: FLAT });
  return bench;
}

describe("bounds of the account", () => {
  test("bound risk-shard/table:above: there are two rows however often the parent is heard, and none without one", async () => {
    const { bench, firm } = await child();
    const rows = () => bench.sql.exec("SELECT part FROM above").length;
    for (let each = 1; each < 20; each++) {
      firm.limits([{ ...GROSS, threshold: String(each * 1_000) }]);
      await called(bench);
      await bench.account({ parent: "acme" });
    }
    expect(rows()).toBe(2);
    await bench.account();
    expect(rows()).toBe(0);
  });

  test("bound risk-shard/table:account: there is one row however often it is put", async () => {
    const bench = new RiskBench();
    for (let index = 0; index < 3; index++) await bench.account({ equity: String(index) });
    expect(count(bench, "account")).toBe(1);
  });

  test("bound risk-shard/table:limit_set: the oldest version leaves, and is unknown then", async () => {
    const bench = await new RiskBench().ready();
    for (let index = 0; index < LIMIT_VERSIONS_MAX; index++) await bench.limits([WIDE]);
    expect(count(bench, "limit_set")).toBe(LIMIT_VERSIONS_MAX);
    const read = (version: number) => bench.desk.read((reads, now) => reads.limits(version, now));
    expect(codeOf(await read(1))).toBe("limits-unknown");
    expect(json(await read(2))).toMatchObject({ version: 2 });
  });

  async function withFullStates(): Promise<RiskBench> {
    const bench = await new RiskBench().ready();
    for (const id of names(STATES_MAX, "sector")) await bench.state_({ kind: "sector", id }, "halted");
    return bench;
  }

  test("bound risk-shard/table:trading_state: a further scope is refused, but for the account's own; a lifted one leaves", async () => {
    const bench = await withFullStates();
    const further = { kind: "sector", id: "further" };
    expect(codeOf(await bench.state_(further, "killed"))).toBe("too-many");
    expect(count(bench, "trading_state")).toBe(STATES_MAX);
    expect(codeOf(await bench.state_({ kind: "account" }, "killed"))).toBeUndefined();
    expect(count(bench, "trading_state")).toBe(STATES_MAX + 1);
    for (const id of ["sector0", "sector1"]) await bench.state_({ kind: "sector", id }, "active");
    expect(count(bench, "trading_state")).toBe(STATES_MAX - 1);
    expect(codeOf(await bench.state_(further, "killed"))).toBeUndefined();
  });

  test("bound risk-shard/state:tradingStates: present scopes can still be changed", async () => {
    const bench = await withFullStates();
    expect(codeOf(await bench.state_({ kind: "sector", id: "sector7" }, "killed"))).toBeUndefined();
    expect(bench.state.tradingStates.size).toBe(STATES_MAX);
  });
});

describe("bounds of orders", () => {
  async function withFullOrders(): Promise<RiskBench> {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a" });
    const order = bench.state.orders.get("a")!;
    for (const clientOrderId of names(WORKING_ORDERS_MAX - 1, "w"))
      bench.state.orders.set(clientOrderId, { ...order, clientOrderId });
    return bench;
  }

  test("bound risk-shard/state:orders: a further order is `overloaded`; executions and cancels go on", async () => {
    const bench = await withFullOrders();
    expect(await bench.send()).toMatchObject({ decision: "reject", code: "overloaded" });
    expect(await bench.fill("a", "1")).toMatchObject({ status: "applied" });
    expect(await bench.report({ type: "cancel", clientOrderId: "a" })).toMatchObject({ status: "applied" });
    expect(await bench.send()).toMatchObject({ decision: "accept" });
  });

  test("bound risk-shard/state:ended: empty again after each commit, whatever ended in it", async () => {
    const bench = await new RiskBench().ready();
    const ids = names(1_000, "e");
    await bench.orders(ids.map((clientOrderId) => bench.order({ clientOrderId, qty: "1" })));
    const { results } = await bench.executions(
      ids.map((clientOrderId) => ({ type: "cancel", clientOrderId })),
    );
    expect(results.every(({ status }) => status === "applied")).toBe(true);
    expect(bench.state.ended.size).toBe(0);
  });

  test("bound risk-shard/table:risk_order: the oldest ended orders leave, working ones stay", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "working" });
    await bench.send({ clientOrderId: "last" });
    const last = bench.state.orders.get("last")!;
    const ended: Omit<Order, "filled"> & { filled: string } = { ...last, status: "cancelled", filled: "0" };
    bench.sql.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
       INSERT INTO risk_order SELECT -i, 'old' || i, 'cancelled', ?2 FROM n`,
      ENDED_ORDERS_MAX + ENDED_ORDERS_SLACK_MAX,
      JSON.stringify(ended),
    );
    bench.restart();
    await bench.report({ type: "cancel", clientOrderId: "last" });
    expect(count(bench, "risk_order")).toBe(ENDED_ORDERS_MAX + 1);
    const kept = (id: string) =>
      bench.sql.exec("SELECT 1 FROM risk_order WHERE client_order_id = ?1", id).length;
    expect([kept("working"), kept("last"), kept(`old${ENDED_ORDERS_MAX + ENDED_ORDERS_SLACK_MAX}`)]).toEqual([
      1, 1, 0,
    ]);
  });

  test("bound risk-shard/table:decision: the oldest leave once Postgres has them and no remembered reply refers to them", async () => {
    const bench = await new RiskBench().ready();
    const sent = bench.order();
    const [first] = await bench.orders([sent]);
    bench.sql.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
       INSERT INTO decision SELECT -i, -i, 1, json_array(-i), '[]', 1 - i FROM n`,
      DECISIONS_MAX + 1_000,
    );
    bench.restart();
    await bench.price(AAPL, { last: "100" });
    await bench.send();
    expect(count(bench, "decision")).toBe(DECISIONS_MAX);
    expect(await bench.orders([sent])).toEqual([first]);
  });

  test.each([
    ["bound risk-shard/table:decision_history", "decision_history", DECISIONS_MAX],
    ["bound risk-shard/table:violation_history", "violation_history", VIOLATIONS_MAX],
  ])("%s: the oldest rows leave once Postgres has them", async (_title, table, max) => {
    const bench = await new RiskBench().ready();
    bench.sql.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
       INSERT INTO ${table} SELECT -i, '[]' FROM n`,
      max + HISTORY_SLACK,
    );
    bench.restart();
    await bench.price(AAPL, { last: "100" });
    await bench.send({ clientOrderId: "a" });
    // The id is used again, and overfilled.
    await bench.send({ clientOrderId: "a", qty: "7" });
    await bench.fill("a", "11");
    expect(count(bench, table)).toBe(max);
  });
});

describe("bounds of what is counted", () => {
  const limit = { kind: "max-order-rate", threshold: "5", windowMs: 1_000, scope: { kind: "symbol" } };

  async function withFullRates(): Promise<RiskBench> {
    const bench = await new RiskBench().ready([limit]);
    await bench.send();
    const window = [...bench.state.rates.values()][0]!;
    for (const symbol of names(RATE_WINDOWS_MAX - 1, "XNAS:R"))
      bench.state.rates.set(`symbol:${symbol}|1000`, window);
    return bench;
  }

  test("bound risk-shard/state:rates: where nothing leaves, an order that needs another window is `overloaded`", async () => {
    const bench = await withFullRates();
    expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "reject", code: "overloaded" });
    expect(await bench.send({ symbol: AAPL })).toMatchObject({ decision: "accept" });
    expect(bench.state.rates.size).toBe(RATE_WINDOWS_MAX);
  });

  test("bound risk-shard/table:rate_window: windows in which nothing counts any more leave, on disk too", async () => {
    const bench = await withFullRates();
    bench.clock.pass(5_000);
    expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "accept" });
    expect([...bench.state.rates.keys()]).toEqual([`symbol:${MSFT}|1000`]);
    expect(count(bench, "rate_window")).toBe(1);
  });
});

describe("bounds of positions", () => {
  test("bound risk-shard/state:positions: an order that would open a further one is `overloaded`, working ones may fill", async () => {
    const bench = await withFullPositions();
    expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "reject", code: "overloaded" });
    expect(await bench.fill("a", "10")).toMatchObject({ status: "applied" });
    expect(bench.state.positions.size).toBe(POSITIONS_MAX + 1);
    expect(await bench.send({ symbol: AAPL })).toMatchObject({ decision: "accept" });
  });

  test("bound risk-shard/table:position: a fill of no known order in a further one is refused", async () => {
    const bench = await withFullPositions();
    const before = count(bench, "position");
    const fill = await bench.fill("ghost", "1", "100", { symbol: MSFT, side: "buy" });
    expect(fill).toMatchObject({ status: "refused", code: "overloaded" });
    expect(count(bench, "position")).toBe(before);
  });

  test("bound risk-shard/state:strategyLines: there is none without a position or a working order", async () => {
    const bench = await withFullPositions();
    expect(bench.state.strategyLines.size).toBe(1);
    await bench.report({ type: "cancel", clientOrderId: "a" });
    expect(bench.state.strategyLines.size).toBe(0);
    expect(await bench.send({ symbol: MSFT })).toMatchObject({ code: "overloaded" });
    expect(bench.state.strategyLines.size).toBe(0);
  });

  test("bound risk-shard/state:strategyTotals: one for each strategy that has a line, and none after it", async () => {
    const bench = await withFullPositions();
    expect([...bench.state.strategyTotals.keys()]).toEqual([""]);
    await bench.report({ type: "cancel", clientOrderId: "a" });
    expect(bench.state.strategyTotals.size).toBe(0);
  });
});

describe("bounds of strategies", () => {
  async function withFullStrategies(): Promise<RiskBench> {
    const bench = await new RiskBench().ready();
    for (const id of names(STRATEGIES_MAX, "s")) await bench.strategy(id);
    return bench;
  }

  test("bound risk-shard/state:strategies: a further one is refused until one is closed", async () => {
    const bench = await withFullStrategies();
    expect(codeOf(await bench.strategy("more"))).toBe("too-many");
    await bench.desk.account.closeStrategy(bench.envelope(), "s0");
    expect(codeOf(await bench.strategy("more"))).toBeUndefined();
    expect(bench.state.strategies.size).toBe(STRATEGIES_MAX);
  });

  test("bound risk-shard/table:strategy: as many rows as there are open ones; legs beyond 20,000 in all are refused", async () => {
    const bench = await withFullStrategies();
    expect(count(bench, "strategy")).toBe(STRATEGIES_MAX);
    await bench.desk.account.closeStrategy(bench.envelope(), "s0");
    expect(count(bench, "strategy")).toBe(STRATEGIES_MAX - 1);
    const legs = names(LEGS_MAX, "XNAS:L").map((symbol) => ({ symbol: symbol as Symbol }));
    bench.state.strategies.set("s1", { ...bench.state.strategies.get("s1")!, legs });
    expect(codeOf(await bench.strategy("more", [{ symbol: AAPL }]))).toBe("too-many");
    expect(codeOf(await bench.strategy("more"))).toBeUndefined();
  });
});
