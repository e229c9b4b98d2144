/** The next version of the limits in force, and what waits to be one: the events of both. */

import type { ParentLimit } from "../runtime/escrow/messages.ts";
import { PENDING_LIMITS_MAX, PENDING_SETS_MAX } from "./capacity.ts";
import type { RiskEvent } from "./events.ts";
import { inheritedFrom, measuredIn, withInherited } from "./inherited-limits.ts";
import { leftAbove } from "./left-above.ts";
import type { LimitOrigin, LimitsPlanned, PendingLimits } from "./limit-records.ts";
import { limitsFrom } from "./limit-set.ts";
import { baseOf, limitsIn, type Override, overridesIn, suited, withOverrides } from "./overrides.ts";
import { ownOf } from "./parts-splittable.ts";
import { type Refused, refuse } from "./refused.ts";
import type { LimitSet, RiskState } from "./state.ts";
import { tripsLeftBy } from "./trips.ts";

export type Planned = { readonly events: readonly RiskEvent[] } | Refused;

type Said = { readonly reason?: string; readonly plan: PendingLimits["plan"] };
export const saidOf = ({ reason, plan }: Said): Pick<LimitOrigin, "reason" | "template"> => ({
  ...(reason === undefined ? {} : { reason }),
  ...(plan.what === "set" && plan.template !== undefined ? { template: plan.template } : {}),
});

/** Under an id of its own until its time has come, or somebody approves. */
export function waiting(state: RiskState, pending: Omit<PendingLimits, "id">): Planned {
  const full = crowded(state, pending.plan.what);
  if (full !== undefined) return full;
  const id = `${pending.status === "proposed" ? "proposal" : "scheduled"}-${state.seq + 1}`;
  return { events: [planned(pending.status === "proposed" ? "proposed" : "scheduled", { ...pending, id })] };
}

export function crowded(
  { pendingLimits }: RiskState,
  what: PendingLimits["plan"]["what"],
): Refused | undefined {
  const same = [...pendingLimits.values()].filter(({ plan }) => plan.what === what).length;
  return pendingLimits.size >= PENDING_LIMITS_MAX || (what === "set" && same >= PENDING_SETS_MAX)
    ? refuse("too-many", "too much waits already, or stands for a while; end some of it first")
    : undefined;
}

type Change = LimitsPlanned["change"];

export const planned = (change: Change, entry: PendingLimits): LimitsPlanned => ({
  kind: "limits-planned",
  at: entry.at,
  id: entry.id,
  what: entry.plan.what,
  change,
  entry,
  by: entry.by,
  ...(entry.reason === undefined ? {} : { reason: entry.reason }),
});

export const gone = (
  change: Change,
  { id, plan }: PendingLimits,
  { by, reason, at }: { readonly by: string; readonly reason?: string | undefined; readonly at: number },
): LimitsPlanned => ({
  ...{ kind: "limits-planned", at, id, what: plan.what, change, by },
  ...(reason === undefined ? {} : { reason }),
});

export type Brought = { readonly by: string; readonly since: number; readonly origin: LimitOrigin };

/** The next version: these limits with the overrides that stand. One whose limit is not among them ends. */
export function inForce(
  state: RiskState,
  { text, overrides = overridesIn(state), base, inherited = state.limits.inherited }: Basis,
  { by, since, origin }: Brought,
  at: number,
): Planned {
  const limits = limitsIn(text);
  const kept = suited(limits, overrides);
  const version = state.limits.version + 1;
  const shown = withOverrides(limits, kept);
  const own = limitsFrom(ownOf(state, shown), state.account?.account ?? "");
  if ("refuse" in own) return own;
  const above = inherited && measuredIn(state, inherited);
  const compiled = withInherited(own, inheritedFrom(above ?? []) ?? []);
  const put: LimitSet = {
    ...{ version, limits: compiled, since, by, origin },
    text: kept.length === 0 ? text : JSON.stringify(shown),
    ...(kept.length === 0 && base === undefined ? {} : { base: { version: base ?? version, text } }),
    ...(above === undefined || above.length === 0 ? {} : { inherited: above }),
  };
  const ended = overrides.filter((override) => !kept.includes(override));
  return {
    events: [
      ...ended.map((override) => gone("ended", override, { by, reason: "its limit is put no more", at })),
      { kind: "limits-put", at, set: put, by },
      ...tripsLeftBy(state, compiled, { version, by }, at),
      ...leftAbove(state, state.limits.limits, compiled, at),
    ],
  };
}

type Basis = {
  readonly text: string;
  readonly overrides?: readonly Override[];
  /** Where the limits as they were put are those of an earlier version. */
  readonly base?: number;
  /** Absent: those that are inherited now. */
  readonly inherited?: readonly ParentLimit[] | undefined;
};

/** The same limits as they were put, beside other ones from above. */
export function withInheritedSet(
  state: RiskState,
  inherited: readonly ParentLimit[],
  brought: Brought,
  at: number,
): Planned {
  const base = baseOf(state.limits);
  return inForce(state, { text: base.text, base: base.version, inherited }, brought, at);
}

/** The same limits as they were put, with other overrides. */
export function withOthers(
  state: RiskState,
  overrides: readonly Override[],
  brought: Brought,
  at: number,
): Planned {
  const base = baseOf(state.limits);
  return inForce(state, { text: base.text, base: base.version, overrides }, brought, at);
}

/** First what came before it. */
export const after = (first: readonly RiskEvent[], decided: Planned): Planned =>
  "refuse" in decided ? decided : { events: [...first, ...decided.events] };
