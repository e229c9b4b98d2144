/** Whether the shard's bounds leave room for one more order or position. */
import { limitsFor } from "./applied-limits.ts";
import {
  POSITIONS_MAX,
  RATE_LIMITS_MAX,
  RATE_WINDOWS_MAX,
  SYMBOLS_MAX,
  WORKING_ORDERS_MAX,
} from "./capacity.ts";
import type { OrderTerms } from "./messages.ts";
import { hasRateRoom } from "./rates.ts";
import { lineKey, type RiskState } from "./state.ts";

export function hasRoomFor(state: RiskState, terms: OrderTerms, at: number): boolean {
  if (state.orders.size >= WORKING_ORDERS_MAX) return false;
  if (!state.instruments.has(terms.symbol) && state.instruments.size >= SYMBOLS_MAX) return false;
  if (!hasPositionRoom(state, terms.symbol, terms.strategy)) return false;
  // Far from the bound no limit has to be looked at: there are no more of them than this.
  if (state.rates.size + RATE_LIMITS_MAX <= RATE_WINDOWS_MAX) return true;
  const { rates } = limitsFor(state.limits.limits, terms);
  return rates.length === 0 || hasRateRoom(state, rates, terms, at);
}

export const hasPositionRoom = (state: RiskState, symbol: string, strategy: string): boolean =>
  state.positions.size < POSITIONS_MAX || state.positions.has(lineKey(symbol, strategy));
