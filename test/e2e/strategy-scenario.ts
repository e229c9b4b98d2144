/** A strategy is marked to market with the candles that brute force makes of the same ticks and fills. */
import { expect, test } from "vitest";
import { eventually } from "../../scripts/faults/audit.ts";
import { seeded } from "../../scripts/faults/seeded.ts";
import { m2mByBruteForce, type OracleChange, type OracleFill } from "../support/m2m-oracle.ts";
import type { Decision, World } from "./world.ts";

const MINUTE = 60_000;

export function strategyScenario(world: () => World): void {
  const legs = ["XTEST:LEGA", "XTEST:LEGB"];
  const start = Math.floor(Date.now() / MINUTE) * MINUTE - 4 * MINUTE;

  type Candle = { t: number; sampled: boolean; state: string; rev: number };
  type Shown = Candle & Record<string, unknown>;

  test("is marked to market with the candles of a brute-force recomputation from ticks and fills", async () => {
    for (const leg of legs) await world().registerInstrument(leg);
    await world().put("/v1/accounts/pairs", { currency: "USD", equity: "1000000" });
    // The story lies minutes back in event time, so the account admits prices of that age.
    await world().put("/v1/accounts/pairs/limits", {
      limits: [{ id: "age", kind: "max-price-age", threshold: "600000", action: "reject" }],
    });
    const opening = [
      { symbol: legs[0], qty: "10", avgPrice: "50" },
      { symbol: legs[1], qty: "-20", avgPrice: "25.5" },
    ];
    const { id } = await world().post<{ id: string }>("/v1/strategies", {
      name: "pair",
      account: "pairs",
      instruments: opening,
      tags: ["e2e"],
    });
    const { changes, fills } = await live(id);
    const openings = [
      openingFill(legs[0] ?? "", "buy", "10", "50"),
      openingFill(legs[1] ?? "", "sell", "20", "25.5"),
    ];
    const expected = m2mByBruteForce(
      legs.map((symbol) => ({ symbol, multiplier: "1" })),
      changes,
      [...openings, ...fills],
    );
    const shown = async (): Promise<Shown[]> =>
      (await world().get<{ candles: Shown[] }>(`/v1/strategies/${id}/m2m?resolution=1&from=${start}`))
        .candles;
    const ticks = (candles: readonly Shown[]): number =>
      candles.reduce((sum, candle) => sum + Number(candle.tickCount), 0);
    const candles = await eventually(shown, (found) => ticks(found) >= changes.length);
    expect(candles.map((candle) => candle.t)).toEqual(expected.map((candle) => candle.t));
    const exact = candles.filter((candle) => !candle.sampled);
    // Where nothing failed nothing may hide behind `sampled` but the minute in which the strategy came to know its legs.
    expect(exact.length).toBeGreaterThanOrEqual(expected.length - 1);
    for (const { sampled: _, state: __, rev: ___, ...candle } of exact) {
      expect(candle).toEqual(expected.find((one) => one.t === candle.t));
    }
  });

  const openingFill = (symbol: string, side: "buy" | "sell", qty: string, price: string): OracleFill => ({
    symbol,
    side,
    qty,
    price,
    fee: "0",
    ts: start,
    opening: true,
  });

  /** Four minutes of both legs in order of time, in small posts, with a fill now and then. */
  async function live(strategy: string): Promise<{ changes: OracleChange[]; fills: OracleFill[] }> {
    const random = seeded(5);
    const prices = new Map([
      [legs[0], 5_000],
      [legs[1], 2_550],
    ]);
    const changes: OracleChange[] = [];
    const fills: OracleFill[] = [];
    for (let at = 0; at < 220; at++) {
      const symbol = legs[at % 2] ?? "";
      const cents = (prices.get(symbol) ?? 0) + 1 + Math.floor(random() * 40) - (at % 4 < 2 ? 20 : 21);
      if (cents !== prices.get(symbol)) {
        prices.set(symbol, cents);
        const change = { symbol, ts: start + at * 1_000, price: (cents / 100).toFixed(2) };
        changes.push(change);
        await world().post("/v1/ticks", {
          source: "e2e",
          ticks: [{ type: "trade", ...change, size: "1", id: `m${at}` }],
        });
      }
      if (at % 37 === 36) fills.push(await filled(strategy, symbol, at, random));
    }
    return { changes, fills };
  }

  async function filled(
    strategy: string,
    symbol: string,
    at: number,
    random: () => number,
  ): Promise<OracleFill> {
    const side = random() < 0.5 ? "buy" : "sell";
    const fill = {
      symbol,
      side,
      qty: String(1 + Math.floor(random() * 15)),
      price: symbol === legs[0] ? "50.25" : "25.75",
      fee: "0.35",
      ts: start + at * 1_000 + 500,
    } as const;
    const order = {
      clientOrderId: `m${at}`,
      strategy,
      symbol,
      side,
      type: "limit",
      qty: fill.qty,
      price: fill.price,
    };
    const { decisions } = await world().post<{ decisions: Decision[] }>("/v1/accounts/pairs/orders", order);
    expect(decisions[0]).toMatchObject({ decision: "accept" });
    const execution = {
      type: "fill",
      execId: `m${at}`,
      clientOrderId: `m${at}`,
      qty: fill.qty,
      price: fill.price,
      fee: fill.fee,
      ts: fill.ts,
    };
    await world().post("/v1/accounts/pairs/executions", { executions: [execution] });
    return fill;
  }
}
