/** What follows from a mark: a symbol's lines and positions are worth something else, and so is all that is held in a currency that it leads from. */
import type { Symbol } from "../../src/domain/ids.ts";
import { revalue } from "./exposure.ts";
import { recount, reprice } from "./funds.ts";
import { fxEntries, fxMarkNow } from "./fx.ts";
import type { FxMark, RiskState } from "./state.ts";

/** After a new mark, or new reference data. */
export function remark(state: RiskState, symbol: Symbol): void {
  revalue(state, symbol);
  reprice(state, symbol);
  for (const [currency, named] of fxEntries(state.account)) if (named === symbol) rerate(state, currency);
}

/** After the account was put, or loaded: it may name other symbols than before, or start from another capital. */
export function restate(state: RiskState): void {
  const named = fxEntries(state.account).map(([currency]) => currency);
  for (const currency of new Set([...state.fxMarks.keys(), ...named])) rerate(state, currency);
  recount(state);
}

function rerate(state: RiskState, currency: string): void {
  const before = state.fxMarks.get(currency);
  const after = fxMarkNow(state, currency);
  if (after === undefined) state.fxMarks.delete(currency);
  else state.fxMarks.set(currency, after);
  if (isSameRate(before, after)) return;
  recount(state);
  for (const symbol of state.foreignLines.get(currency)?.keys() ?? []) revalue(state, symbol);
}

const isSameRate = (one: FxMark | undefined, other: FxMark | undefined): boolean =>
  one?.times === other?.times && one?.over === other?.over;
