/**
 * Rules of the quotas of a split account. Below a firm or desk they take the account's place there while it is split: what the account was
 * granted becomes theirs when it leaves, and is part 0's of theirs from the same moment on. Split no more, the account is their heir.
 */
import type { Inheritance } from "../runtime/escrow/messages.ts";
import { isSplitNode, partChild } from "./address.ts";
import { type Author, accept, type Decision, refuse } from "./decide.ts";
import type { FirmEvent } from "./events.ts";
import type { NodeTerms } from "./messages.ts";
import type { FirmNode } from "./state.ts";

/** The account's own object: it is split off last, and merged last. */
const FIRST_PART = partChild(0);

/** What its parent has left it is the first part's at once, so that no other part is granted what that one uses. A desk keeps it. */
export function passedDown(
  { name, holding }: FirmNode,
  inherited: readonly Inheritance[] = [],
  at: number,
): readonly FirmEvent[] {
  if (!isSplitNode(name)) return [];
  const fresh = inherited.filter(({ id }) => !holding?.took?.includes(id));
  return fresh.map((inheritance) => ({ kind: "child-inherited", child: FIRST_PART, inheritance, at }));
}

/**
 * It has no children any more but `leaving`, and is nobody's child: its own parent leaves to the account what it had granted here. In one turn,
 * so that nothing of it is given back in between. Who was left something here and never came is no child of it.
 */
export function decideDissolution(node: FirmNode, { at, by }: Author, leaving?: string): Decision {
  const { name, terms, holding, grants } = node;
  const children = [...grants.children.values()];
  const staying = children.find(({ child, incarnation }) => child !== leaving && incarnation !== "");
  if (staying !== undefined) return refuse("child-holds", `${staying.child} is still one of its children`);
  const left = children.map(({ child }): FirmEvent => ({ kind: "child-left", child }));
  if (terms.parent === undefined || holding === undefined) return accept(...left);
  const { parent, ...rest } = terms;
  const alone: NodeTerms = { ...rest, kind: "firm" };
  const put = { kind: "node-put", name, terms: alone, at, by, isDissolved: true } as const;
  return accept(...left, { ...put, leaving: { parent, incarnation: holding.incarnation, heir: name } });
}
