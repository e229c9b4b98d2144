/** A page of bars from the actor's own window: rows of closed ones, and the forming ones folded on the spot. */
import { isResolution, type Resolution } from "../../src/domain/bar.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { BarRange, BarRows } from "./bar-rows.ts";
import { barText, closedStateOf, isPartial } from "./bar-text.ts";
import { type Bar, minuteEnd } from "./bars.ts";
import { formingSpans, isClosed } from "./closing.ts";
import type { BarPage, BarQuery } from "./messages.ts";
import type { SymbolState } from "./state.ts";
import { foldOf } from "./window.ts";

type Rows = Pick<BarRows, "page" | "oldest">;
type Shown = { readonly bar: Bar; readonly closed: boolean };

export function barPage(
  state: SymbolState,
  rows: Rows,
  instrument: Instrument,
  query: BarQuery,
): ActorReply<BarPage> {
  const { resolution, from = 0, to = Number.MAX_SAFE_INTEGER, limit } = query;
  if (!isResolution(resolution)) return refusal("resolution-unsupported", "bars of this width are not built");
  const shown = barsShown(state, rows, resolution, { from, to, limit });
  const bars = shown.slice(-limit).map(({ bar, closed }) => {
    const partial = isPartial(state, resolution, bar.start);
    return barText(bar, closed ? closedStateOf(bar) : "forming", partial, instrument);
  });
  const oldest = rows.oldest(resolution);
  if (shown.length >= limit || oldest === undefined || from >= oldest) return answer({ bars });
  return answer({ bars, olderThan: Math.min(oldest, to) });
}

/** Ascending; the closed ones are at most `limit`, the newest of the range. */
export const barsShown = (
  state: BarTrack,
  rows: Rows,
  resolution: Resolution,
  range: BarRange,
): readonly Shown[] => [
  ...closedIn(state, rows, resolution, range),
  ...formingIn(state, resolution, range.from, range.to),
];

/** Minutes have a row from their first trade on, wider bars once they have closed. */
function closedIn(state: SymbolState, rows: Rows, resolution: Resolution, range: BarRange): Shown[] {
  return rows.page(resolution, range).map((bar) => {
    const closed = resolution !== "1" || isClosed(state, { start: bar.start, closesAt: minuteEnd(bar) });
    return { bar, closed };
  });
}

function formingIn(state: SymbolState, resolution: Resolution, from: number, to: number): Shown[] {
  if (resolution === "1") return [];
  return formingSpans(state, resolution).flatMap((span) => {
    if (span.start < from || span.start >= to) return [];
    const bar = foldOf(state, span, 0);
    return bar === undefined ? [] : [{ bar, closed: false }];
  });
}
