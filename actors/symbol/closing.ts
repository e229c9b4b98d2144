/** When bars close, and what a trade does that comes after. */

import { RESOLUTIONS, type Resolution, type RollUpResolution } from "../../src/domain/bar.ts";
import { CLOCK_TRUST_MS, GRACE_MS, HORIZON_MS } from "../../src/domain/lateness.ts";
import { bucketStart, MINUTE_MS } from "../../src/domain/time.ts";
import type { Span } from "../../src/quant/calendar.ts";
import { hasMinutes, type MinuteBar, minuteEnd, minutesIn, placeOf, rollUp } from "./bars.ts";
import { barKey, type Changes } from "./changes.ts";
import { DAY_MS_MAX, type SymbolState, WINDOW_MS } from "./state.ts";

type Stretch = { readonly start: number; readonly end: number };

const ROLL_UPS = RESOLUTIONS.filter((resolution): resolution is RollUpResolution => resolution !== "1");

/** Closes every bar that ends by then. It never goes back. */
export function closeUntil(state: SymbolState, until: number, changes: Changes): void {
  const before = state.closedUntil;
  if (until <= before) return;
  state.closedUntil = until;
  // Every bar ends on a minute: without one between nothing closes.
  if (bucketStart(before, MINUTE_MS) === bucketStart(until, MINUTE_MS)) return;
  foldTouched(state, changes);
  closeMinutes(state, before, changes);
  for (const resolution of ROLL_UPS) closeRollUps(state, resolution, before, changes);
  forgetOld(state);
}

/** Closes every bar that has begun, of every width, and leaves the watermark where it is: the next minute forms as usual. */
export function closeBegun(state: SymbolState, at: number, changes: Changes): void {
  for (const resolution of RESOLUTIONS) {
    for (const span of formingSpans(state, resolution)) {
      const minutes = minutesIn(state.minutes, span);
      const bar = resolution === "1" ? minutes[0] : rollUp(minutes, span.start, 0);
      if (bar !== undefined) changes.told.set(barKey(resolution, span.start), { resolution, bar });
    }
  }
  state.endedAt = at;
}

/** Its end has passed, or the feed ended after its beginning. */
export const isClosed = ({ closedUntil, endedAt }: SymbolState, { start, end }: Stretch): boolean =>
  end <= closedUntil || start <= endedAt;

/** Of one width, those with a trade, oldest first. At most two: one that waits out its grace, and the newest. */
export function formingSpans(state: SymbolState, resolution: Resolution): Span[] {
  const [older, newest] = [state.closedUntil, state.watermark].map((at) =>
    state.calendar.spanOf(resolution, at),
  );
  return [older, older?.start === newest?.start ? undefined : newest].filter(
    (span): span is Span => span !== undefined && !isClosed(state, span) && hasMinutes(state.minutes, span),
  );
}

/** Whether a bar that a feed's end closed early may hold that moment. */
export const reachesEnded = ({ endedAt }: SymbolState, at: number): boolean => at < endedAt + DAY_MS_MAX;

/** A trade has gone into a minute: if that was closed, and all closed bars above it, they have one revision more. */
export function revise(state: SymbolState, minute: MinuteBar, changes: Changes): void {
  if (isClosed(state, { start: minute.start, end: minuteEnd(minute) })) {
    minute.rev += 1;
    changes.told.set(barKey("1", minute.start), { resolution: "1", bar: minute });
  } else if (!reachesEnded(state, minute.start)) {
    return;
  }
  for (const resolution of ROLL_UPS) {
    const span = state.calendar.spanOf(resolution, minute.start);
    if (!isClosed(state, span)) continue;
    const key = barKey(resolution, span.start);
    const revisions = state.revisions.get(key) ?? { rev: 0, end: span.end };
    revisions.rev += 1;
    state.revisions.set(key, revisions);
    changes.touched.set(key, { resolution, span, rev: revisions.rev });
  }
}

