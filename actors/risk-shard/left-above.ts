/** What a set of limits leaves the book above when it takes the place of another. */
import { memberOf } from "./applied-limits.ts";
import type { RiskEvent } from "./events.ts";
import { isOver, type LimitUse, usesMore, violationOf, visitUses } from "./standing-limits.ts";
import type { Limit, RiskState } from "./state.ts";

/**
 * The book stays as it is when a limit is lowered below it; that it stands above is said once, when it comes to stand there. Of each
 * limit one violation says how many members of its scope do, and names the one that is furthest above.
 */
export function leftAbove(
  state: RiskState,
  before: readonly Limit[],
  after: readonly Limit[],
  at: number,
): RiskEvent[] {
  const raised = new Map<Limit, { worst: LimitUse; members: number }>();
  const wasOver = new Set<string>();
  visitUses(state, before, at, (uses) => {
    for (const use of uses) if (isOver(use)) wasOver.add(memberUse(use));
  });
  // Apart from each other: one group may have other symbols in each of them.
  visitUses(state, after, at, (uses) => {
    for (const use of uses) {
      if (!isOver(use) || wasOver.has(memberUse(use))) continue;
      const found = raised.get(use.limit);
      const worst = found === undefined || usesMore(use, found.worst) ? use : found.worst;
      raised.set(use.limit, { worst, members: (found?.members ?? 0) + 1 });
    }
  });
  return after.flatMap((limit) => {
    const found = raised.get(limit);
    return found === undefined ? [] : [{ ...violationOf(found.worst, at), members: found.members }];
  });
}

/** The same limit put again, whatever its threshold, of the same member. */
function memberUse({ limit, subject }: LimitUse): string {
  const { symbol, strategy } = subject;
  return `${limit.id} ${limit.kind} ${limit.scope.kind} ${symbol} ${strategy} ${memberOf(limit, subject)}`;
}
