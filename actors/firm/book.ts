/** The limits and states that the children of a node go by: its own, then those of all above it. */
import { amountOf } from "../runtime/escrow/amounts.ts";
import type { Above } from "../runtime/escrow/grants-state.ts";
import { aboveOf } from "../runtime/escrow/holding.ts";
import { DEPTH_MAX } from "../runtime/escrow/limits.ts";
import {
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
  const above = { ...aboveOf(node.holding, at), ...(node.isMoving ? GIVEN_BACK : {}) };
  const chain = nodesAbove(node);
  // A clock that went back says nothing of how long ago that was.
  const isWrong = chain.includes(node.name) || chain.length > DEPTH_MAX || at < (node.holding.heardAt ?? at);
  return isWrong ? { ...above, ageMs: 2 * PARENT_SILENCE_MS_MAX } : above;
}

/** Nothing more is granted of what is to go back whole. */
const GIVEN_BACK = { held: {}, wished: {} } as const;

/** Whose budget it is. */
export const isOwnBudget = ({ name }: FirmNode, budget: string): boolean => budget.startsWith(`${name}/`);

/** Of a budget from above, what is free to be granted. */
export function freeFromAbove({ holding, grants }: FirmNode, budget: string): bigint {
  return holding === undefined ? 0n : amountOf(holding.held, budget) - (grants.granted.get(budget) ?? 0n);
}
