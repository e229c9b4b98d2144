/** Limits as they are in force: as they were put, with thresholds that stand in place of others until a moment. */
import type { LimitInForce, LimitObject } from "../../src/contracts/limits.ts";
import { SYMBOL_PATTERN } from "../../src/domain/ids.ts";
import { isAbove, loosened } from "../../src/domain/limit-diff.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { limitCheckOf } from "./checks/registry.ts";
import type { PendingLimits, PlannedOverride } from "./limit-records.ts";
import type { LimitScopeKind, LimitSet, RiskState } from "./state.ts";

/** One that is in force. */
export type Override = PendingLimits & { readonly plan: PlannedOverride };

export const isOverride = (pending: PendingLimits): pending is Override => pending.plan.what === "override";

export const overridesIn = ({ pendingLimits }: RiskState): Override[] =>
  [...pendingLimits.values()].filter(({ status }) => status === "in-force").filter(isOverride);

/** The limits as they were put, and the version that they came with. */
export const baseOf = ({ base, version, text }: LimitSet): NonNullable<LimitSet["base"]> =>
  base ?? { version, text };

// SAFETY: limits are text only where they were parsed before.
export const limitsIn = (text: string): readonly LimitObject[] => JSON.parse(text) as readonly LimitObject[];

/** Whether the limit can have it. It may be another one by now, under the same id. */
export function suits(limit: LimitObject | undefined, { member }: PlannedOverride): boolean {
  if (limit?.threshold === undefined) return false;
  if (member === undefined) return true;
  const kind = scopeKindOf(limit);
  if (kind === "account" || kind === "group" || limit.scope?.id !== undefined) return false;
  return kind !== "symbol" || SYMBOL_PATTERN.test(member);
}

/** Those that these limits can have. */
export function suited(limits: readonly LimitObject[], overrides: readonly Override[]): readonly Override[] {
  const byId = new Map(limits.map((limit) => [limit.id, limit]));
  return overrides.filter(({ plan }) => suits(byId.get(plan.limitId), plan));
}

/** Which limits would be looser if these were put: as they were put, or as overrides have them now that would end by it. */
export function loosenedBy(state: RiskState, limits: readonly LimitObject[]): string[] {
  const { limits: set } = state;
  const after = withOverrides(limits, suited(limits, overridesIn(state)));
  return [
    ...new Set([...loosened(limitsIn(baseOf(set).text), limits), ...loosened(limitsIn(set.text), after)]),
  ];
}

/** An override of one member makes a limit of its own for it, and the other one holds for all others. */
export function withOverrides(
  limits: readonly LimitObject[],
  overrides: readonly Override[],
): readonly LimitInForce[] {
  if (overrides.length === 0) return limits;
  const byLimit = Map.groupBy(overrides, ({ plan }) => plan.limitId);
  return limits.flatMap((limit) => {
    const own = byLimit.get(limit.id) ?? [];
    const whole = own.find(({ plan }) => plan.member === undefined);
    const put = whole === undefined ? limit : overridden(limit, whole);
    const members = own.flatMap((override) => {
      const { member } = override.plan;
      return member === undefined ? [] : [{ member, limit: overridden(limit, override) }];
    });
    if (members.length === 0) return [put];
    const except = members.map(({ member }) => member);
    const kind = scopeKindOf(limit);
    return [{ ...put, except }, ...members.map((one) => ({ ...one.limit, scope: { kind, id: one.member } }))];
  });
}

export const scopeKindOf = ({ kind, scope }: LimitObject): LimitScopeKind =>
  scope?.kind ?? limitCheckOf(kind)?.scopeDefault ?? "account";

function overridden(limit: LimitObject, { id, plan, by, reason = "" }: Override): LimitInForce {
  const { warnAt, ...rest } = limit;
  const { threshold, until } = plan;
  const override = { id, threshold: limit.threshold ?? "", until: until as EpochMs, reason, by };
  // One that is below where the warning begins says all that it would.
  const warning = warnAt === undefined || isAbove(warnAt, threshold) ? {} : { warnAt };
  return { ...rest, ...warning, threshold, override };
}
