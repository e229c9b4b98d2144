/** What a firm, a desk or a split account makes of its own limits, and, where it is a child itself, of its children. */
import { hasHalves, type QuotaPolicy } from "../../../src/domain/firm.ts";
import { amountOf, atLeastNothing, hasAny, most } from "./amounts.ts";
import type { Budget, BudgetsPut, GrantsState } from "./grants-state.ts";
import type { Standing } from "./holding.ts";
import { BUDGETS_KEPT_MAX, NEED_MS } from "./limits.ts";
import type { NodeName } from "./messages.ts";

/** Of a limit: one, or where it is shared out as a long and a short half, both. */
export const budgetNames = (node: NodeName, id: string, kind: string): readonly string[] =>
  hasHalves(kind) ? [`${node}/${id}/long`, `${node}/${id}/short`] : [`${node}/${id}`];

export type OwnLimit = {
  readonly id: string;
  readonly kind: string;
  /** In the unit of amounts. */
  readonly threshold: bigint;
};

/** Parts of a reserve in percent, scaled by 10⁴ (`RESERVE_SCALE`), that make the whole. */
const WHOLE = 1_000_000n;

/** All budgets of a node's own limits. `reserve` is percent, scaled by 10⁴; what is kept back is rounded up. */
export function budgetsPut(
  node: NodeName,
  limits: readonly OwnLimit[],
  policy: QuotaPolicy,
  reserve: bigint,
): BudgetsPut {
  const budgets = new Map<string, Budget>();
  for (const { id, kind, threshold } of limits) {
    const kept = (threshold * reserve + WHOLE - 1n) / WHOLE;
    for (const name of budgetNames(node, id, kind)) budgets.set(name, { limit: threshold, reserve: kept });
  }
  return { kind: "budgets-put", policy, budgets };
}

/** Whether there is room for them beside those that were taken away and have not been given back yet. */
export function hasRoomFor(state: GrantsState, { budgets }: BudgetsPut): boolean {
  const names = new Set([...budgets.keys(), ...state.granted.keys()]);
  return names.size <= BUDGETS_KEPT_MAX;
}

/** What a desk says of the budgets above it when it asks: what it has granted on is committed, what its children wait for is wanted. */
export function standingOfNode(
  state: GrantsState,
  at: number,
): Pick<Standing, "committed" | "used" | "wanted" | "wantedSince"> {
  const own = `${state.node}/`;
  const committed: Record<string, bigint> = {};
  const used: Record<string, bigint> = {};
  const wanted: Record<string, bigint> = {};
  let wantedSince = Number.NEGATIVE_INFINITY;
  const add = (sums: Record<string, bigint>, budget: string, amount: bigint): void => {
    if (amount !== 0n && !budget.startsWith(own)) sums[budget] = (sums[budget] ?? 0n) + amount;
  };
  for (const child of state.children.values()) {
    const { granted, isFenced } = child;
    for (const budget of Object.keys({ ...granted, ...child.committed })) {
      const holds = amountOf(granted, budget);
      add(committed, budget, isFenced ? holds : most(holds, amountOf(child.committed, budget)));
    }
    for (const budget of Object.keys(child.used))
      add(used, budget, atLeastNothing(amountOf(child.used, budget)));
    if (isFenced || at - child.heardAt > NEED_MS || !hasAny(child.waiting)) continue;
    wantedSince = Math.max(wantedSince, child.since);
    for (const budget of Object.keys(child.waiting)) {
      const uncovered = atLeastNothing(amountOf(child.committed, budget) - amountOf(granted, budget));
      add(wanted, budget, atLeastNothing(amountOf(child.waiting, budget) - uncovered));
    }
  }
  return { committed, used, wanted, wantedSince };
}
