/** Where a moment goes that comes after its time is folded for good. */
import { bucketStart, MINUTE_MS } from "../../src/domain/time.ts";
import type { Moment } from "./moment.ts";
import type { Span, StrategyState } from "./state.ts";

export type Placed = { readonly moment: Moment; readonly span?: Span };

/**
 * At its own time while that can still be folded again. Otherwise at the start of what is not final yet: the total is right from there
 * on, and every candle between the two is marked.
 */
export function placed(state: StrategyState, moment: Moment): Placed {
  const { floor } = state.timeline;
  if (floor === undefined || state.timeline.admits(moment)) return { moment };
  const ts = Math.max(state.finalThrough, floor.ts + 1);
  return { moment: { ...moment, ts }, span: minutesFrom(moment.ts, ts) };
}

export const minutesFrom = (from: number, to: number): Span => ({
  from: bucketStart(Math.min(from, to), MINUTE_MS),
  to: bucketStart(to, MINUTE_MS),
});
