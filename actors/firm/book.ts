/** The limits and states that the children of a node go by: its own, then those of all above it. */
import { amountOf, amountsBy, budgetsIn, hasAny, least, most } from "../runtime/escrow/amounts.ts";
import type { Above } from "../runtime/escrow/grants-state.ts";
import { aboveOf } from "../runtime/escrow/holding.ts";
import { DEPTH_MAX } from "../runtime/escrow/limits.ts";
import {
  type Amounts,
  type NodeName,
  PARENT_SILENCE_MS_MAX,
  type ParentBook,
  type ParentLimit,
  type ParentState,
} from "../runtime/escrow/messages.ts";
import { budgetNames } from "../runtime/escrow/nodes.ts";
import type { FirmNode } from "./state.ts";

export const bookVersionOf = ({ name, book, holding }: FirmNode): string =>
  holding?.book === undefined ? `${name}.${book}` : `${name}.${book}/${holding.book.version}`;

export function bookOf(node: FirmNode): ParentBook {
  const above = node.holding?.book;
  return {
    version: bookVersionOf(node),
    limits: [...ownLimits(node), ...(above?.limits ?? [])],
    states: [ownState(node), ...(above?.states ?? [])],
  };
}

const ownLimits = ({ name, set }: FirmNode): readonly ParentLimit[] =>
  set.limits.map(({ id, kind, threshold, action = "reject", windowMs }) => ({
    ...{ node: name, id, kind, threshold, action },
    ...(windowMs === undefined ? {} : { windowMs }),
    budgets: budgetNames(name, id, kind),
  }));

const ownState = ({ name, trading: { state, reason, by, at } }: FirmNode): ParentState => ({
  ...{ node: name, state, reason: reason ?? "", by: by ?? "", at: at ?? 0 },
});

/** All nodes above it, the nearest first, as far as it has heard. */
export const nodesAbove = ({ holding }: FirmNode): readonly NodeName[] =>
  holding?.book?.states.map(({ node }) => node) ?? [];

/**
 * What a desk may grant of the budgets above it; undefined of a firm. Two desks that were put below each other at one moment find out here,
 * as do too many of them: what they go by is then too old for anybody.
 */
export function aboveFor(node: FirmNode, at: number): Above | undefined {
  if (node.holding === undefined) return undefined;
  const above = node.isMoving ? { ...aboveOf(node.holding, at), wished: {} } : aboveOf(node.holding, at);
  const chain = nodesAbove(node);
  const isWrong = chain.includes(node.name) || chain.length > DEPTH_MAX;
  return isWrong ? { ...above, ageMs: 2 * PARENT_SILENCE_MS_MAX } : above;
}

/**
 * The same for an ask that needs something: what the desk holds is there for it, as an account takes for an order what it holds, also where
 * the parent would have it keep less. It has just asked for this very need, mostly.
 */
export function aboveForNeed(node: FirmNode, needed: Amounts, at: number): Above | undefined {
  const above = aboveFor(node, at);
  if (above === undefined || node.isMoving || !hasAny(needed)) return above;
  const wished = amountsBy(budgetsIn(above.wished, needed), (budget) => {
    const goesOut = (node.grants.granted.get(budget) ?? 0n) + amountOf(needed, budget);
    return most(amountOf(above.wished, budget), least(amountOf(above.held, budget), goesOut));
  });
  return { ...above, wished };
}

/** Whose budget it is. */
export const isOwnBudget = ({ name }: FirmNode, budget: string): boolean => budget.startsWith(`${name}/`);

/** Of a budget from above, what is free to be granted. */
export function freeFromAbove({ holding, grants }: FirmNode, budget: string): bigint {
  return holding === undefined ? 0n : amountOf(holding.held, budget) - (grants.granted.get(budget) ?? 0n);
}
