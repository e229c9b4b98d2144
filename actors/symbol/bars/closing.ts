/** When bars close, and what a trade does that comes after. */

import { RESOLUTIONS, type Resolution, ROLL_UPS, type RollUpResolution } from "../../../src/domain/bar.ts";
import { CLOCK_TRUST_MS, GRACE_MS } from "../../../src/domain/lateness.ts";
import { bucketStart, DAY_MS, MINUTE_MS } from "../../../src/domain/time.ts";
import type { BarSpan } from "../../../src/quant/span.ts";
import { type BarChanges, barKey } from "../changes.ts";
import type { BarTrack, SymbolState } from "../state.ts";
import { type Bar, barsIn, type MinuteBar, minuteEnd, placeOf } from "./bars.ts";
import { foldOf, forgetOld, hasTrades } from "./window.ts";

type Stretch = { readonly start: number; readonly closesAt: number };

/** The longest bar that is built: a month, and what its first and last trading day reach beyond its dates. */
const BAR_MS_MAX = 34 * DAY_MS;

/** Closes every bar that ends by then. It never goes back. */
export function closeUntil(state: BarTrack, until: number, changes: BarChanges): void {
  const before = state.closedUntil;
  if (until <= before) return;
  const mayClose = passesMinute(state, until);
  state.closedUntil = until;
  if (!mayClose) return;
  foldTouched(state, changes);
  closeMinutes(state, before, changes);
  for (const resolution of ROLL_UPS) closeRollUps(state, resolution, before, changes);
  forgetOld(state);
}

/** Every bar ends on a minute: without one between nothing closes. */
export const passesMinute = ({ closedUntil }: Pick<BarTrack, "closedUntil">, until: number): boolean =>
  bucketStart(closedUntil, MINUTE_MS) < bucketStart(until, MINUTE_MS);

/** Closes every bar that has begun, of every width, and leaves the watermark where it is: the next minute forms as usual. */
export function closeBegun(state: BarTrack, at: number, changes: BarChanges): void {
  for (const resolution of RESOLUTIONS) {
    for (const span of formingSpans(state, resolution)) {
      const bar = resolution === "1" ? barsIn(state.minutes, span)[0] : closedBar(state, resolution, span);
      if (bar !== undefined) changes.told.set(barKey(resolution, span.start), { resolution, bar });
    }
  }
  state.endedAt = at;
}

/** Its trading is over, or the feed ended after its beginning. */
export const isClosed = (
  { closedUntil, endedAt }: Pick<BarTrack, "closedUntil" | "endedAt">,
  { start, closesAt }: Stretch,
): boolean => closesAt <= closedUntil || start <= endedAt;

/** Of one width, those with a trade, oldest first. At most two: one that waits out its grace, and the newest. */
export function formingSpans(state: BarTrack, resolution: Resolution): BarSpan[] {
  const [older, newest] = [state.closedUntil, state.watermark].map((at) =>
    state.calendar.spanOf(resolution, at),
  );
  return [older, older?.start === newest?.start ? undefined : newest].filter(
    (span): span is BarSpan => span !== undefined && !isClosed(state, span) && hasTrades(state, span),
  );
}

/** Whether a bar that a feed's end closed early may hold that moment. */
export const reachesEnded = ({ endedAt }: BarTrack, at: number): boolean => at < endedAt + BAR_MS_MAX;

/** A trade has gone into a minute: if that was closed, and all closed bars above it, they have one revision more. */
export function revise(state: BarTrack, minute: MinuteBar, changes: BarChanges): void {
  if (isClosed(state, { start: minute.start, closesAt: minuteEnd(minute) })) {
    minute.rev += 1;
    changes.told.set(barKey("1", minute.start), { resolution: "1", bar: minute });
  } else if (!reachesEnded(state, minute.start) && !isAfterSession(state, minute.start)) {
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

/** Days and wider bars close with their last session, the others when they end. */
function isAfterSession(state: BarTrack, at: number): boolean {
  const day = state.calendar.dayAt(at);
  if (isClosed(state, day)) return true;
  // Its week and its month close with its session, or later.
  if (day.stretches.length > 0) return false;
  const { calendar } = state;
  return isClosed(state, calendar.spanOf("1W", at)) || isClosed(state, calendar.spanOf("1M", at));
}

/** Folds the revised roll-ups again: at the end of a turn, and before minutes leave the window. */
export function foldTouched(state: BarTrack, changes: BarChanges): void {
  for (const [key, { resolution, span, rev }] of changes.touched) {
    const bar = foldOf(state, span, rev);
    if (bar !== undefined) changes.told.set(key, { resolution, bar });
  }
  changes.touched.clear();
}

/** When the clock may close the next bar, or undefined where it may not: nothing forms, or the feed is a tape or has stopped. */
export function nextCloseAt(state: SymbolState, now: number): number | undefined {
  if (!trustsClock(state, now)) return undefined;
  const tracks: readonly BarTrack[] = state.quotes === undefined ? [state] : [state, state.quotes];
  const due = tracks.reduce(earliestClose, Number.POSITIVE_INFINITY) + GRACE_MS;
  return due - state.watermark < CLOCK_TRUST_MS ? due : undefined;
}

/** The one that is given, or of the forming bars the first to close. Asked in each turn: whether a bar has trades is looked up only where it matters. */
function earliestClose(earliest: number, track: BarTrack): number {
  let found = earliest;
  for (const resolution of RESOLUTIONS) {
    for (const at of [track.closedUntil, track.watermark]) {
      const span = track.calendar.spanOf(resolution, at);
      if (span.closesAt < found && !isClosed(track, span) && hasTrades(track, span)) found = span.closesAt;
    }
  }
  return found;
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

const trustsClock = (state: BarTrack, now: number): boolean =>
  Math.abs(now - state.watermark) < CLOCK_TRUST_MS;

function closeMinutes(state: BarTrack, before: number, changes: BarChanges): void {
  const first = placeOf(state.minutes, before - MINUTE_MS + 1);
  for (const minute of state.minutes.slice(first)) {
    if (minuteEnd(minute) > state.closedUntil) break;
    // It was told when the feed ended.
    if (minute.start <= state.endedAt) continue;
    changes.told.set(barKey("1", minute.start), { resolution: "1", bar: minute });
  }
}

/** Final, or one revision more where one that started there was told by other trading hours. */
function closedBar(state: BarTrack, resolution: RollUpResolution, span: BarSpan): Bar | undefined {
  const told = state.revisions.get(barKey(resolution, span.start));
  if (told !== undefined) told.rev += 1;
  return foldOf(state, span, told?.rev ?? 0);
}

/** From the bar that holds the earlier moment onwards; bars without a trade are passed over. */
function closeRollUps(
  state: BarTrack,
  resolution: RollUpResolution,
  before: number,
  changes: BarChanges,
): void {
  let span = state.calendar.spanOf(resolution, before);
  while (span.closesAt <= state.closedUntil) {
    const told = span.closesAt <= before || span.start <= state.endedAt;
    const bar = told ? undefined : closedBar(state, resolution, span);
    if (bar !== undefined) changes.told.set(barKey(resolution, span.start), { resolution, bar });
    const next = state.minutes[placeOf(state.minutes, span.end)];
    if (next === undefined) return;
    span = state.calendar.spanOf(resolution, next.start);
  }
}
