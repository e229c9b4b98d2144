/**
 * Limits that were reached and stay so: for one member of its scope a limit refuses whatever does not close, until a person releases it.
 * Whoever finds a limit reached asks here for the events; nothing else makes them.
 */
import { decimalText } from "../../src/domain/decimal.ts";
import { TRIPS_MAX } from "./capacity.ts";
import { isSummed } from "./checks/book-rest.ts";
import type { RiskEvent } from "./events.ts";
import { lossFound, observedLoss } from "./losses.ts";
import type { ReleaseCommand } from "./messages.ts";
import { type Refused, refuse } from "./refused.ts";
import { type Limit, NO_STRATEGY, type RiskState, type StandingState, type Trip, tripKey } from "./state.ts";
import { stateKey } from "./trading-states.ts";
import type { LimitReleased, LimitTripped, ViolationRaised } from "./watch-events.ts";

/** A limit that one member of its scope has reached, in the numbers that are compared. */
export type Reached = {
  readonly limit: Limit;
  /** Whom of the limit's scope it is about; "" of an account. */
  readonly member: string;
  readonly observed: bigint;
  readonly bound: bigint;
  /** Decimals of both. */
  readonly scale: number;
};

export const isTripped = ({ trips }: RiskState, limitId: string, member: string): boolean =>
  trips.size > 0 && trips.has(tripKey(limitId, member));

/** The trip and its violation; nothing where it stands already. Where no further trip has room, the whole account only closes. */
export function tripEvents(state: RiskState, reached: Reached, at: number): readonly RiskEvent[] {
  const { limit, member } = reached;
  if (isTripped(state, limit.id, member)) return [];
  const texts = {
    limit: decimalText(reached.bound, reached.scale),
    observed: decimalText(reached.observed, reached.scale),
  };
  const violation = violationOf(reached, texts, at);
  if (state.trips.size >= TRIPS_MAX) return stopped(state, violation, at);
  const { id: limitId, kind: code } = limit;
  const tripped: LimitTripped = {
    ...{ kind: "limit-tripped", at, limitId, code, scope: limit.scope.kind, member },
    ...texts,
  };
  return [tripped, violation];
}

type Texts = Pick<LimitTripped, "limit" | "observed">;

function violationOf({ limit, member }: Reached, texts: Texts, at: number): ViolationRaised {
  const { kind } = limit.scope;
  return {
    kind: "violation-raised",
    at,
    code: limit.kind,
    symbol: kind === "symbol" ? member : undefined,
    strategy: kind === "strategy" ? member : NO_STRATEGY,
    limitId: limit.id,
    ...(isSummed(kind) ? { member } : {}),
    ...texts,
  };
}

/** Said once: while the account stands so, nothing that does not close gets through anyway. */
function stopped(state: RiskState, violation: ViolationRaised, at: number): readonly RiskEvent[] {
  if (state.tradingStates.has(stateKey("account", undefined))) return [];
  const standing: StandingState = {
    scope: { kind: "account" },
    state: "reducing",
    reason: "too many limits are tripped to note a further one",
    by: "risk-shard",
    at,
  };
  return [violation, { kind: "state-set", at, standing }];
}

/** Of one member, or of all that the limit is tripped for. */
export function decideRelease(
  state: RiskState,
  { limitId, body, by }: ReleaseCommand,
  at: number,
): { readonly events: readonly LimitReleased[] } | Refused {
  if (state.account === undefined) return refuse("account-unknown", "put the account first");
  if (body.by !== by) return refuse("principal-mismatch", "`by` is the subject of the credential");
  const { member, reason } = body;
  const released = [...state.trips.values()].filter(
    (trip) => trip.limitId === limitId && (member === undefined || trip.member === member),
  );
  if (released.length === 0)
    return refuse("trip-unknown", "the limit is not tripped, or not for this member");
  if (isStillReached(state, limitId, released))
    return refuse(
      "limit-reached",
      "the loss of the day is still above the limit: raise that, or wait for the next day",
    );
  return { events: released.map((trip) => releasedEvent(trip, reason, by, at)) };
}

/** A day's loss would trip again with the next price; a drawdown begins anew, and of other kinds the window has passed or their measure says. */
function isStillReached(state: RiskState, limitId: string, released: readonly Trip[]): boolean {
  return released.some(({ member }) => {
    // A member may have one of its own, under the same id.
    const limit = state.limits.limits.find((one) => one.id === limitId && isFor(one, member));
    const found = limit?.kind === "max-daily-loss" ? lossFound(state, limit, member) : undefined;
    return limit !== undefined && found !== undefined && observedLoss(limit.kind, found) > limit.threshold;
  });
}

const isFor = ({ scope, except }: Limit, member: string): boolean =>
  scope.kind === "account" || (scope.id === undefined ? except?.has(member) !== true : scope.id === member);

/** When a set of limits takes the place of another: what was tripped and is no limit of it any more, is released by who put the set. */
export function tripsLeftBy(
  { trips }: RiskState,
  limits: readonly Limit[],
  { version, by }: { readonly version: number; readonly by: string },
  at: number,
): readonly LimitReleased[] {
  if (trips.size === 0) return [];
  const kinds = new Map(limits.map(({ id, kind }) => [id, kind]));
  return [...trips.values()]
    .filter(({ limitId, kind }) => kinds.get(limitId) !== kind)
    .map((trip) => releasedEvent(trip, `version ${version} of the limits has no such limit`, by, at));
}

const releasedEvent = ({ limitId, member }: Trip, reason: string, by: string, at: number): LimitReleased => ({
  kind: "limit-released",
  at,
  limitId,
  member,
  reason,
  by,
});

/** As lists and replies show it. */
export const tripText = ({ limitId, member, kind, limit, observed, at }: Trip): string =>
  JSON.stringify({ limitId, member: member === "" ? null : member, kind, limit, observed, at });
