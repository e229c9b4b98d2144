/** When a repeating timer ticks, and which of the ticks that it missed still count. */
import { Cron } from "croner";
import { assert } from "../../src/domain/assert.ts";
import { type EpochMs, MINUTE_MS } from "../../src/domain/time.ts";

/** Missed ticks that the policy `all` makes up for, the newest of them: a handler that runs more often than that in one turn stalls its actor. */
export const MISSED_TICKS_MAX = 100;
/** The platform's alarms come up to a minute late: a tick that is later was missed. */
export const LATE_TICK_MS = MINUTE_MS;

/**
 * What becomes of ticks that fell into a time when the actor did not run. `skip`: a late tick is passed over. `once`: the newest
 * one counts, however late. `all`: each counts, the oldest first.
 */
export type MissedTicks = "skip" | "once" | "all";

export type Repeat =
  | { readonly kind: "every"; readonly periodMs: number; readonly missed: MissedTicks }
  | {
      readonly kind: "cron";
      readonly pattern: string;
      readonly timeZone: string;
      readonly missed: MissedTicks;
    };

/** The ticks from `first`, which is due, to `now` that count. */
export function ticksToFire(repeat: Repeat, first: EpochMs, now: EpochMs): EpochMs[] {
  if (repeat.missed === "all") return newestTicks(repeat, first, now, MISSED_TICKS_MAX);
  const newest = newestTicks(repeat, first, now, 1);
  return repeat.missed === "once" ? newest : newest.filter((tick) => now - tick <= LATE_TICK_MS);
}

/** The next tick after `now` of a timer that was due at `due`. */
export function nextTick(repeat: Repeat, due: EpochMs, now: EpochMs): EpochMs {
  if (repeat.kind === "cron") return cronAfter(repeat.pattern, repeat.timeZone, now);
  const behind = Math.max(0, Math.floor((now - due) / repeat.periodMs));
  return (due + (behind + 1) * repeat.periodMs) as EpochMs;
}

/** At most `count` ticks in [first, now], ascending, the newest ones. */
function newestTicks(repeat: Repeat, first: EpochMs, now: EpochMs, count: number): EpochMs[] {
  if (repeat.kind === "cron") return newestCronTicks(repeat.pattern, repeat.timeZone, first, now, count);
  const last = Math.floor((now - first) / repeat.periodMs);
  const from = Math.max(0, last - count + 1);
  const tickAt = (index: number): EpochMs => (first + (from + index) * repeat.periodMs) as EpochMs;
  return Array.from({ length: last - from + 1 }, (_, index) => tickAt(index));
}

/** From the newest back, so that a minute pattern that missed a year is not walked through from its start. */
function newestCronTicks(
  pattern: string,
  timeZone: string,
  first: EpochMs,
  now: EpochMs,
  count: number,
): EpochMs[] {
  const beyond = new globalThis.Date(now + 1); // Strictly before it.
  const ticks = new Cron(pattern, { timezone: timeZone }).previousRuns(count, beyond);
  return ticks
    .map((tick) => tick.getTime() as EpochMs)
    .filter((tick) => tick >= first)
    .reverse();
}

function cronAfter(pattern: string, timeZone: string, at: EpochMs): EpochMs {
  const next = new Cron(pattern, { timezone: timeZone }).nextRun(new globalThis.Date(at));
  assert(next !== null, "a cron pattern of ours always has a next tick");
  return next.getTime() as EpochMs;
}
