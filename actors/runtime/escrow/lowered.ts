/** What a child still holds of a limit that has been lowered. */
import { scaledBigint } from "../../../src/domain/decimal.ts";
import { MONEY_SCALE } from "../../../src/domain/money.ts";
import { amountOf, amountsBy, least } from "./amounts.ts";
import type { Holding } from "./holding.ts";
import type { Amounts, ParentBook } from "./messages.ts";

/**
 * Where a limit of the book is lower than it was, nothing of it is held any more but what is committed: all growth is granted anew, out of
 * what the others leave. Once all children have heard it none of them grows by what it was granted of the limit before. `before`: the book until now.
 */
export function withinLowered(holding: Holding, before: ParentBook | undefined, committed: Amounts): Holding {
  const lowered = loweredBudgets(before, holding.book);
  if (lowered.size === 0) return holding;
  const held = amountsBy(Object.keys(holding.held), (budget) => {
    const holds = amountOf(holding.held, budget);
    return lowered.has(budget) ? least(holds, amountOf(committed, budget)) : holds;
  });
  return { ...holding, held };
}

function loweredBudgets(before: ParentBook | undefined, after: ParentBook | undefined): Set<string> {
  if (before === undefined || after === undefined || before.version === after.version) return new Set();
  const thresholds = new Map(before.limits.map(({ node, id, threshold }) => [`${node}/${id}`, threshold]));
  const lowered = after.limits.filter(({ node, id, threshold }) => {
    const was = thresholds.get(`${node}/${id}`);
    return was !== undefined && isLower(threshold, was);
  });
  return new Set(lowered.flatMap(({ budgets }) => budgets));
}

/** Counts and money alike: each is compared with its own kind alone. What cannot be read may be lower. */
function isLower(threshold: string, was: string): boolean {
  const [now, before] = [scaledBigint(threshold, MONEY_SCALE), scaledBigint(was, MONEY_SCALE)];
  return !(now.ok && before.ok) || now.value < before.value;
}
