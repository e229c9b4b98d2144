/** What names no strategy goes to the account's default one, where it has one. */
import { NO_STRATEGY, type RiskState } from "./state.ts";

export const defaultStrategy = ({ account }: RiskState): string => account?.defaultStrategy ?? NO_STRATEGY;

type Named = { readonly strategy: string; readonly replaces: string | undefined };

/** A replacement keeps the strategy of its original, also where that was accepted before there was a default. */
export function withStrategy<Terms extends Named>(state: RiskState, terms: Terms): Terms {
  const standing = defaultStrategy(state);
  if (terms.strategy !== NO_STRATEGY || standing === NO_STRATEGY) return terms;
  const replaced = terms.replaces === undefined ? undefined : state.orders.get(terms.replaces);
  return replaced?.strategy === NO_STRATEGY ? terms : { ...terms, strategy: standing };
}
