/** Bounds of what an account keeps of other currencies. */
import { describe, expect, test } from "vitest";
import { FX_SYMBOLS_MAX } from "../../../src/contracts/accounts.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { codeOf, RiskBench } from "./bench.ts";

const SAP = "XETR:SAP";
const NESN = "XSWX:NESN";
const EURUSD = "FX:EURUSD";

const pair = { type: "fx", exchange: "FX", tickSize: "0.0001", currency: "USD" } as const;

async function manyCurrencies(count: number): Promise<{ bench: RiskBench; fx: Record<string, string> }> {
  const bench = await new RiskBench().ready();
  const fx: Record<string, string> = {};
  for (let index = 0; index < count; index++) {
    const symbol = `FX:C${index}USD`;
    bench.instrument(symbol, pair);
    await bench.price(symbol, { last: "1.25" });
    fx[`C${index}`] = symbol;
  }
  return { bench, fx };
}

describe("bounds of currencies", () => {
  test("bound risk-shard/state:fxMarks: more currencies than that are refused, nothing changed", async () => {
    const { bench, fx } = await manyCurrencies(FX_SYMBOLS_MAX + 1);
    expect(codeOf(await bench.account({ fx }))).toBe("too-many-items");
    expect(bench.state.account).not.toHaveProperty("fx");
    const { [`C${FX_SYMBOLS_MAX}`]: _, ...most } = fx;
    expect(codeOf(await bench.account({ fx: most }))).toBeUndefined();
    expect(bench.state.fxMarks.size).toBe(FX_SYMBOLS_MAX);
  });

  test("bound risk-shard/state:purses: none in a currency that the account names no symbol for", async () => {
    const bench = await european();
    bench.instrument(NESN, { currency: "CHF", exchange: "XSWX" });
    const fill = { type: "fill", clientOrderId: "n", symbol: NESN, side: "buy", qty: "1", price: "90" };
    expect(await bench.report(fill)).toMatchObject({ status: "refused", code: "fx-missing" });
    await bench.fill("e", "1", "90", { symbol: SAP, side: "buy", fee: "1" });
    await bench.fill("u", "1", "90", { symbol: "XNAS:AAPL", side: "buy", fee: "1" });
    expect([...bench.state.purses.keys()].sort()).toEqual(["EUR", "USD"]);
  });

  test("bound risk-shard/state:unrealised: one for each symbol that is held, and none after it", async () => {
    const bench = await european();
    await bench.fill("e", "3", "90", { symbol: SAP, side: "buy" });
    expect(bench.state.unrealised.get(SAP as Symbol)).toBe(30n * 10n ** 12n);
    await bench.fill("f", "3", "95", { symbol: SAP, side: "sell" });
    expect(bench.state.unrealised.size).toBe(0);
  });

  test("bound risk-shard/state:foreignLines: the symbols of a currency leave with their lines", async () => {
    const bench = await european();
    await bench.send({ clientOrderId: "w", symbol: SAP, qty: "2" });
    expect([...bench.state.foreignLines.get("EUR")!.keys()]).toEqual([SAP]);
    await bench.report({ type: "cancel", clientOrderId: "w" });
    expect(bench.state.foreignLines.get("EUR")!.size).toBe(0);
  });
});

async function european(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  bench.instrument(SAP, { currency: "EUR", exchange: "XETR" });
  bench.instrument(EURUSD, pair);
  await bench.price(SAP, { last: "100" });
  await bench.price(EURUSD, { last: "1.25" });
  await bench.account({ fx: { EUR: EURUSD } });
  return bench;
}
