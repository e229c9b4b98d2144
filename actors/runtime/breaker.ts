/**
 * When to stop asking what does not answer, as rules without time, disk or calls of their own:
 *
 *   closed ──(half of 20 calls in 10 s, or 5 in a row, failed)──▶ open ──(its time is over, somebody asks)──▶ half-open
 *      ▲                                                           ▲                                            │
 *      └────────────────────(the probe came home)──────────────────┼────────────────────────────────────────────┤
 *                                                                  └──────(the probe failed: twice as long)─────┘
 */
import type { EpochMs } from "../../src/domain/time.ts";
import type { Bound } from "./bounds.ts";
import type { BreakerStanding } from "./report.ts";

/** Failures without a success between them that open it: a dead host is recognised by few callers too. */
export const FAILURES_IN_ROW_MAX = 5;
/** Calls of the window that have to be known before their share says anything. */
export const WINDOW_CALLS_MIN = 20;
/** Share of failures among them that opens it. */
export const FAILED_SHARE_MAX = 0.5;
/** The window is this many whole seconds, the running one among them. */
export const WINDOW_BUCKETS = 10;
const BUCKET_MS = 1_000;
/** A restart of Postgres is often over by then. */
export const OPEN_MS = 5_000;
/** Whatever lasts longer is looked at once a minute. */
export const OPEN_MS_MAX = 60_000;
/** Up to this share of an open time is taken off by chance, so that many breakers do not probe together. */
export const OPEN_JITTER = 0.2;
/** A probe that has not come home by then is lost, and another one goes: longer than any deadline of ours. */
export const PROBE_LOST_MS = 30_000;
/** What those are told to wait who come while the probe is under way: it is usually home by then. */
export const PROBING_RETRY_MS = 1_000;

export const breakerWindowBound: Bound = {
  collection: "memory:breaker_window",
  max: WINDOW_BUCKETS,
  unit: "entries",
  atBound: "A second that is over ten seconds old leaves when the next call is counted.",
};

type Bucket = { readonly second: number; readonly calls: number; readonly failures: number };
type Turn = {
  /** Rises with each change: what was admitted in an earlier turn has no say in this one. */
  readonly turn: number;
  readonly since: EpochMs;
};
export type Closed = Turn & {
  readonly state: "closed";
  readonly failuresInRow: number;
  readonly window: readonly Bucket[];
};
export type Open = Turn & { readonly state: "open"; readonly until: EpochMs; readonly openMs: number };
export type HalfOpen = Turn & { readonly state: "half-open"; readonly openMs: number };
export type BreakerState = Closed | Open | HalfOpen;

/** `failed` only where nobody is there: an answer that refuses shows that somebody is. */
export type Outcome = "answered" | "failed";
export type Admission = { readonly state: BreakerState; readonly retryAfterMs: number | undefined };

export const closedSince = (since: EpochMs, turn = 0): Closed => ({
  ...{ state: "closed", turn, since },
  ...{ failuresInRow: 0, window: [] },
});

/** Somebody wants to call: he may, in the turn of the state that is answered, unless he is told when to come again. */
export function admit(breaker: BreakerState, now: EpochMs): Admission {
  if (breaker.state === "closed") return { state: breaker, retryAfterMs: undefined };
  const waitMs = waitOf(breaker, now);
  if (waitMs > 0) return { state: breaker, retryAfterMs: waitMs };
  const { turn, openMs } = breaker;
  return { state: { state: "half-open", turn: turn + 1, since: now, openMs }, retryAfterMs: undefined };
}

/** What a call that was admitted in `turn` came to. `fraction` in [0, 1) is chance. */
export function settle(
  breaker: BreakerState,
  turn: number,
  outcome: Outcome,
  now: EpochMs,
  fraction: number,
): BreakerState {
  if (turn !== breaker.turn || breaker.state === "open") return breaker;
  if (breaker.state === "half-open") {
    if (outcome === "answered") return closedSince(now, turn + 1);
    return openFor(Math.min(OPEN_MS_MAX, breaker.openMs * 2), turn + 1, now, fraction);
  }
  const counted = count(breaker, outcome, now);
  return mustOpen(counted) ? openFor(OPEN_MS, turn + 1, now, fraction) : counted;
}

/** How it stands: once its time is over it only waits for a call to be the probe. */
export function standingOf(breaker: BreakerState, name: string, now: EpochMs): BreakerStanding {
  if (breaker.state === "open" && waitOf(breaker, now) === 0)
    return { name, state: "half-open", since: breaker.until };
  return { name, state: breaker.state, since: breaker.since };
}

/** A clock that was set back must not prolong what it was to end. */
function waitOf(breaker: Open | HalfOpen, now: EpochMs): number {
  if (now < breaker.since) return 0;
  if (breaker.state === "open") return Math.max(0, breaker.until - now);
  return now < breaker.since + PROBE_LOST_MS ? PROBING_RETRY_MS : 0;
}

function openFor(openMs: number, turn: number, now: EpochMs, fraction: number): Open {
  const until = (now + openMs - Math.floor(openMs * OPEN_JITTER * fraction)) as EpochMs;
  return { state: "open", turn, since: now, until, openMs };
}

function count(breaker: Closed, outcome: Outcome, now: EpochMs): Closed {
  const second = Math.floor(now / BUCKET_MS);
  const failed = Number(outcome === "failed");
  const recent = breaker.window.filter((one) => one.second > second - WINDOW_BUCKETS && one.second <= second);
  const running = recent.find((one) => one.second === second) ?? { second, calls: 0, failures: 0 };
  const counted = { second, calls: running.calls + 1, failures: running.failures + failed };
  return {
    ...breaker,
    failuresInRow: failed === 1 ? breaker.failuresInRow + 1 : 0,
    window: [...recent.filter((one) => one !== running), counted],
  };
}

function mustOpen({ failuresInRow, window }: Closed): boolean {
  if (failuresInRow >= FAILURES_IN_ROW_MAX) return true;
  const calls = window.reduce((sum, bucket) => sum + bucket.calls, 0);
  const failures = window.reduce((sum, bucket) => sum + bucket.failures, 0);
  return calls >= WINDOW_CALLS_MIN && failures >= calls * FAILED_SHARE_MAX;
}
