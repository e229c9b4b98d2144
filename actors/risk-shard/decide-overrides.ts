/** Rules of thresholds that stand in place of others for a while. */
import { isLooser } from "../../src/domain/limit-diff.ts";
import { DAY_MS } from "../../src/domain/time.ts";
import type { RiskEvent } from "./events.ts";
import type { LimitOrigin, PendingLimits, PlannedOverride } from "./limit-records.ts";
import { after, crowded, gone, type Planned, planned, waiting, withOthers } from "./limits-in-force.ts";
import type { LimitsCommand } from "./messages.ts";
import { baseOf, limitsIn, type Override, overridesIn, suits } from "./overrides.ts";
import { type Refused, refuse } from "./refused.ts";
import type { Account, RiskState } from "./state.ts";

type OverrideCommand = Extract<LimitsCommand, { readonly type: "override" }>;

/** What stands longer than a month is no exception from a limit, it is the limit. */
const OVERRIDE_MS_MAX = 31 * DAY_MS;

export function putOverride(
  state: RiskState,
  account: Account,
  { body, by }: OverrideCommand,
  at: number,
): Planned {
  const { limitId, member, threshold, until, reason } = body;
  if (until <= at || until > at + OVERRIDE_MS_MAX)
    return refuse("range", "`until` lies in the past, or more than 31 days ahead");
  const plan: PlannedOverride = {
    ...{ what: "override", onBase: baseOf(state.limits).version, limitId, threshold, until },
    ...(member === undefined ? {} : { member }),
  };
  const fault = overrideFault(state, plan);
  if (fault !== undefined) return fault;
  const full = crowded(state, plan.what);
  if (full !== undefined) return full;
  const loosens = account.fourEyes === true && isLoosening(state, plan) ? [limitId] : [];
  const pending = { plan, by, at, reason, loosens };
  if (loosens.length > 0) return waiting(state, { ...pending, status: "proposed" });
  return begin(state, { ...pending, status: "in-force", id: `override-${state.seq + 1}` }, at);
}

/** Why a limit cannot have this threshold in place of its own. */
function overrideFault(state: RiskState, plan: PlannedOverride): Refused | undefined {
  const found = limitsIn(baseOf(state.limits).text).find(({ id }) => id === plan.limitId);
  if (found === undefined) return refuse("limits-unknown", `no limit ${plan.limitId} is in force`);
  return suits(found, plan)
    ? undefined
    : refuse("field-combination", "the limit has no threshold, or no such member in its scope");
}

/** Than the limit as it was put, or than what stands in its place now; or what stands there is tighter, and would end sooner. */
function isLoosening(state: RiskState, plan: PlannedOverride): boolean {
  const { limitId, member, threshold } = plan;
  const found = limitsIn(baseOf(state.limits).text).find(({ id }) => id === limitId);
  if (found?.threshold === undefined) return true;
  const standing = overridesIn(state).filter(
    ({ plan }) => plan.limitId === limitId && (plan.member === undefined || plan.member === member),
  );
  if (replacedBy(state, plan).some((one) => one.plan.until > plan.until && endLoosens(state, one)))
    return true;
  const { kind } = found;
  return [found.threshold, ...standing.map(({ plan }) => plan.threshold)].some((before) =>
    isLooser(kind, threshold, before),
  );
}

/** Those that it takes the place of. */
const replacedBy = (state: RiskState, { limitId, member }: PlannedOverride): Override[] =>
  overridesIn(state).filter(({ plan }) => plan.limitId === limitId && plan.member === member);

/** It takes the place of an earlier one of the same. */
export function begin(state: RiskState, override: Override, at: number): Planned {
  const { plan, id, by, approvedBy, reason } = override;
  const others = overridesIn(state);
  const replaced = replacedBy(state, plan);
  const origin: LimitOrigin = {
    ...{ what: "override", ref: id },
    ...(reason === undefined ? {} : { reason }),
    ...(approvedBy === undefined ? {} : { approvedBy }),
  };
  return after(
    [...replaced.map((other) => gone("replaced", other, { by, reason: id, at })), planned("begun", override)],
    withOthers(
      state,
      [...others.filter((other) => !replaced.includes(other)), override],
      { by, since: at, origin },
      at,
    ),
  );
}

export function endLoosens(state: RiskState, { plan }: Override): boolean {
  const found = limitsIn(baseOf(state.limits).text).find(({ id }) => id === plan.limitId);
  return found?.threshold !== undefined && isLooser(found.kind, found.threshold, plan.threshold);
}

export function expire(
  state: RiskState,
  entry: PendingLimits,
  { until }: PlannedOverride,
  at: number,
): readonly RiskEvent[] {
  const { id, by } = entry;
  const ended = gone("ended", entry, { by, at });
  if (entry.status !== "in-force") return [ended];
  const others = overridesIn(state).filter((other) => other.id !== id);
  const decided = withOthers(
    state,
    others,
    { by, since: until, origin: { what: "override-ended", ref: id } },
    at,
  );
  return "refuse" in decided ? [ended] : [ended, ...decided.events];
}
