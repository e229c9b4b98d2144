import { describe, expect, test } from "vitest";
import { recount } from "../../../actors/risk-shard/funds.ts";
import { loadState } from "../../../actors/risk-shard/load.ts";
import type { RiskState } from "../../../actors/risk-shard/state.ts";
import { AAPL, BTC, type Json, MSFT, RiskBench, WIDE } from "./bench.ts";
import { Walk } from "./walk.ts";

/** Order of arrival is no part of the state: maps and lists of names are compared by name. */
function comparable({ marks: _, ...state }: RiskState): object {
  const sorted = <Value>(map: ReadonlyMap<string, Value>) =>
    new Map([...map].sort(([one], [other]) => (one < other ? -1 : 1)));
  const lines = [...sorted(state.symbolLines)].map(([symbol, line]) => [
    symbol,
    { ...line, strategies: [...line.strategies].sort() },
  ]);
  const { orders, positions, purses } = state;
  return {
    ...{
      ...state,
      symbolLines: lines,
      orders: sorted(orders),
      positions: sorted(positions),
      purses: sorted(purses),
    },
    foreignLines: [...state.foreignLines]
      .map(([, symbols]) => [...symbols.keys()].sort())
      .filter((one) => one.length > 0),
  };
}

/** Prices are not stored, nor is when a parent was heard: both sides are looked at without them. */
function unpriced(state: RiskState): RiskState {
  const strip = <Line extends { high: bigint; low: bigint; priced: boolean }>(line: Line): Line => ({
    ...line,
    high: 0n,
    low: 0n,
    priced: false,
  });
  const none = { long: 0n, short: 0n, gross: 0n, high: 0n, low: 0n, unpriced: 0 };
  const purses = [...state.purses].map(
    ([currency, purse]) => [currency, { ...purse, unrealised: 0n }] as const,
  );
  const bare: RiskState = {
    ...state,
    above: state.above && { ...state.above, currentUntil: 0 },
    fxMarks: new Map(),
    unrealised: new Map(),
    purses: new Map(purses.filter(([, purse]) => Object.values(purse).some((amount) => amount !== 0n))),
    totals: { ...state.totals, ...none },
    symbolLines: new Map([...state.symbolLines].map(([key, line]) => [key, strip(line)])),
    strategyLines: new Map([...state.strategyLines].map(([key, line]) => [key, strip(line)])),
    strategyTotals: new Map([...state.strategyTotals].map(([key, totals]) => [key, { ...totals, ...none }])),
  };
  recount(bare);
  return bare;
}

describe("R7: state after a reload equals state before", () => {
  test("at any moment of a walk", async () => {
    const walk = new Walk(99);
    await walk.begin();
    for (let step = 0; step < 600; step++) {
      await walk.step();
      if (step % 15 !== 0) continue;
      // Instruments and symbols that were only looked at are written with the next command.
      await walk.bench.check();
      const { sql, outbox, state } = walk.bench;
      expect(comparable(unpriced(loadState(sql, outbox.lastSeq)))).toEqual(comparable(unpriced(state)));
    }
  });

  test("with everything there is: account, limits, states, strategies with legs, counted rates", async () => {
    const bench = await new RiskBench().ready([
      WIDE,
      { kind: "max-order-rate", threshold: "9", windowMs: 5_000, scope: { kind: "symbol" } },
      { kind: "max-gross-exposure", threshold: "90", warnAt: "80", unit: "equity-percent", action: "reduce" },
    ]);
    bench.firm("desk");
    await bench.account({ equity: "-1.000000000001", parent: "desk" });
    await bench.strategy("alpha", [{ symbol: AAPL, qty: "-3", avgPrice: "9.5" }, { symbol: MSFT }], {
      tags: ["a"],
    });
    await bench.state_({ kind: "strategy", id: "alpha" }, "reducing");
    await bench.state_({ kind: "symbol", id: BTC }, "halted");
    await bench.send({ type: "stop-limit", stopPrice: "99", timeInForce: "gtc" });
    const before = comparable(unpriced(bench.state));
    bench.restart();
    expect(comparable(unpriced(bench.state))).toEqual(before);
    expect(bench.state.limits.limits).toHaveLength(3);
    expect(bench.state.rates.size).toBe(1);
  });
});

describe("the store", () => {
  test("keeps every version of the limits that one group puts", async () => {
    const bench = await new RiskBench().ready();
    await bench.limits([]);
    await bench.limits([WIDE]);
    expect([1, 2, 3].map((version) => bench.desk.ledger.store.limits.text(version))).toEqual([
      JSON.stringify([{ action: "reject", ...WIDE }].map(inContractOrder)),
      "[]",
      JSON.stringify([{ action: "reject", ...WIDE }].map(inContractOrder)),
    ]);
  });

  test("finds an order that ended, by its id, and the newer of two", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a" });
    const ended = (...ids: string[]) => bench.desk.ledger.store.orders.ended(ids);
    expect(ended("a").size).toBe(0);
    await bench.report({ type: "cancel", clientOrderId: "a" });
    expect(ended("a", "b").get("a")).toMatchObject({ status: "cancelled", qty: 10 });
    bench.sql.exec(
      "INSERT INTO risk_order SELECT 900, client_order_id, status, replace(payload, 'cancelled', 'expired') FROM risk_order",
    );
    bench.restart();
    expect(ended("a", "b").get("a")).toMatchObject({ status: "expired" });
  });

  test("touches nothing in a turn that changes nothing", async () => {
    const bench = await new RiskBench().ready();
    await bench.check();
    const writes = () => bench.sql.exec<{ n: number }>("SELECT total_changes() AS n")[0]!.n;
    const before = writes();
    await bench.check();
    await bench.list("orders");
    expect(writes()).toBe(before);
  });

  test("an accepted order costs at most seven written rows, however large the book is", async () => {
    const bench = await new RiskBench().ready();
    for (let index = 0; index < 50; index++) await bench.send();
    const writes = () => bench.sql.exec<{ n: number }>("SELECT total_changes() AS n")[0]!.n;
    const before = writes();
    await bench.send();
    expect(writes() - before).toBeLessThanOrEqual(7);
  });
});

/** As the contract's shape orders the fields. */
function inContractOrder({ id, kind, threshold, action }: Json): Json {
  return { id, kind, threshold, action };
}
