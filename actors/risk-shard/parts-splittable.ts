/** What of an account can be in several parts, and what stands in the way. */
import type { LimitObject } from "../../src/contracts/limits.ts";
import { budgetsOf, hasHalves, NODE_BUDGETS_MAX } from "../../src/domain/firm.ts";
import type { LimitKind } from "../../src/domain/limit.ts";
import { amountOf, NOTHING } from "../runtime/escrow/amounts.ts";
import type { RiskEvent } from "./events.ts";
import { isWhole } from "./losses.ts";
import { baseOf, limitsIn } from "./overrides.ts";
import type { WideLimit } from "./parts-messages.ts";
import { isParted } from "./parts-records.ts";
import type { Refused } from "./refused.ts";
import { NO_STRATEGY, type RiskState } from "./state.ts";

export type Blocker = { readonly path: string; readonly code: string; readonly detail: string };

/** Over all of an account they are sums, which several parts can share by quota. */
const SUMS: readonly LimitKind[] = [
  "max-gross-exposure",
  "max-long-notional",
  "max-short-notional",
  "max-net-exposure",
  "max-order-rate",
  "max-daily-turnover",
  "max-daily-loss",
];

/** They look at one order, its symbol and its price: any part can, whatever their scope. */
const OF_ONE_ORDER: readonly LimitKind[] = [
  "max-order-qty",
  "max-order-notional",
  "price-collar",
  "price-collar-period",
  "max-price-age",
  "duplicate-order",
  "restricted-list",
  "max-adv-participation",
  "max-volume-participation",
  "max-spread",
  "max-impact",
  "self-match",
  "reduce-only",
];

/** They look at what is held, worked or done in one symbol, where that is their scope. */
const OF_ONE_SYMBOL: readonly LimitKind[] = [
  ...SUMS.filter((kind) => kind !== "max-daily-loss"),
  "max-position-qty",
  "max-position-notional",
  "max-working-orders",
  "max-message-rate",
  "max-daily-orders",
  "max-daily-trades",
  "repeated-execution",
  "max-days-to-liquidate",
];

const scopeOf = ({ scope }: LimitObject): string => scope?.kind ?? "account";
const has = (kinds: readonly LimitKind[], kind: string): boolean => kinds.some((one) => one === kind);

/** Account-wide: in a part it is a quota of the split's node. */
export const isWide = (limit: LimitObject): boolean => has(SUMS, limit.kind) && scopeOf(limit) === "account";

/** What each part has of them for itself. */
export const ownOf = <One extends LimitObject>(
  { parts }: Pick<RiskState, "parts">,
  limits: readonly One[],
): readonly One[] => (parts?.isJoined === true ? limits.filter((one) => !isWide(one)) : limits);

export const wideOf = ({ limits }: RiskState): WideLimit[] => wideIn(limitsIn(baseOf(limits).text));

const wideIn = (limits: readonly LimitObject[]): WideLimit[] =>
  limits
    .filter(isWide)
    .flatMap(({ id, kind, threshold, action, windowMs }) =>
      threshold === undefined || action === "warn"
        ? []
        : [{ ...{ id, kind, threshold, action }, ...(windowMs === undefined ? {} : { windowMs }) }],
    );

export type Standing = {
  readonly state: RiskState;
  readonly isDeadManSet: boolean;
  readonly armed: number;
  /** Orders of mass-cancels that still work. */
  readonly cancelling: number;
};

export function blockersOf({ state, isDeadManSet, armed, cancelling }: Standing): Blocker[] {
  const { strategies, pendingLimits, trips } = state;
  const found: Blocker[] = [];
  const block = (path: string, detail: string): void => void found.push(blocker(path, detail));
  if (strategies.size > 0)
    block("strategies", `${strategies.size} strategies or groups are open: close them first`);
  if (pendingLimits.size > 0)
    block(
      "limits.pending",
      "limits wait, or stand for a while: end them, or let them come into force, first",
    );
  if (isDeadManSet)
    block("dead-man", "the dead-man switch is set: it would ask the cancel of one part alone");
  if (armed > 0) block("stream", `${armed} connections are armed: their orders would be in several parts`);
  if (cancelling > 0)
    block("mass-cancels", `the cancel of ${cancelling} working orders is asked: let them end first`);
  for (const { limitId, member } of trips.values())
    if (member === NO_STRATEGY) block(`limits.${limitId}`, "it stands tripped: release it first");
  return [...found, ...limitFaults(limitsIn(baseOf(state.limits).text)), ...netFaults(state)];
}

