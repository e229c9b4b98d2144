/** Other trading hours for bars that are forming. What is stored keeps its span; what the new hours have closed already is told at once, so that no trade is without its bars. */
import { ROLL_UPS, type RollUpResolution } from "../../src/domain/bar.ts";
import type { BarRows } from "./bar-rows.ts";
import { placeOf } from "./bars.ts";
import { barKey, type Changes } from "./changes.ts";
import { formingSpans, isClosed } from "./closing.ts";
import type { SymbolState } from "./state.ts";
import { foldOf, forgetOld } from "./window.ts";

/** From where on bars of each width have not closed. */
export type FormingSince = ReadonlyMap<RollUpResolution, number>;

export function formingSince(state: SymbolState): FormingSince {
  const found = new Map<RollUpResolution, number>();
  for (const resolution of ROLL_UPS) {
    const [oldest] = formingSpans(state, resolution);
    if (oldest !== undefined) found.set(resolution, oldest.start);
  }
  return found;
}

/** By the new hours, the first day of what was forming. Weeks and months are folded from days before it. */
export function daysSince({ calendar }: SymbolState, before: FormingSince): number {
  const starts = [...before].map(([resolution, start]) =>
    isWide(resolution) ? Number.POSITIVE_INFINITY : start,
  );
  const oldest = Math.min(...starts);
  return oldest === Number.POSITIVE_INFINITY ? oldest : calendar.dayAt(oldest).start;
}

/** When the new hours are the state's, and memory holds their days. */
export function closeByNewHours(
  state: SymbolState,
  before: FormingSince,
  rows: Pick<BarRows, "page">,
  changes: Changes,
): void {
  for (const [resolution, since] of before) {
    let span = state.calendar.spanOf(resolution, since);
    while (isClosed(state, span)) {
      const bar = foldOf(state, span, revisionAfter(rows, resolution, span.start));
      if (bar !== undefined) {
        const key = barKey(resolution, span.start);
        if (bar.rev > 0) state.revisions.set(key, { rev: bar.rev, end: span.end });
        changes.told.set(key, { resolution, bar });
      }
      const next = state.minutes[placeOf(state.minutes, span.end)];
      if (next === undefined) break;
      span = state.calendar.spanOf(resolution, next.start);
    }
  }
  forgetOld(state);
}

const isWide = (resolution: RollUpResolution): boolean => resolution === "1W" || resolution === "1M";

/** A bar that started there may have been told, with another end. */
function revisionAfter(rows: Pick<BarRows, "page">, resolution: RollUpResolution, start: number): number {
  const [told] = rows.page(resolution, { from: start, to: start + 1, limit: 1 });
  return told === undefined ? 0 : told.rev + 1;
}
