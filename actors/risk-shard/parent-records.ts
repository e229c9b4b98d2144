/** What an account knows of the nodes above it, and what it holds of their budgets. */
import { NODE_KINDS, type NodeKind } from "../../src/domain/firm.ts";
import { TRADING_STATES } from "../../src/domain/order.ts";
import type { Amounts, NodeName, ParentBook, ParentState } from "../runtime/escrow/messages.ts";
import type { Severity } from "./severity.ts";

export type Above = {
  /** Whose child it is, as the account names it. */
  readonly parent: string;
  readonly held: Amounts;
  /** Undefined until the parent was first heard. */
  readonly book: ParentBook | undefined;
  /** Of the states in it the severest. */
  readonly severity: Severity;
  /** Until then it may go by all that. Memory: after a load the parent is asked first. */
  readonly currentUntil: number;
  /** Budgets of which more is granted than there is. Memory, as that. */
  readonly over?: readonly string[] | undefined;
};

export const noneAbove = (parent: string): Above => ({
  ...{ parent, held: {}, book: undefined, severity: 0 },
  currentUntil: Number.NEGATIVE_INFINITY,
});

/** 0 where all of them are active. */
export const severestAbove = (states: readonly ParentState[]): Severity =>
  // SAFETY: there are four states, from the mildest to the severest.
  Math.max(0, ...states.map(({ state }) => TRADING_STATES.indexOf(state))) as Severity;

/** The quotas of a split account are a node too, whose limits are the account's own. */
export function scopeOfNode(node: NodeName): readonly [kind: NodeKind | "account", id: string | null] {
  const colon = node.indexOf(":");
  const kind = NODE_KINDS.find((one) => one === node.slice(0, colon));
  return kind === undefined ? ["account", null] : [kind, node.slice(colon + 1)];
}

/** Under another parent nothing is held and nothing known. */
export function aboveFor(parent: string | undefined, present: Above | undefined): Above | undefined {
  if (parent === undefined) return undefined;
  return present?.parent === parent ? present : noneAbove(parent);
}