/**
 * Among parts a net limit is shared by what is long and what is short of each symbol: of more than there is of it the quotas would cover
 * nothing, and what was hedged could be unwound beyond it. Of a firm's there is what the account holds.
 */
function netFaults(state: RiskState): Blocker[] {
  const { parts, limits, above, totals } = state;
  if (parts?.isJoined === true) return [];
  const nets = limits.limits.filter(({ kind, scope }) => hasHalves(kind) && scope.kind === "account");
  const faults = new Map<string, Blocker>();
  for (const { id, threshold, quota } of nets) {
    const there = quota === undefined ? threshold : amountOf(above?.held ?? NOTHING, quota.budget);
    const isWithin = (side: "long" | "short") => quota?.half === other(side) || totals[side] <= there;
    const side = (["long", "short"] as const).find((one) => !isWithin(one));
    if (side !== undefined) faults.set(id, blocker(`limits.${id}`, `${side} exposure is ${TOO_MUCH}`));
    else if (!isWhole(state)) faults.set(id, blocker(`limits.${id}`, UNPRICED));
  }
  return [...faults.values()];
}

const other = (side: "long" | "short") => (side === "long" ? "short" : "long");
const TOO_MUCH = "more than the parts could share of this net limit: reduce it, or raise the limit, first";
const UNPRICED = "something has no price: what is long and short of this net limit is not known";

/** Which of them parts cannot have, and what the node of the split would not take of their sums. */
function limitFaults(limits: readonly LimitObject[]): Blocker[] {
  const faults = limits.flatMap((limit) => {
    const detail = faultOf(limit);
    return detail === undefined ? [] : [blocker(`limits.${limit.id}`, `${limit.kind}: ${detail}`)];
  });
  const budgets = wideIn(limits).reduce((sum, limit) => sum + budgetsOf(limit), 0);
  if (budgets > NODE_BUDGETS_MAX)
    faults.push(blocker("limits", `at most ${NODE_BUDGETS_MAX} are shared, a net limit counts as two`));
  return faults;
}

const blocker = (path: string, detail: string): Blocker => ({ path, code: "not-splittable", detail });

/** Limits put in an account that is split: they come into force at once, and each part can have them, or it could never be passed on. */
export function partedFault(
  { parts }: Pick<RiskState, "parts">,
  limits: readonly LimitObject[],
  decided: { readonly events: readonly RiskEvent[] } | Refused,
): Refused | undefined {
  if (parts === undefined || !isParted(parts) || "refuse" in decided) return undefined;
  const errors = limitFaults(limits);
  if (decided.events.some((event) => event.kind === "limits-planned" && event.entry !== undefined))
    errors.push(blocker("limits.pending", "limits wait for nothing in a split account: merge it first"));
  const [first] = errors;
  return first === undefined ? undefined : { refuse: "not-splittable", detail: first.detail, errors };
}

function faultOf(limit: LimitObject): string | undefined {
  const { kind, unit, levels, warnAt, action } = limit;
  if (unit === "equity-percent") return "parts do not know the equity of all of the account";
  if (has(OF_ONE_ORDER, kind)) return undefined;
  if (scopeOf(limit) === "symbol" && has(OF_ONE_SYMBOL, kind)) return undefined;
  if (!isWide(limit)) return "it looks at several symbols at once, and is no sum that parts can share";
  if (levels !== undefined || warnAt !== undefined) return "a quota has no levels and no warning";
  if (kind === "max-order-rate" && action === "reduce") return "a smaller order passes a rate no sooner";
  return action === "warn" ? "a quota does not only warn" : undefined;
}
