/** After a fill: limits on repeated executions that it reaches. */
import { memberOf, type Subject } from "./applied-limits.ts";
import type { RiskEvent } from "./events.ts";
import { flowFor } from "./flow.ts";
import { countAt, rateKey } from "./rates.ts";
import type { RiskState } from "./state.ts";
import { tripEvents } from "./trips.ts";

/** Asked once for each fill that was booked, of the line that it was booked in. */
export function repeatedExecutions(state: RiskState, line: Subject, at: number): RiskEvent[] {
  return flowFor(state, line).executions.flatMap((limit) => {
    const window = state.rates.get(rateKey(limit, line));
    // One that could not be counted may have been one too many.
    const observed =
      window === undefined ? limit.threshold : BigInt(countAt(window, limit.windowMs ?? 0, at));
    if (observed < limit.threshold) return [];
    const reached = { limit, member: memberOf(limit, line), observed, bound: limit.threshold, scale: 0 };
    return tripEvents(state, reached, at);
  });
}
