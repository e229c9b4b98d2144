/** How many bars before the first one that is shown a run begins. */
import { DAY_MS } from "../../domain/time.ts";
import type { Indicator } from "./definition.ts";

/**
 * 3.5 days of minutes, and all that an exponential mean of 200 remembers. Of Wilder's mean of 500, the slowest that there is, the bars
 * before them have a share of 1 in 20,000.
 */
export const RUN_IN_BARS_MAX = 5_000;
/** A trading day with what lies before and behind its session, at its longest: when a clock is put back. */
const DAY_AT_MOST_MS = DAY_MS + 60 * 60 * 1_000;

/** Bars before the first one shown; `widthMs` is that of a bar, undefined for days and wider. */
export function runInBars({ memoryBars, definition }: Indicator, widthMs: number | undefined): number {
  if (memoryBars !== null) return Math.min(RUN_IN_BARS_MAX, Math.max(0, memoryBars - 1));
  const { anchor } = definition;
  if (anchor === "start" || anchor === undefined) return RUN_IN_BARS_MAX;
  const perDay = widthMs === undefined ? 1 : Math.ceil(DAY_AT_MOST_MS / widthMs);
  return Math.min(RUN_IN_BARS_MAX, anchor === "day" ? perDay : 2 * perDay);
}
