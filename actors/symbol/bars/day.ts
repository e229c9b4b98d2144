/** The trading day so far, by event time: its minutes, folded. */

import type { SymbolState } from "../state.ts";
import { type Bar, placeOf } from "./bars.ts";
import { closeOf, foldOf } from "./window.ts";

export type DayStatistics = {
  /** Undefined before the day's first trade. */
  readonly today: Bar | undefined;
  /** Price of the last trade before the day began. */
  readonly previousClose: number | undefined;
};

/** The day is that of the newest tick, trade or quote. A late trade counts for its own day only. */
export function dayStatistics(state: SymbolState): DayStatistics {
  if (state.listeningSince === undefined) return { today: undefined, previousClose: undefined };
  return {
    today: foldOf(state, state.calendar.dayAt(state.watermark), 0),
    previousClose: previousCloseOf(state),
  };
}

/** Undefined before the first tick, and where nothing was traded before the day. */
export function previousCloseOf(state: SymbolState): number | undefined {
  if (state.listeningSince === undefined) return undefined;
  const { start } = state.calendar.dayAt(state.watermark);
  return closeOf(state.minutes, placeOf(state.minutes, start)) ?? state.closeBefore;
}
