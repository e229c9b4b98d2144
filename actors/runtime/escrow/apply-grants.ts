/** Every consequence of what happens to a parent's budgets and children. It never refuses. */
import { amountOf, amountsBy, atLeastNothing, budgetsIn, hasAny, NOTHING } from "./amounts.ts";
import type {
  BudgetsPut,
  ChildFenced,
  ChildInherited,
  ChildLeft,
  GrantedChild,
  GrantsEvent,
  GrantsState,
  QuotaPassed,
} from "./grants-state.ts";
import { inheritanceOf, plusAmounts } from "./inheritance.ts";
import { CHILDREN_MAX, RETIRED_MAX } from "./limits.ts";
import type { Amounts, ChildName } from "./messages.ts";
import { uncoveredIn } from "./uncovered.ts";

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
    case "child-inherited":
      bequeath(state, event);
      return;
    case "quota-passed":
      pass(state, event);
      return;
  }
}

/** A child as it stands on disk, too: what was granted in all follows. */
export function putChild(state: GrantsState, child: GrantedChild): void {
  const before = state.children.get(child.child);
  move(state.granted, before?.granted ?? NOTHING, child.granted);
  move(state.smoothed, before?.smoothed ?? NOTHING, child.smoothed);
  move(state.uncovered, uncoveredIn(before), uncoveredIn(child));
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
  move(state.uncovered, uncoveredIn(child), NOTHING);
  state.children.delete(name);
  state.waiting.delete(name);
  state.left.delete(name);
  state.left.set(name, [...child.retired, child.incarnation].slice(-RETIRED_MAX));
  const oldest = state.left.keys().next().value;
  if (state.left.size > CHILDREN_MAX && oldest !== undefined) state.left.delete(oldest);
  if (heir !== undefined)
    bequeath(state, { child: heir, inheritance: inheritanceOf(child), at: child.heardAt });
}

/** Who was no child becomes one, and whoever asks first under its name is the one, but for those who have left under it. */
function bequeath(
  state: GrantsState,
  { child: name, inheritance, at }: Pick<ChildInherited, "child" | "inheritance" | "at">,
): void {
  const { amounts, uncovered = NOTHING } = inheritance;
  const uses = plusAmounts(amounts, uncovered);
  if (!hasAny(uses)) return;
  const known = state.children.get(name);
  const before = known ?? { ...unknownChild(name, "", at), retired: state.left.get(name) ?? [] };
  state.left.delete(name);
  putChild(state, {
    ...before,
    granted: plusAmounts(before.granted, amounts),
    // Nobody is to take it for something to spare before the heir was heard.
    committed: plusAmounts(before.committed, uses),
    used: plusAmounts(before.used, uses),
    smoothed: known === undefined ? amounts : before.smoothed,
    inherited: [...(before.inherited ?? []), inheritance],
  });
}

/** Kept for the part that has the symbols now until it says that it has it: what it asked before it could value them takes nothing of it. */
function pass(state: GrantsState, passed: QuotaPassed): void {
  const { child: name, heir, move: moved, amounts, uncovered, at } = passed;
  const child = state.children.get(name);
  if (child === undefined) return;
  const granted = amountsBy(
    Object.keys(child.granted),
    (budget) => amountOf(child.granted, budget) - amountOf(amounts, budget),
  );
  const left = plusAmounts(amounts, uncovered ?? NOTHING);
  const committed = amountsBy(Object.keys(child.committed), (budget) =>
    atLeastNothing(amountOf(child.committed, budget) - amountOf(left, budget)),
  );
  putChild(state, { ...child, granted, committed, moved });
  const inheritance = { id: `${name} ${moved}`, amounts, ...(uncovered === undefined ? {} : { uncovered }) };
  bequeath(state, { child: heir, inheritance, at });
}

function move(sums: Map<string, bigint>, before: Amounts, after: Amounts): void {
  for (const budget of budgetsIn(before, after)) {
    const sum = (sums.get(budget) ?? 0n) - amountOf(before, budget) + amountOf(after, budget);
    if (sum === 0n) sums.delete(budget);
    else sums.set(budget, sum);
  }
}
