/** Where something may be booked: in a known instrument of a currency that leads to the account's, on a line that there is or is room for. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { isBookable } from "./fx.ts";
import { hasPositionRoom } from "./room.ts";
import { lineKey, NO_STRATEGY, type RiskState } from "./state.ts";

export type NotBookable = "instrument-unknown" | "fx-missing" | "strategy-unknown" | "overloaded";

export function bookable(state: RiskState, symbol: Symbol, strategy: string): Instrument | NotBookable {
  const instrument = state.instruments.get(symbol);
  if (instrument === undefined) return "instrument-unknown";
  if (!isBookable(state.account, instrument.currency)) return "fx-missing";
  if (state.positions.has(lineKey(symbol, strategy))) return instrument;
  if (strategy !== NO_STRATEGY && !state.strategies.has(strategy)) return "strategy-unknown";
  return hasPositionRoom(state, symbol, strategy) ? instrument : "overloaded";
}
