/**
 * Symbols that leave a part take with them what they use of the account-wide limits. What a part has counted over all of the account, turnover
 * and orders of a window, stays with it: nobody knows which symbol it is of.
 */
import { partChild } from "../firm/address.ts";
import { amountOf, amountsBy, atLeastNothing, hasAny, least } from "../runtime/escrow/amounts.ts";
import type { Amounts } from "../runtime/escrow/messages.ts";
import type { Ledger } from "./ledger.ts";
import type { ParentHolding } from "./parent-holding.ts";
import type { PartsMove } from "./parts-messages.ts";
import { type KnownUse, knownUses } from "./quota-uses.ts";

/** Called before they leave; what it answers is called after that, in the same turn. */
export function passingOn(
  { state }: Ledger,
  holding: ParentHolding,
  { id: move, to }: PartsMove,
): () => void {
  const before = knownUses(state, holding.now);
  const held = (): Amounts => state.above?.held ?? {};
  return () => {
    const left = leftUses(before, knownUses(state, holding.now), held());
    // Also where none of it is held any more: the node is to know where it is used now.
    if (hasAny(left))
      holding.pass({ move, to: partChild(to), amounts: passedAmounts(left, held()), uses: left });
  };
}

type Uses = ReadonlyMap<string, KnownUse>;

/** What is used less by what stays. */
export const leftUses = (before: Uses, after: Uses, held: Amounts): Amounts =>
  amountsBy(before.keys(), (budget) => {
    const [used, uses, holds] = [before.get(budget), after.get(budget), amountOf(held, budget)];
    if (used === undefined || uses === undefined) return 0n;
    // What left could not be valued, and what stays can: all that was kept for it goes.
    return atLeastNothing(uses.isWhole && !used.isWhole ? holds - uses.known : used.known - uses.known);
  });

/** No more than is held: what is used beyond that, since prices moved, nobody has granted. */
const passedAmounts = (left: Amounts, held: Amounts): Amounts =>
  amountsBy(Object.keys(left), (budget) => least(amountOf(held, budget), amountOf(left, budget)));
