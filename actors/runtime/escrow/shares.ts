/** How much of a budget there is for whom, and who gives back: worked out from what the children were last heard to use. */
import { amountOf, atLeastNothing, least, most } from "./amounts.ts";
import type { Above, GrantedChild, GrantsState } from "./grants-state.ts";
import { NEED_MS } from "./limits.ts";
import type { ChildName } from "./messages.ts";
import { comesBefore, type Giver, givesBefore, goalOf, isFarAbove, type Pool } from "./policies.ts";
import { uncoveredOf, waitsBeyond } from "./uncovered.ts";

/** The state as it will be once `changed` is in it. */
export type View = {
  readonly state: GrantsState;
  readonly above: Above | undefined;
  readonly at: number;
  readonly changed: GrantedChild | undefined;
  /** Those whose need stands, in the order in which they are served. */
  readonly waiting: readonly GrantedChild[];
};

export const viewOf = (
  state: GrantsState,
  above: Above | undefined,
  at: number,
  changed?: GrantedChild,
): View => ({ state, above, at, changed, waiting: waitingIn(state, at, changed) });

function waitingIn(
  state: GrantsState,
  at: number,
  changed: GrantedChild | undefined,
): readonly GrantedChild[] {
  const all: GrantedChild[] = [];
  for (const name of state.waiting) {
    const child = name === changed?.child ? undefined : state.children.get(name);
    if (child !== undefined && !child.isFenced && at - child.heardAt <= NEED_MS) all.push(child);
  }
  if (changed !== undefined && Object.keys(changed.waiting).length > 0) all.push(changed);
  return all.sort((one, other) => (comesBefore(state.policy, one, other) ? -1 : 1));
}

/** What may be granted in all: the limit, or of a budget from above what the node holds of it. */
export const ceilingOf = ({ state, above }: View, budget: string): bigint =>
  state.own.get(budget)?.limit ?? (above === undefined ? 0n : amountOf(above.held, budget));

/** Of that, what is shared out beyond needs. What is wished back from above is granted to nobody. */
export function shareAmount({ state, above }: View, budget: string): bigint {
  const own = state.own.get(budget);
  if (own !== undefined) return own.limit - own.reserve;
  return above === undefined ? 0n : least(amountOf(above.held, budget), amountOf(above.wished, budget));
}

/**
 * Of that, what needs are met from. As an account does, a desk first uses what it holds: what is wished back from above is among it as
 * long as all that is needed (`more`: beyond what waits) fits into it. Where it does not, those above say who is served.
 */
export function poolAmount(view: View, budget: string, more = 0n): bigint {
  const { state, above } = view;
  const share = shareAmount(view, budget);
  if (above === undefined || state.own.has(budget)) return share;
  const waits = view.waiting.reduce((sum, child) => sum + amountOf(child.waiting, budget), 0n);
  if (waits + more <= 0n) return share;
  const goesOut = grantedInAll(view, budget) + waits + more;
  return goesOut <= amountOf(above.held, budget) ? most(goesOut, share) : share;
}

export function grantedInAll({ state, changed }: View, budget: string): bigint {
  const all = state.granted.get(budget) ?? 0n;
  if (changed === undefined) return all;
  const before = state.children.get(changed.child);
  return (
    all - (before === undefined ? 0n : amountOf(before.granted, budget)) + amountOf(changed.granted, budget)
  );
}

/** Used beyond what is granted, by all children as they will be; `apartFrom` the one that changes, where that is said. */
export function uncoveredInAll({ state, changed }: View, budget: string, apartFrom?: "changed"): bigint {
  const all = state.uncovered.get(budget) ?? 0n;
  if (changed === undefined) return all;
  const before = state.children.get(changed.child);
  const others = all - (before === undefined ? 0n : uncoveredOf(before, budget));
  return apartFrom === undefined ? others + uncoveredOf(changed, budget) : others;
}

