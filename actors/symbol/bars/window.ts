/** What of a symbol's past is in memory: the minutes of every trading day that a trade may still reach, and the days before them that its weeks and months need. */

import { CLOCK_TRUST_MS, HORIZON_MS } from "../../../src/domain/lateness.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { bucketStart, MINUTE_MS } from "../../../src/domain/time.ts";
import type { Span } from "../../../src/quant/span.ts";
import { barKey } from "../changes.ts";
import type { BarTrack } from "../state.ts";
import { type Bar, barsIn, isPriced, placeOf, rollUp } from "./bars.ts";

/** No trade that is earlier changes a bar. The clock may run ahead of the ticks. It moves exactly when a minute may have closed, so a reload finds the same. */
export const reachableSince = ({ closedUntil }: Pick<BarTrack, "closedUntil">): EpochMs =>
  bucketStart(Math.max(0, closedUntil - HORIZON_MS - CLOCK_TRUST_MS), MINUTE_MS);

/** Minutes from here on are in memory: whole trading days, so that each of them can be folded. */
export const windowStart = (state: BarTrack): EpochMs => state.calendar.dayAt(reachableSince(state)).start;

/** Days from here on, up to the window, are in memory: those of the week and of the month that can still change. */
export function daysStart({ calendar, ...state }: Pick<BarTrack, "calendar" | "closedUntil">): number {
  const at = reachableSince(state);
  return Math.min(calendar.spanOf("1W", at).start, calendar.spanOf("1M", at).start);
}

/** Whether a bar that ends then may still change: by a trade, or, all through its day, by a volume of the day that shrinks. */
export const canStillBeRevised = (state: BarTrack, end: number): boolean => end > windowStart(state);

/** The fold of a span: of the days before the window, and of minutes from there on. Undefined where nothing was traded in it. */
export function foldOf({ days, minutes }: BarTrack, span: Span, rev: number): Bar | undefined {
  const before = barsIn(days, span);
  const since = barsIn(minutes, span);
  return rollUp(before.length === 0 ? since : [...before, ...since], span.start, rev);
}

export function hasTrades({ days, minutes }: BarTrack, span: Span): boolean {
  return holdsOne(minutes, span) || holdsOne(days, span);
}

/** What no tick can reach leaves memory: minutes as their days, and days when no week or month needs them. */
export function forgetOld(state: BarTrack): void {
  const start = windowStart(state);
  const old = placeOf(state.minutes, start);
  if (old > 0) {
    state.closeBefore = closeOf(state.minutes, old) ?? state.closeBefore;
    keepDaysOf(state, start);
    state.minutes.splice(0, old);
  }
  const oldDays = placeOf(state.days, daysStart(state));
  if (oldDays > 0) state.days.splice(0, oldDays);
  for (const [key, { end }] of state.revisions) {
    if (!canStillBeRevised(state, end)) state.revisions.delete(key);
  }
}

/** Of the newest minute before a place that has a price. */
export function closeOf(minutes: readonly Bar[], place: number): number | undefined {
  for (let index = place - 1; index >= 0; index--) {
    const minute = minutes[index];
    if (minute !== undefined && isPriced(minute)) return minute.c;
  }
  return undefined;
}

function keepDaysOf({ calendar, minutes, days, revisions }: BarTrack, until: number): void {
  for (let first = minutes[0]; first !== undefined && first.start < until; ) {
    const day = calendar.dayAt(first.start);
    const { rev } = revisions.get(barKey("1D", day.start)) ?? { rev: 0 };
    const bar = rollUp(barsIn(minutes, day), day.start, rev);
    if (bar !== undefined) days.push(bar);
    first = minutes[placeOf(minutes, day.end)];
  }
}

function holdsOne(bars: readonly Bar[], { start, end }: Span): boolean {
  for (let at = placeOf(bars, start); at < bars.length; at++) {
    const bar = bars[at];
    if (bar === undefined || bar.start >= end) return false;
    if (isPriced(bar)) return true;
  }
  return false;
}
