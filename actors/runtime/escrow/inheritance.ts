/**
 * What a child is left by one that is no child any more. The heir may have an ask on its way that does not know of it: until it says that
 * it has it, this is kept for it beside what it says that it holds. So nobody else is granted it in between, whatever comes late.
 */
import { amountOf, amountsBy, atLeastNothing, budgetsIn, hasAny, NOTHING } from "./amounts.ts";
import type { GrantedChild } from "./grants-state.ts";
import type { Amounts, Inheritance, QuotaAsk } from "./messages.ts";
import { uncoveredIn } from "./uncovered.ts";

export const plusAmounts = (one: Amounts, other: Amounts): Amounts =>
  amountsBy(budgetsIn(one, other), (budget) => amountOf(one, budget) + amountOf(other, budget));

/** No two loads of a child have one name, and by one name it leaves once. */
export function inheritanceOf(child: GrantedChild): Inheritance {
  const uncovered = uncoveredIn(child);
  const id = `${child.child} ${child.incarnation}`;
  return { id, amounts: child.granted, ...(hasAny(uncovered) ? { uncovered } : {}) };
}

/** What it has not said yet that it has. */
export const pendingFor = (
  child: GrantedChild | undefined,
  { took = [] }: Pick<QuotaAsk, "took">,
): readonly Inheritance[] => child?.inherited?.filter(({ id }) => !took.includes(id)) ?? [];

/**
 * What is used of it as far as more comes with it than is granted: an ask from before says nothing of that. One that says it already has it
 * counted twice, until it says that it has what is kept.
 */
export function comingWith(pending: readonly Inheritance[]): Amounts {
  let coming = NOTHING;
  for (const { amounts, uncovered = NOTHING } of pending) {
    const uses = plusAmounts(amounts, uncovered);
    coming = plusAmounts(
      coming,
      amountsBy(Object.keys(uncovered), (budget) => amountOf(uses, budget)),
    );
  }
  return coming;
}

/** Nothing is named where there is nothing. */
export const inheritedOf = (
  inherited: readonly Inheritance[],
): { readonly inherited?: readonly Inheritance[] } => (inherited.length === 0 ? {} : { inherited });

/** As if it held already what is kept for it. */
export function withInherited<Asked extends Pick<QuotaAsk, "held" | "needed">>(
  ask: Asked,
  pending: readonly Inheritance[],
): Asked {
  if (pending.length === 0) return ask;
  const kept = pending.map(({ amounts }) => amounts).reduce(plusAmounts, NOTHING);
  const needed = amountsBy(Object.keys(ask.needed), (budget) =>
    atLeastNothing(amountOf(ask.needed, budget) - amountOf(kept, budget)),
  );
  return { ...ask, held: plusAmounts(ask.held, kept), needed };
}