export function poolOf(view: View, budget: string): Pool {
  const { state, changed } = view;
  const before = changed === undefined ? undefined : state.children.get(changed.child);
  const isNew = changed !== undefined && before === undefined;
  const smoothed =
    (state.smoothed.get(budget) ?? 0n) -
    (before === undefined ? 0n : amountOf(before.smoothed, budget)) +
    (changed === undefined ? 0n : amountOf(changed.smoothed, budget));
  const amount = atLeastNothing(shareAmount(view, budget));
  return { amount, children: state.children.size + (isNew ? 1 : 0), smoothed };
}

/** All children as they will be. */
function* childrenOf({ state, changed }: View): Generator<GrantedChild> {
  for (const child of state.children.values()) if (child.child !== changed?.child) yield child;
  if (changed !== undefined) yield changed;
}

/** Beyond what it uses. */
export const spareOf = (child: GrantedChild, budget: string): bigint =>
  child.isFenced ? 0n : atLeastNothing(amountOf(child.granted, budget) - amountOf(child.used, budget));

/** What those who were told to come again have been told so for; of `before` only those who are served before it. */
export function promised(view: View, budget: string, apartFrom: ChildName, before?: GrantedChild): bigint {
  let sum = 0n;
  for (const other of view.waiting) {
    if (other.child === apartFrom || !other.isShort) continue;
    if (before === undefined || comesBefore(view.state.policy, other, before))
      sum += waitsBeyond(other, budget);
  }
  return sum;
}

/** Whose need stands at which place in the order in which they are served. */
function placesIn(view: View): ReadonlyMap<GrantedChild, number> {
  const known = PLACES.get(view);
  if (known !== undefined) return known;
  const places = new Map(view.waiting.map((child, place) => [child, place]));
  PLACES.set(view, places);
  return places;
}

/** Found once for each view: as many wait as there are children, and each of them is looked up for each budget. */
const PLACES = new WeakMap<View, ReadonlyMap<GrantedChild, number>>();

/** What is granted, and what is used beyond that. */
const takenInAll = (view: View, budget: string): bigint =>
  grantedInAll(view, budget) + uncoveredInAll(view, budget);

/** What is missing for those who are served before each place; the last is for all who wait. Linear in who waits, not in that times itself. */
function missingBefore(view: View, budget: string): readonly bigint[] {
  let sum = takenInAll(view, budget) - poolAmount(view, budget);
  const missing = [sum];
  for (const child of view.waiting) {
    sum += waitsBeyond(child, budget);
    missing.push(sum);
  }
  return missing;
}

export type Returns = {
  /** For all who wait, and for what is granted beyond what there is. Nothing or less: it is all there. */
  readonly missing: bigint;
  readonly by: ReadonlyMap<ChildName, bigint>;
  /** Less than that is known to be spare. */
  readonly isTooLittle: boolean;
};

/** Who gives back how much, so that what is missing comes together. Who waits itself gives only for those before it. */
export function returnsOf(view: View, budget: string): Returns {
  const before = missingBefore(view, budget);
  const missing = before.at(-1) ?? 0n;
  const by = new Map<ChildName, bigint>();
  if (missing <= 0n) return { missing, by, isTooLittle: false };
  let taken = 0n;
  const places = placesIn(view);
  for (const { child, spare, isWaiting } of giversOf(view, budget)) {
    const place = places.get(child);
    const own = place === undefined ? 0n : waitsBeyond(child, budget);
    const asked = isWaiting ? (before[place ?? 0] ?? 0n) : missing - own;
    const share = least(spare, atLeastNothing(asked - taken));
    if (share > 0n) by.set(child.child, share);
    taken += share;
    if (taken >= missing) break;
  }
  return { missing, by, isTooLittle: taken < missing };
}

function giversOf(view: View, budget: string): readonly Giver[] {
  const givers: Giver[] = [];
  const places = placesIn(view);
  for (const child of childrenOf(view)) {
    const spare = spareOf(child, budget);
    // Who was told that there is no more has been decided by that.
    if (spare > 0n) givers.push({ child, spare, isWaiting: child.isShort && places.has(child) });
  }
  return givers.sort((one, other) => givesBefore(view.state.policy, one, other));
}

