/** I5: symbols at the bound of what one shard follows. What takes too long to grow by calls is filled by hand, and then called. */
import { describe, expect, test } from "vitest";
import { MEETINGS_MAX, SYMBOLS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { lineKey } from "../../../actors/risk-shard/state.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { FLAT } from "../../../src/domain/position.ts";
import { instrumentOf } from "../../support/instruments.ts";
import { liquidityOf } from "../../support/liquidity.ts";
import { AAPL, BTC, MSFT, RiskBench } from "./bench.ts";

const count = (bench: RiskBench, table: string): number =>
  bench.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]!.n;
const names = (many: number, prefix: string): string[] =>
  Array.from({ length: many }, (_, index) => `${prefix}${index}`);

describe("bounds of symbols", () => {
  /** As many symbols as there may be, none of them used. */
  async function withFullSymbols(): Promise<RiskBench> {
    const bench = await new RiskBench().ready();
    const instrument = instrumentOf();
    for (const symbol of names(SYMBOLS_MAX, "XNAS:S") as Symbol[])
      bench.state.instruments.set(symbol, { ...instrument, symbol });
    return bench;
  }
  function useAll(bench: RiskBench): void {
    for (const symbol of bench.state.instruments.keys())
      bench.state.positions.set(lineKey(symbol, ""), { symbol, strategy: "", position: FLAT });
  }

  test("bound risk-shard/state:instruments: a symbol that is not used leaves for a further one", async () => {
    const bench = await withFullSymbols();
    expect(await bench.send()).toMatchObject({ decision: "accept" });
    expect(bench.state.instruments.size).toBe(SYMBOLS_MAX);
    expect(bench.state.instruments.has("XNAS:S0" as Symbol)).toBe(false);
  });

  test("bound risk-shard/table:instrument: it leaves the disk too; where all are used the order is `overloaded`", async () => {
    const bench = await withFullSymbols();
    await bench.send({ clientOrderId: "a" });
    expect(count(bench, "instrument")).toBe(1);
    useAll(bench);
    expect(await bench.send({ symbol: BTC, qty: "1" })).toMatchObject({
      decision: "reject",
      code: "overloaded",
    });
    expect(count(bench, "instrument")).toBe(1);
  });

  test("bound risk-shard/state:marks: leaves with its instrument", async () => {
    const bench = await withFullSymbols();
    await bench.send({ clientOrderId: "a" });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    for (const symbol of [...bench.state.instruments.keys()]) {
      if (symbol === AAPL) continue;
      bench.state.positions.set(lineKey(symbol, ""), { symbol, strategy: "", position: FLAT });
    }
    expect(await bench.send({ symbol: MSFT })).toMatchObject({ decision: "accept" });
    expect([...bench.state.marks.keys()]).toEqual([MSFT]);
  });

  test("bound risk-shard/state:liquidity: leaves with its instrument", async () => {
    const bench = await withFullSymbols();
    await bench.send({ clientOrderId: "a" });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    const symbol = AAPL as Symbol;
    const mark = bench.state.marks.get(symbol) ?? { lastChanges: 0 };
    const update = { symbol, mark, changes: [], sampled: false, liquidity: liquidityOf(2) };
    const stale = { ...update, liquidity: liquidityOf(1) };
    await bench.desk.takePrices(bench.envelope(), { hub: "hub-0", updates: [update, stale] });
    expect(bench.state.liquidity.get(symbol)).toEqual(liquidityOf(2));
    expect([...bench.state.liquidity.keys()]).toEqual([AAPL]);
    useAll(bench);
    bench.state.positions.delete(lineKey(AAPL, ""));
    await bench.send({ symbol: MSFT });
    expect(bench.state.liquidity.size).toBe(0);
  });

  test("bound risk-shard/state:previousCloses: leaves with its instrument, as a range does", async () => {
    const bench = await withFullSymbols();
    const closeOf = (version: number) => ({ version, price: 9_900, from: 0, until: 86_400_000 });
    bench.platform.closes.set(AAPL, closeOf(1));
    await bench.send({ clientOrderId: "a" });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    const symbol = AAPL as Symbol;
    const mark = bench.state.marks.get(symbol) ?? { lastChanges: 0 };
    const update = { symbol, mark, changes: [], sampled: false, previousClose: closeOf(3) };
    const stale = { ...update, previousClose: closeOf(2) };
    await bench.desk.takePrices(bench.envelope(), { hub: "hub-0", updates: [update, stale] });
    expect([...bench.state.previousCloses]).toEqual([[symbol, closeOf(3)]]);
    bench.state.ranges.set(symbol, { n: 0, from: 0, since: 0, isTorn: false, windows: [] });
    useAll(bench);
    bench.state.positions.delete(lineKey(AAPL, ""));
    await bench.send({ symbol: MSFT });
    expect([bench.state.previousCloses.size, bench.state.ranges.size]).toEqual([0, 0]);
  });

  test("bound risk-shard/state:symbolLines: there is none of a symbol that is not known", async () => {
    const bench = await withFullSymbols();
    useAll(bench);
    await bench.send({ symbol: BTC, qty: "1" });
    await bench.fill("ghost", "1", "100", { symbol: BTC, side: "buy" });
    expect(bench.state.symbolLines.size).toBe(0);
  });

  test("bound risk-shard/memory:met: leaves with its instrument", async () => {
    const bench = await withFullSymbols();
    await bench.send({ clientOrderId: "a" });
    await bench.report({ type: "cancel", clientOrderId: "a" });
    useAll(bench);
    bench.state.positions.delete(lineKey(AAPL, ""));
    await bench.send({ symbol: MSFT });
    expect(bench.desk.prices.metCount).toBe(1);
  });

  test("bound risk-shard/memory:held: only what is known is held, and it goes when it is met", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a" });
    bench.restart();
    expect(bench.desk.prices.heldCount).toBe(1);
    bench.platform.away.add(AAPL);
    await bench.fill("ghost", "1", "100", { symbol: "XNAS:NOPE", side: "buy" });
    expect(bench.desk.prices.heldCount).toBe(1);
    bench.platform.away.clear();
    bench.clock.pass(1_000);
    await bench.shown();
    expect(bench.desk.prices.heldCount).toBe(0);
  });

  test("bound risk-shard/memory:meetings: a further symbol is not asked for", async () => {
    const bench = await new RiskBench().ready();
    bench.platform.actors.instrumentDirectory = () => ({ known: () => new Promise(() => {}) }) as never;
    const symbols = names(MEETINGS_MAX + 5, "XNAS:M") as Symbol[];
    void bench.desk.prices.meet(bench.envelope(), symbols);
    expect(bench.desk.prices.meetingCount).toBe(MEETINGS_MAX);
  });
});
