/** Symbols that the account goes by now: held, worked, named by its rates, or of an open strategy. */
import { fxEntries } from "./fx.ts";
import type { RiskState } from "./state.ts";

export function usedSymbols(state: RiskState): Set<string> {
  const used = new Set<string>(state.symbolLines.keys());
  for (const [, symbol] of fxEntries(state.account)) used.add(symbol);
  for (const { symbol } of state.positions.values()) used.add(symbol);
  for (const { legs } of state.strategies.values()) for (const { symbol } of legs) used.add(symbol);
  return used;
}
