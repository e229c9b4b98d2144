/** Every consequence of an event for what a firm or desk keeps in memory. */
import { applyGrants } from "../runtime/escrow/apply-grants.ts";
import { initialGrants } from "../runtime/escrow/grants-state.ts";
import { budgetsOf } from "./decide.ts";
import type { FirmEvent, NodePut } from "./events.ts";
import { ACTIVE, type FirmNode, type FirmState } from "./state.ts";

/** Before it was put nothing else happens to it. */
export function apply(state: FirmState, event: FirmEvent): void {
  if (event.kind === "node-put") state.node = putNode(state.node, event);
  else if (state.node !== undefined) applyTo(state.node, event);
}

function putNode(node: FirmNode | undefined, event: NodePut): FirmNode {
  const { name, terms, holding, leaving, isDissolved = false } = event;
  const present = node ?? {
    ...{ name, terms, set: { version: 0, limits: [] }, trading: ACTIVE, book: 0 },
    ...{ grants: initialGrants(name, terms.policy), holding: undefined, leaving: undefined },
    ...{ isDissolved, isMoving: false },
  };
  present.terms = terms;
  present.isDissolved = isDissolved;
  present.leaving = leaving ?? present.leaving;
  present.holding = terms.parent === undefined ? undefined : (holding ?? present.holding);
  // Another parent is another chain of limits and states.
  if (holding !== undefined || leaving !== undefined) present.book += 1;
  applyGrants(present.grants, budgetsOf(name, present.set.limits, terms));
  return present;
}

function applyTo(node: FirmNode, event: Exclude<FirmEvent, NodePut>): void {
  switch (event.kind) {
    case "limits-put":
      node.set = { version: event.version, limits: event.limits };
      node.book += 1;
      applyGrants(node.grants, budgetsOf(node.name, event.limits, node.terms));
      return;
    case "state-set": {
      const { state, reason, by, at } = event;
      node.trading = { state, reason, by, at };
      node.book += 1;
      return;
    }
    case "holding-moved":
      node.holding = event.holding;
      return;
    case "parent-left":
      node.leaving = undefined;
      return;
    case "quota-granted":
    case "child-fenced":
    case "child-admitted":
    case "child-left":
    case "child-inherited":
    case "quota-passed":
      applyGrants(node.grants, event);
      return;
  }
}
