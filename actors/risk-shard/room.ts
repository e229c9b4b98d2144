/** Whether the shard's bounds leave room for one more order or position. */
import { limitsFor } from "./applied-limits.ts";
import {
  DAY_COUNTS_MAX,
  POSITIONS_MAX,
  RATE_LIMITS_MAX,
  RATE_WINDOWS_MAX,
  SYMBOLS_MAX,
  WORKING_ORDERS_MAX,
} from "./capacity.ts";
import { hasDayRoom } from "./day-counts.ts";
import { flowOf } from "./flow-limits.ts";
import type { OrderTerms } from "./messages.ts";
import { hasRateRoom } from "./rates.ts";
import { lineKey, type RiskState } from "./state.ts";

export function hasRoomFor(state: RiskState, terms: OrderTerms, at: number): boolean {
  if (state.orders.size >= WORKING_ORDERS_MAX) return false;
  if (!state.instruments.has(terms.symbol) && state.instruments.size >= SYMBOLS_MAX) return false;
  if (!hasPositionRoom(state, terms.symbol, terms.strategy)) return false;
  // Far from the bounds no limit has to be looked at: an order counts in no more windows and days than these.
  const isFar =
    state.rates.size + 3 * RATE_LIMITS_MAX <= RATE_WINDOWS_MAX && state.dayCounts.size < DAY_COUNTS_MAX - 2;
  return isFar || hasCountRoom(state, terms, at);
}

/** An order that counts nowhere would be let through by what counts it. */
function hasCountRoom(state: RiskState, terms: OrderTerms, at: number): boolean {
  const applied = limitsFor(state.limits.limits, terms);
  const { messages, executions, days } = flowOf(applied);
  const windows = [...applied.rates, ...messages, ...executions];
  return (
    (windows.length === 0 || hasRateRoom(state, windows, terms, at)) && hasDayRoom(state, days, terms, at)
  );
}

export const hasPositionRoom = (state: RiskState, symbol: string, strategy: string): boolean =>
  state.positions.size < POSITIONS_MAX || state.positions.has(lineKey(symbol, strategy));