/** What a child is told to keep at the most. `needed`: what it has just asked for, which it does not use yet. */
export function wishOf(view: View, child: GrantedChild, budget: string, needed: bigint): bigint {
  const granted = amountOf(child.granted, budget);
  const { missing, by, isTooLittle } = returnsOf(view, budget);
  // Others wait for more than is known to be spare: whatever it uses less from now on it brings by itself.
  const first = view.waiting.find(({ isShort }) => isShort);
  const isForOthers = first !== undefined || takenInAll(view, budget) > poolAmount(view, budget);
  if (isTooLittle && isForOthers && first !== child) return 0n;
  const uses = most(amountOf(child.committed, budget), needed);
  const goal = goalOf(view.state.policy, poolOf(view, budget), uses, amountOf(child.smoothed, budget));
  const back = by.get(child.child);
  // Who has to give anyway gives all that is beyond its goal: the next who needs some need not wait for it.
  if (back !== undefined) return least(granted - back, goal);
  return missing <= 0n && isFarAbove(granted, goal, uses) ? goal : granted;
}

/** What it was last heard to use can be gone by: it was heard since, or it comes by itself as soon as it uses less. */
const isKnown = (child: GrantedChild, budget: string, since: number): boolean =>
  child.heardAt > since || amountOf(child.wished, budget) === 0n;

const mayGive = (child: GrantedChild, budget: string, since: number): boolean =>
  !child.isFenced &&
  amountOf(child.granted, budget) > 0n &&
  (spareOf(child, budget) > 0n || !isKnown(child, budget, since));

/** Whether more than there is may come together for it: from others, or from above. */
export function mayCome(view: View, child: GrantedChild, budget: string): boolean {
  if (mayComeFromAbove(view, child, budget)) return true;
  for (const other of childrenOf(view)) {
    // Whoever is served before it may have some left over, too.
    if (other.child !== child.child && mayGive(other, budget, child.since)) return true;
  }
  return false;
}

function mayComeFromAbove({ state, above }: View, child: GrantedChild, budget: string): boolean {
  if (above === undefined || budget.startsWith(`${state.node}/`)) return false;
  return (above.dry.get(budget) ?? Number.NEGATIVE_INFINITY) <= child.since;
}

/** Whom to call, that it asks now: who has something to give back or may have, and for whom there is something by now. */
export function callsFor(state: GrantsState, above: Above | undefined, at: number): ReadonlySet<ChildName> {
  const view = viewOf(state, above, at);
  const called = new Set<ChildName>();
  for (const budget of wantedBudgets(view)) callFor(view, budget, called);
  return called;
}

function wantedBudgets(view: View): Set<string> {
  const wanted = new Set<string>();
  for (const { waiting } of view.waiting) for (const budget of Object.keys(waiting)) wanted.add(budget);
  for (const [budget, granted] of view.state.granted)
    if (granted > poolAmount(view, budget)) wanted.add(budget);
  for (const budget of view.state.uncovered.keys()) wanted.add(budget);
  return wanted;
}

function callFor(view: View, budget: string, called: Set<ChildName>): void {
  const { by, isTooLittle } = returnsOf(view, budget);
  for (const child of by.keys()) called.add(child);
  const since = view.waiting.find((child) => amountOf(child.waiting, budget) > 0n)?.since ?? view.at;
  if (isTooLittle) {
    for (const child of childrenOf(view)) if (mayGive(child, budget, since)) called.add(child.child);
  }
  callUncovered(view, budget, called);
  let room = poolAmount(view, budget) - takenInAll(view, budget);
  for (const child of view.waiting) {
    const need = waitsBeyond(child, budget);
    if (need === 0n || !child.isShort || room <= 0n) continue;
    called.add(child.child);
    room -= need;
  }
}

/** What is used beyond what is granted is covered as soon as there is something for it. */
function callUncovered(view: View, budget: string, called: Set<ChildName>): void {
  if (!view.state.uncovered.has(budget) || grantedInAll(view, budget) >= ceilingOf(view, budget)) return;
  for (const child of childrenOf(view))
    if (!child.isFenced && uncoveredOf(child, budget) > 0n) called.add(child.child);
}
