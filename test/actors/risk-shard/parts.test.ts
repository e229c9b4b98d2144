import { describe, expect, test } from "vitest";
import { loadState } from "../../../actors/risk-shard/load.ts";
import { AAPL, type Json, MSFT, type RiskBench, WIDE } from "./bench.ts";
import { PartsBench } from "./parts-bench.ts";

async function trading(limits: readonly Json[] = [WIDE]): Promise<PartsBench> {
  const bench = new PartsBench(2);
  const main = bench.part(0);
  await main.ready(limits);
  for (const part of bench.parts.slice(1)) {
    part.platform.marks.set(AAPL, main.platform.marks.get(AAPL)!);
    part.platform.marks.set(MSFT, main.platform.marks.get(MSFT)!);
  }
  return bench;
}

const positionsOf = async (bench: RiskBench): Promise<Json[]> => {
  const page = bench.desk.ledger.state.positions;
  return [...page.values()].map(({ symbol, position }) => ({ symbol, qty: String(position.qty) }));
};

describe("a symbol that moves", () => {
  test("takes lines, orders, remembered ids and journals along, and leaves nothing of them", async () => {
    const bench = await trading();
    const [main, other] = [bench.part(0), bench.part(1)];
    const first = await main.send({ clientOrderId: "m1", symbol: MSFT });
    await main.fill("m1", "4", "101");
    await main.send({ clientOrderId: "m2", symbol: MSFT, replaces: "m1", qty: "12" });
    await main.send({ clientOrderId: "a1" });
    await main.fill("a1", "3");
    await bench.adopt();
    const before = main.state.totals;
    await bench.move([MSFT], 1);
    expect(await positionsOf(main)).toEqual([{ symbol: AAPL, qty: "3" }]);
    expect(await positionsOf(other)).toEqual([{ symbol: MSFT, qty: "4" }]);
    expect([...main.state.orders.keys()]).toEqual(["a1"]);
    expect([...other.state.orders.keys()]).toEqual(["m1", "m2"]);
    expect(main.state.totals.gross + other.state.totals.gross).toBe(before.gross);
    for (const part of bench.parts) {
      const { positions, orders } = loadState(part.sql, part.outbox.lastSeq);
      expect(positions).toEqual(part.state.positions);
      expect(orders).toEqual(part.state.orders);
    }
    expect(await other.orders([main.order({ clientOrderId: "m1", symbol: MSFT })])).toEqual([first]);
  });
});
