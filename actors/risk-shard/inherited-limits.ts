/** Limits of the nodes above as the account evaluates them: each holds for all of it, and for no more than what it holds of the budget. */
import { scaledBigint } from "../../src/domain/decimal.ts";
import { FIRM_LIMIT_KINDS, hasHalves } from "../../src/domain/firm.ts";
import type { ParentLimit } from "../runtime/escrow/messages.ts";
import { LIMIT_CHECKS, limitCheckOf } from "./checks/registry.ts";
import type { Parted } from "./parts-records.ts";
import type { Limit, LimitKind, Quota } from "./state.ts";

/** Undefined where one of them is of a kind that is not known here: who cannot evaluate what holds for it must not grow. */
export function inheritedFrom(limits: readonly ParentLimit[]): readonly Limit[] | undefined {
  const compiled = limits.map(inheritedLimits);
  return compiled.includes(undefined) ? undefined : compiled.flatMap((one) => one ?? []);
}

function inheritedLimits(limit: ParentLimit): readonly Limit[] | undefined {
  const kind = FIRM_LIMIT_KINDS.find((one) => one === limit.kind);
  const check = kind === undefined ? undefined : limitCheckOf(kind);
  if (kind === undefined || check === undefined || limit.action === "warn") return undefined;
  const threshold = scaledBigint(limit.threshold, check.unit.thresholdScale("money"));
  if (!threshold.ok || limit.budgets.length !== (hasHalves(kind) ? 2 : 1)) return undefined;
  const { node, id, action, windowMs, isBySymbol } = limit;
  return limit.budgets.map((budget, place) => ({
    // No id of the account's own has a slash in it.
    id: `${node}/${id}`,
    ...{ kind, scope: { kind: "account" }, threshold: threshold.value, action, unit: "money" },
    ...(windowMs === undefined ? {} : { windowMs }),
    quota: { node, budget, ...halfOf(kind, place), ...(isBySymbol === undefined ? {} : { isBySymbol }) },
  }));
}

/**
 * As they are measured here. Among the parts of a split account a hedge would use nothing while both of its legs are in one part, and could
 * be unwound freely once they are in two: there each symbol counts on its own side of a net limit, whichever node it is of.
 */
export const measuredIn = ({ parts }: Parted, limits: readonly ParentLimit[]): readonly ParentLimit[] =>
  limits.map(({ isBySymbol: _, ...limit }) =>
    parts?.isJoined === true && hasHalves(limit.kind) ? { ...limit, isBySymbol: true } : limit,
  );

const halfOf = (kind: LimitKind, place: number): Pick<Quota, "half"> =>
  hasHalves(kind) ? { half: place === 0 ? "long" : "short" } : {};

/** In the registry's order; of a kind the account's own come first. */
export function withInherited(own: readonly Limit[], inherited: readonly Limit[]): readonly Limit[] {
  if (inherited.length === 0) return own;
  const all = [...own, ...inherited];
  return LIMIT_CHECKS.flatMap((check) => all.filter(({ kind }) => kind === check.kind));
}
