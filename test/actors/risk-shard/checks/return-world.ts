/** The book of four symbols whose bars are known: two move alike, one against them, one by itself. */
import { RETURNS_MAX, type ReturnNews, type ReturnResolution } from "../../../../src/domain/bar-return.ts";
import type { Symbol } from "../../../../src/domain/ids.ts";
import { matrixOf } from "../../../quant/covariance/oracle.ts";
import { type Json, RiskBench } from "../bench.ts";
import { BARE, CHIP, CODE, hold, OIL, WIDE } from "./book-world.ts";

export const SYMBOLS = [CHIP, CODE, OIL, BARE];
export const FIRST_SLOT = 20_000;
export const BARS = 60;
export const LAMBDA = 0.94;

/** In billionths. */
const MOVES: Readonly<Record<string, (slot: number) => number>> = {
  [CHIP]: (slot) => 1e7 * Math.sin(slot),
  [CODE]: (slot) => 1.5e7 * Math.sin(slot) + 4e6 * Math.cos(3 * slot),
  [OIL]: (slot) => -8e6 * Math.sin(slot) + 6e6 * Math.sin(5 * slot),
  [BARE]: (slot) => 2e7 * Math.cos(7 * slot),
};
export const returnOf = (symbol: string, slot: number): number => Math.round(MOVES[symbol]!(slot));

export function knowBars(
  bench: RiskBench,
  symbol: string,
  count = BARS,
  resolution: ReturnResolution = "1D",
): void {
  const slots = Array.from({ length: count }, (_, index) => FIRST_SLOT + BARS - count + index);
  const returns = slots.map((slot) => [slot, returnOf(symbol, slot)] as const).slice(-RETURNS_MAX);
  bench.platform.returns.set(symbol, { resolution, barsPerDay: resolution === "1D" ? 1 : 24, returns });
}

/** An account of 100,000; each symbol is at 100 and has told all of its bars. */
export async function returnWorld(
  limits: readonly Json[],
  held: Readonly<Record<string, string>> = {},
  account: Json = {},
): Promise<RiskBench> {
  const bench = new RiskBench();
  for (const symbol of SYMBOLS) {
    bench.instrument(symbol);
    if (!bench.platform.returns.has(symbol)) knowBars(bench, symbol);
  }
  await bench.account({ equity: "100000", ...account });
  await bench.limits([WIDE]);
  for (const symbol of SYMBOLS) await bench.price(symbol, { last: "100" });
  for (const [symbol, qty] of Object.entries(held)) await hold(bench, symbol, qty);
  await bench.limits(limits);
  return bench;
}

/** A hub tells what bars have returned. */
export async function tellBars(
  bench: RiskBench,
  symbol: string,
  ...returns: readonly ReturnNews[]
): Promise<void> {
  const mark = bench.platform.marks.get(symbol)!;
  const update = { symbol: symbol as Symbol, mark, changes: [], sampled: false, returns };
  await bench.desk.takePrices(bench.envelope(), { hub: "hub-0", updates: [update] });
}

/** Of `SYMBOLS`, from the returns alone. */
export function fullMatrix(lambda = LAMBDA): number[][] {
  const slots = Array.from({ length: BARS }, (_, index) => FIRST_SLOT + index);
  const returns = new Map(
    SYMBOLS.map((symbol) => [symbol, new Map(slots.map((slot) => [slot, returnOf(symbol, slot) / 1e9]))]),
  );
  return matrixOf(returns, SYMBOLS, lambda, slots);
}