/** Folds the revised roll-ups again: at the end of a turn, and before minutes leave the window. */
export function foldTouched(state: SymbolState, changes: Changes): void {
  for (const [key, { resolution, span, rev }] of changes.touched) {
    const bar = rollUp(minutesIn(state.minutes, span), span.start, rev);
    if (bar !== undefined) changes.told.set(key, { resolution, bar });
  }
  changes.touched.clear();
}

/** When the clock may close the next bar, or undefined where it may not: nothing forms, or the feed is a tape or has stopped. */
export function nextCloseAt(state: SymbolState, now: number): number | undefined {
  if (!trustsClock(state, now)) return undefined;
  const ends = RESOLUTIONS.flatMap((resolution) => formingSpans(state, resolution).map(({ end }) => end));
  if (ends.length === 0) return undefined;
  const due = Math.min(...ends) + GRACE_MS;
  return due - state.watermark < CLOCK_TRUST_MS ? due : undefined;
}

/** Nothing was taken for so long that no backlog is under way: what is still missing from a bar is not on its way here. */
export const isQuiet = ({ takenAt }: SymbolState, now: number): boolean => now - takenAt >= GRACE_MS;

/** When the alarm looks: at the next close, or a grace later where that has passed and the feed was busy. `armed` stands if it will do. */
export function nextLookAt(state: SymbolState, now: number, armed: number | undefined): number | undefined {
  const due = nextCloseAt(state, now);
  if (due === undefined || due > now) return due;
  const again = now + GRACE_MS;
  return armed !== undefined && armed > now && armed <= again ? armed : again;
}

/** Minutes from here on are in memory. It moves exactly when a minute may have closed, so a reload finds the same ones. */
export const windowStart = ({ closedUntil }: SymbolState): number =>
  bucketStart(Math.max(0, closedUntil - WINDOW_MS), MINUTE_MS);

/** Whether a trade may still come for a bar that ends then. */
export const canStillBeRevised = ({ closedUntil }: SymbolState, end: number): boolean =>
  end > bucketStart(Math.max(0, closedUntil - HORIZON_MS - CLOCK_TRUST_MS), MINUTE_MS);

const trustsClock = (state: SymbolState, now: number): boolean =>
  Math.abs(now - state.watermark) < CLOCK_TRUST_MS;

function closeMinutes(state: SymbolState, before: number, changes: Changes): void {
  const first = placeOf(state.minutes, before - MINUTE_MS + 1);
  for (const minute of state.minutes.slice(first)) {
    if (minuteEnd(minute) > state.closedUntil) break;
    // It was told when the feed ended.
    if (minute.start <= state.endedAt) continue;
    changes.told.set(barKey("1", minute.start), { resolution: "1", bar: minute });
  }
}

/** From the bar that holds the earlier moment onwards; bars without a trade are passed over. */
function closeRollUps(
  state: SymbolState,
  resolution: RollUpResolution,
  before: number,
  changes: Changes,
): void {
  let span = state.calendar.spanOf(resolution, before);
  while (span.end <= state.closedUntil) {
    const told = span.start <= state.endedAt;
    const bar = told ? undefined : rollUp(minutesIn(state.minutes, span), span.start, 0);
    if (bar !== undefined) changes.told.set(barKey(resolution, span.start), { resolution, bar });
    const next = state.minutes[placeOf(state.minutes, span.end)];
    if (next === undefined) return;
    span = state.calendar.spanOf(resolution, next.start);
  }
}

/** What no tick can reach and no fold can need leaves memory. */
function forgetOld(state: SymbolState): void {
  const old = placeOf(state.minutes, windowStart(state));
  if (old > 0) {
    state.closeBefore = state.minutes[old - 1]?.c;
    state.minutes.splice(0, old);
  }
  for (const [key, { end }] of state.revisions) {
    if (!canStillBeRevised(state, end)) state.revisions.delete(key);
  }
}
