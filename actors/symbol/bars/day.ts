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
  const day = state.calendar.dayAt(state.watermark);
  return {
    today: foldOf(state, day, 0),
    previousClose: closeOf(state.minutes, placeOf(state.minutes, day.start)) ?? state.closeBefore,
  };
}
