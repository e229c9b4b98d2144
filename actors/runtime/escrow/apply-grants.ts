/** Every consequence of what happens to a parent's budgets and children. It never refuses. */
import { amountOf, amountsBy, budgetsIn, NOTHING } from "./amounts.ts";
import type {
  BudgetsPut,
  ChildFenced,
  ChildLeft,
  GrantedChild,
  GrantsEvent,
  GrantsState,
} from "./grants-state.ts";
import { CHILDREN_MAX, RETIRED_MAX } from "./limits.ts";
import type { Amounts, ChildName } from "./messages.ts";

export function applyGrants(state: GrantsState, event: GrantsEvent): void {
  switch (event.kind) {
    case "budgets-put":
      putBudgets(state, event);
      return;
    case "quota-granted":
      state.left.delete(event.child.child);
      putChild(state, event.child);
      return;
    case "child-fenced":
      putChild(state, fencedChild(state, event));
      return;
    case "child-admitted":
      admit(state, event.child);
      return;
    case "child-left":
      leave(state, event);
      return;
  }
}

/** A child as it stands on disk, too: what was granted in all follows. */
export function putChild(state: GrantsState, child: GrantedChild): void {
  const before = state.children.get(child.child);
  move(state.granted, before?.granted ?? NOTHING, child.granted);
  move(state.smoothed, before?.smoothed ?? NOTHING, child.smoothed);
  state.children.set(child.child, child);
  if (Object.keys(child.waiting).length > 0) state.waiting.add(child.child);
  else state.waiting.delete(child.child);
}

function putBudgets(state: GrantsState, { policy, budgets }: BudgetsPut): void {
  state.policy = policy;
  state.own.clear();
  for (const [name, budget] of budgets) state.own.set(name, budget);
}

function fencedChild(state: GrantsState, { child, incarnation, at }: ChildFenced): GrantedChild {
  const before = state.children.get(child) ?? unknownChild(child, incarnation, at);
  return { ...before, waiting: NOTHING, isShort: false, isFenced: true, isAdmitted: false };
}

/** Until it is heard, as if all that was granted were in use. */
export const unknownChild = (
  child: ChildName,
  incarnation: string,
  heardAt: number,
  granted: Amounts = NOTHING,
): GrantedChild => ({
  ...{ child, incarnation, retired: [], n: 0, seq: 0, priority: 1, heardAt, granted },
  ...{ committed: granted, used: granted, smoothed: granted, waiting: NOTHING, since: heardAt },
  ...{ isShort: false, wished: granted, isFenced: false, isAdmitted: false },
});

function admit(state: GrantsState, name: ChildName): void {
  const child = state.children.get(name);
  if (child !== undefined) putChild(state, { ...child, isFenced: false, isAdmitted: true });
}

function leave(state: GrantsState, { child: name, heir }: ChildLeft): void {
  const child = state.children.get(name);
  if (child === undefined) return;
  move(state.granted, child.granted, NOTHING);
  move(state.smoothed, child.smoothed, NOTHING);
  state.children.delete(name);
  state.waiting.delete(name);
  state.left.delete(name);
  state.left.set(name, [...child.retired, child.incarnation].slice(-RETIRED_MAX));
  const oldest = state.left.keys().next().value;
  if (state.left.size > CHILDREN_MAX && oldest !== undefined) state.left.delete(oldest);
  if (heir !== undefined) inherit(state, heir, child.granted);
}

/** More than it holds: what of it is not needed comes back with its next ask. */
function inherit(state: GrantsState, name: ChildName, more: Amounts): void {
  const child = state.children.get(name);
  if (child === undefined) return;
  const granted = amountsBy(
    budgetsIn(child.granted, more),
    (budget) => amountOf(child.granted, budget) + amountOf(more, budget),
  );
  putChild(state, { ...child, granted });
}

function move(sums: Map<string, bigint>, before: Amounts, after: Amounts): void {
  for (const budget of budgetsIn(before, after)) {
    const sum = (sums.get(budget) ?? 0n) - amountOf(before, budget) + amountOf(after, budget);
    if (sum === 0n) sums.delete(budget);
    else sums.set(budget, sum);
  }
}
