/** Other trading hours for bars that are forming. What is stored keeps its span; what the new hours have closed already is told at once, so that no trade is without its bars. */
import { ROLL_UPS, type RollUpResolution } from "../../../src/domain/bar.ts";
import { HOUR_MS, MINUTE_MS } from "../../../src/domain/time.ts";
import type { BarCalendar } from "../../../src/quant/bar-calendar.ts";
import { type BarChanges, barKey, type Changes } from "../changes.ts";
import type { BarTrack, SymbolState } from "../state.ts";
import type { BarRows } from "./bar-rows.ts";
import { placeOf } from "./bars.ts";
import { formingSpans, isClosed } from "./closing.ts";
import { loadRevisions, refillTrack } from "./track-rows.ts";
import { foldOf, forgetOld } from "./window.ts";

/** From where on bars of each width have not closed. */
export type FormingSince = ReadonlyMap<RollUpResolution, number>;

/** The version before knew four wider widths, and days from midnight to midnight: a moment of 26 hours later is of the next one. */
const WIDTHS_BEFORE: Partial<Record<RollUpResolution, number>> = {
  "5": 5 * MINUTE_MS,
  "15": 15 * MINUTE_MS,
  "60": HOUR_MS,
  "1D": 26 * HOUR_MS,
};

/** What forms by the hours that are. */
export type Hours = {
  readonly calendar: BarCalendar;
  readonly trades: FormingSince;
  readonly quotes: FormingSince | undefined;
};
type Tracks = { readonly bars: BarRows; readonly quotes: { readonly bars: BarRows } };

export const hoursOf = (state: SymbolState): Hours => ({
  calendar: state.calendar,
  trades: formingSince(state),
  quotes: state.quotes === undefined ? undefined : formingSince(state.quotes),
});

/** Where the hours are others now; or where bars of quotes are asked for again, and go on with what the disk has. */
export function leaveHours(before: Hours, state: SymbolState, rows: Tracks, changes: Changes): void {
  if (before.quotes === undefined && state.quotes !== undefined) {
    refillTrack(state.quotes, rows.quotes.bars);
    loadRevisions(state.quotes, rows.quotes.bars);
  }
  if (state.calendar === before.calendar) return;
  closeByNewHours(state, before.trades, rows.bars, changes);
  if (state.quotes === undefined || before.quotes === undefined) return;
  closeByNewHours(state.quotes, before.quotes, rows.quotes.bars, changes.quotes);
}

function formingSince(track: BarTrack): FormingSince {
  const found = new Map<RollUpResolution, number>();
  for (const resolution of ROLL_UPS) {
    const [oldest] = formingSpans(track, resolution);
    if (oldest !== undefined) found.set(resolution, oldest.start);
  }
  return found;
}

/** On a disk of the version before: behind the newest bar that it has closed, or all that is in memory. */
export function formingBefore(track: BarTrack, rows: Pick<BarRows, "page">): FormingSince {
  const found = new Map<RollUpResolution, number>();
  for (const resolution of ROLL_UPS) {
    const [newest] = rows.page(resolution, { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1 });
    const width = WIDTHS_BEFORE[resolution];
    const since =
      newest === undefined || width === undefined ? track.minutes[0]?.start : newest.start + width;
    if (since !== undefined) found.set(resolution, since);
  }
  return found;
}

/** When the new hours are those of the track. */
export function closeByNewHours(
  track: BarTrack,
  since: FormingSince,
  rows: BarRows,
  changes: BarChanges,
): void {
  refillTrack(track, rows, firstDay(track, since));
  for (const [resolution, from] of since) closeFrom(track, resolution, from, { rows, changes });
  forgetOld(track);
  loadRevisions(track, rows);
}

/** By the new hours, that of what was forming. Weeks and months are folded from days before it. */
function firstDay({ calendar }: BarTrack, since: FormingSince): number {
  const moments = [...since].filter(([resolution]) => !isWide(resolution)).map(([, start]) => start);
  return moments.length === 0 ? Number.POSITIVE_INFINITY : calendar.dayAt(Math.min(...moments)).start;
}

function closeFrom(
  track: BarTrack,
  resolution: RollUpResolution,
  from: number,
  { rows, changes }: { readonly rows: BarRows; readonly changes: BarChanges },
): void {
  let span = track.calendar.spanOf(resolution, from);
  while (isClosed(track, span)) {
    const bar = foldOf(track, span, revisionAfter(rows, resolution, span.start));
    if (bar !== undefined) {
      const key = barKey(resolution, span.start);
      if (bar.rev > 0) track.revisions.set(key, { rev: bar.rev, end: span.end });
      changes.told.set(key, { resolution, bar });
    }
    const next = track.minutes[placeOf(track.minutes, span.end)];
    if (next === undefined) return;
    span = track.calendar.spanOf(resolution, next.start);
  }
}

const isWide = (resolution: RollUpResolution): boolean => resolution === "1W" || resolution === "1M";

/** A bar that started there may have been told, with another end. */
function revisionAfter(rows: Pick<BarRows, "page">, resolution: RollUpResolution, start: number): number {
  const [told] = rows.page(resolution, { from: start, to: start + 1, limit: 1 });
  return told === undefined ? 0 : told.rev + 1;
}
