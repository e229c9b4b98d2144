/** A page of bars from the actor's own window: rows of closed ones, and the forming ones folded on the spot. */
import { isResolution, type Resolution } from "../../../src/domain/bar.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { type ActorReply, answer, refusal } from "../../runtime/reply.ts";
import type { BarPage, BarQuery } from "../messages.ts";
import type { BarTrack, SymbolState } from "../state.ts";
import type { BarRange, BarRows } from "./bar-rows.ts";
import { barText, closedStateOf, isPartial } from "./bar-text.ts";
import { type Bar, minuteEnd } from "./bars.ts";
import { formingSpans, isClosed } from "./closing.ts";
import { type ImportedBars, pageBeyond } from "./imported-bars.ts";
import { foldOf } from "./window.ts";

type Rows = Pick<BarRows, "page" | "oldest">;
type Imported = Pick<ImportedBars, "until" | "oldestRow">;
type Shown = { readonly bar: Bar; readonly closed: boolean };

export function barPage(
  state: SymbolState,
  rows: Rows,
  instrument: Instrument,
  query: BarQuery,
  imported: Imported = NOTHING_IMPORTED,
): ActorReply<BarPage> {
  const { resolution, from = 0, to = Number.MAX_SAFE_INTEGER, limit } = query;
  if (!isResolution(resolution)) return refusal("resolution-unsupported", "bars of this width are not built");
  const shown = barsShown(state, rows, resolution, { from, to, limit });
  const bars = shown.slice(-limit).map(({ bar, closed }) => {
    const partial = isPartial(state, resolution, bar.start);
    return barText(bar, closed ? closedStateOf(bar) : "forming", partial, instrument);
  });
  const beyond = barsBeyond(state, rows, resolution, imported, { from, to, full: shown.length >= limit });
  return answer({ bars, ...beyond });
}

/** Where the bars of a range go on in Postgres; `full` where the page has all that was asked for. */
export function barsBeyond(
  state: SymbolState,
  rows: Pick<Rows, "oldest">,
  resolution: Resolution,
  imported: Imported,
  { from, to, full }: { readonly from: number; readonly to: number; readonly full: boolean },
): Omit<BarPage, "bars"> {
  const until = imported.until(resolution);
  const own = until === undefined ? undefined : oldestOwn(state, resolution, imported);
  return pageBeyond(until, { from, to }, { trimmed: rows.oldest(resolution), own, full });
}

const NOTHING_IMPORTED = { until: () => undefined, oldestRow: () => undefined };

/** A forming bar that is not a minute has no row. */
function oldestOwn(
  state: SymbolState,
  resolution: Resolution,
  bars: Pick<Imported, "oldestRow">,
): number | undefined {
  return bars.oldestRow(resolution) ?? formingSpans(state, resolution)[0]?.start;
}

/** Ascending; the closed ones are at most `limit`, the newest of the range. */
export function barsShown(
  state: BarTrack,
  rows: Rows,
  resolution: Resolution,
  range: BarRange,
): readonly Shown[] {
  const closed = closedIn(state, rows, resolution, range);
  const forming = formingIn(state, resolution, range.from, range.to);
  const [first] = forming;
  const newest = closed.at(-1);
  if (first === undefined || newest === undefined || newest.bar.start < first.bar.start)
    return [...closed, ...forming];
  // Other trading hours may form a bar around one that has closed, or in its place.
  const apart = closed.filter(({ bar }) => forming.every((one) => one.bar.start !== bar.start));
  return [...apart, ...forming].sort((one, other) => one.bar.start - other.bar.start);
}

/** Minutes have a row from their first trade on, wider bars once they have closed. */
function closedIn(state: BarTrack, rows: Rows, resolution: Resolution, range: BarRange): Shown[] {
  return rows.page(resolution, range).map((bar) => {
    const closed = resolution !== "1" || isClosed(state, { start: bar.start, closesAt: minuteEnd(bar) });
    return { bar, closed };
  });
}

function formingIn(state: BarTrack, resolution: Resolution, from: number, to: number): Shown[] {
  if (resolution === "1") return [];
  return formingSpans(state, resolution).flatMap((span) => {
    if (span.start < from || span.start >= to) return [];
    const bar = foldOf(state, span, 0);
    return bar === undefined ? [] : [{ bar, closed: false }];
  });
}
