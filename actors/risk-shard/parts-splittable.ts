/** What of an account can be in several parts, and what stands in the way. */
import type { LimitObject } from "../../src/contracts/limits.ts";
import type { LimitKind } from "../../src/domain/limit.ts";
import { baseOf, limitsIn } from "./overrides.ts";
import type { WideLimit } from "./parts-messages.ts";
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

export const wideOf = ({ limits }: RiskState): WideLimit[] =>
  limitsIn(baseOf(limits).text)
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
  const block = (path: string, detail: string): void =>
    void found.push({ path, code: "not-splittable", detail });
  // Its own parent would go on holding for the account what is now with the parts.
  if (state.account?.parent !== undefined && state.parts?.isJoined !== true)
    block("parent", "a firm or desk stands above the account: take it out first");
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
  for (const limit of limitsIn(baseOf(state.limits).text)) {
    const detail = faultOf(limit);
    if (detail !== undefined) block(`limits.${limit.id}`, `${limit.kind}: ${detail}`);
  }
  return found;
}

function faultOf(limit: LimitObject): string | undefined {
  const { kind, unit, levels, warnAt, action } = limit;
  if (unit === "equity-percent") return "parts do not know the equity of all of the account";
  if (has(OF_ONE_ORDER, kind)) return undefined;
  if (scopeOf(limit) === "symbol" && has(OF_ONE_SYMBOL, kind)) return undefined;
  if (!isWide(limit)) return "it looks at several symbols at once, and is no sum that parts can share";
  if (levels !== undefined || warnAt !== undefined) return "a quota has no levels and no warning";
  return action === "warn" ? "a quota does not only warn" : undefined;
}
