/**
 * The parent's side of escrow: what each child may hold of each budget. Pure: the caller brings the time, makes the events durable, and
 * answers afterwards. Σ granted stands beside the children and is kept by difference: an ask costs what it names, not what there is.
 */
import {
  amountOf,
  amountsBy,
  atLeastNothing,
  budgetsIn,
  hasAny,
  isWithin,
  least,
  most,
  NOTHING,
  sameAmounts,
} from "./amounts.ts";
import { applyGrants } from "./apply-grants.ts";
import type {
  Above,
  AskOutcome,
  ChildFenced,
  FenceReason,
  Granted,
  GrantedChild,
  GrantsState,
  MemberOutcome,
  QuotaPassed,
} from "./grants-state.ts";
import { comingWith, inheritedOf, pendingFor, plusAmounts, withInherited } from "./inheritance.ts";
import { BUDGETS_KEPT_MAX, CHILDREN_MAX, INHERITANCES_MAX, NEED_MS, RETIRED_MAX } from "./limits.ts";
import type { Amounts, ChildName, Passing, QuotaAsk, QuotaReply } from "./messages.ts";
import { chunkOf, isScarce, topUpGoalOf } from "./policies.ts";
import {
  ceilingOf,
  grantedInAll,
  mayCome,
  poolAmount,
  poolOf,
  promised,
  shareAmount,
  uncoveredInAll,
  type View,
  viewOf,
  wishOf,
} from "./shares.ts";
import { uncoveredIn } from "./uncovered.ts";

/** `above` is what a desk holds itself (`aboveOf` of its holding). */
export function decideAsk(state: GrantsState, ask: QuotaAsk, at: number, above?: Above): AskOutcome {
  const child = state.children.get(ask.child);
  const stop = child === undefined ? stopStranger(state, ask) : stopKnown(child, ask);
  if (stop === "repeat") return { kind: "repeat" };
  if (stop === "ask-outdated" || stop === "too-many") return { kind: "refused", code: stop };
  if (stop === "fenced") return { kind: "refused", code: "child-fenced", event: undefined };
  if (stop !== undefined) return { kind: "refused", code: "child-fenced", event: fenced(ask, stop, at) };
  const passed = child === undefined ? undefined : passedBy(child, ask, at);
  if (passed === undefined) return { kind: "granted", event: grant(state, ask, at, above) };
  if (keptFor(state, passed.heir) >= INHERITANCES_MAX) return { kind: "refused", code: "too-many" };
  // What is granted is decided by how things stand once it has been passed on: nobody is granted it in between.
  const after = copyOf(state);
  applyGrants(after, passed);
  return { kind: "granted", passed, event: grant(after, ask, at, above) };
}

type Stop = "repeat" | "ask-outdated" | "too-many" | "fenced" | FenceReason;

/** Once for each move. No more than it gives up with this ask, so that what is granted in all stays as it is. */
function passedBy(child: GrantedChild, { held, passes }: QuotaAsk, at: number): QuotaPassed | undefined {
  if (passes === undefined || passes.move <= (child.moved ?? 0)) return undefined;
  const amounts = amountsBy(Object.keys(passes.amounts), (budget) => {
    const givenUp = atLeastNothing(amountOf(child.granted, budget) - amountOf(held, budget));
    return least(amountOf(passes.amounts, budget), givenUp);
  });
  const passed = { child: child.child, heir: passes.to, move: passes.move, amounts, at } as const;
  const uncovered = beyondIn(passes, amounts);
  return { kind: "quota-passed", ...passed, ...(hasAny(uncovered) ? { uncovered } : {}) };
}

/** What the symbols use beyond what it gives up for them. */
const beyondIn = ({ uses = NOTHING }: Passing, amounts: Amounts): Amounts =>
  amountsBy(Object.keys(uses), (budget) =>
    atLeastNothing(amountOf(uses, budget) - amountOf(amounts, budget)),
  );

/** Only the parts of a split account pass something on, and there are eight of them. */
const copyOf = (state: GrantsState): GrantsState => ({
  ...state,
  children: new Map(state.children),
  granted: new Map(state.granted),
  smoothed: new Map(state.smoothed),
  uncovered: new Map(state.uncovered),
  waiting: new Set(state.waiting),
  left: new Map(state.left),
});

const keptFor = ({ children }: GrantsState, heir: ChildName): number =>
  children.get(heir)?.inherited?.length ?? 0;

function stopStranger(state: GrantsState, ask: QuotaAsk): Stop | undefined {
  if (state.left.get(ask.child)?.includes(ask.incarnation)) return "ask-outdated";
  if (state.children.size >= CHILDREN_MAX || tooManyBudgets(ask)) return "too-many";
  return hasAny(ask.held) ? "holds-more" : undefined;
}

const tooManyBudgets = (ask: QuotaAsk): boolean =>
  budgetsIn(ask.held, ask.committed, ask.used, ask.needed).size > BUDGETS_KEPT_MAX;

function stopKnown(child: GrantedChild, ask: QuotaAsk): Stop | undefined {
  if (child.isFenced) return "fenced";
  if (tooManyBudgets(ask)) return "too-many";
  const stop = child.isAdmitted ? undefined : stopOther(child, ask);
  if (stop !== undefined) return stop;
  if (!isWithin(withInherited(ask, pendingFor(child, ask)).held, child.granted)) return "holds-more";
  return ask.incarnation === child.incarnation && ask.n === child.n && !child.isAdmitted
    ? "repeat"
    : undefined;
}

/** Neither the one that was confirmed nor its successor, or a copy of it from before. */
function stopOther(child: GrantedChild, { incarnation, previous, n, seq }: QuotaAsk): Stop | undefined {
  if (child.retired.includes(incarnation)) return "ask-outdated";
  // Nobody but an heir that was never heard: it is whoever comes.
  if (child.incarnation === "") return undefined;
  if (incarnation === child.incarnation && n < child.n) return "ask-outdated";
  if (incarnation !== child.incarnation && previous !== child.incarnation) return "stranger";
  return seq < child.seq ? "older" : undefined;
}

const fenced = ({ child, incarnation }: QuotaAsk, why: FenceReason, at: number): ChildFenced => ({
  ...{ kind: "child-fenced", child, incarnation, why, at },
});

function grant(state: GrantsState, given: QuotaAsk, at: number, above: Above | undefined): Granted {
  const before = state.children.get(given.child);
  const ask = withInherited(given, pendingFor(before, given));
  const retired =
    before === undefined ? (state.left.get(ask.child) ?? []) : retiredBy(before, ask.incarnation);
  const heard = { ...heardOf(before, ask, at), retired };
  const view = viewOf(state, above, at, heard);
  const budgets = budgetsIn(ask.held, ask.committed, ask.needed, state.own, above?.held ?? NOTHING);
  const granted = amountsBy(budgets, (budget) => grantOf(view, heard, ask, budget));
  const waits = { ...heard, granted, waiting: unmetOf(ask, granted) };
  const within = viewOf(state, above, at, waits);
  const isShort = Object.keys(waits.waiting).some((budget) => mayCome(within, waits, budget));
  const after = { ...waits, isShort };
  const told = viewOf(state, above, at, after);
  const wished = amountsBy(Object.keys(granted), (budget) =>
    wishOf(told, after, budget, neededIn(ask, budget)),
  );
  return eventOf(before, given, { ...after, wished });
}

/** What it wants to hold, if it wants more than it does. */
const neededIn = ({ held, needed }: QuotaAsk, budget: string): bigint =>
  needed[budget] === undefined ? 0n : amountOf(held, budget) + amountOf(needed, budget);

/** As it says itself, before anything is granted to it. */
function heardOf(before: GrantedChild | undefined, ask: QuotaAsk, at: number): Omit<GrantedChild, "retired"> {
  const { child, incarnation, n, seq, priority, held, committed, used } = ask;
  const stillWaits = before?.isShort === true && at - before.heardAt <= NEED_MS;
  return {
    ...{ child, incarnation, n, seq, priority, used, heardAt: at, granted: held },
    committed: notLess(before, ask, plusAmounts(committed, comingWith(pendingFor(before, ask)))),
    smoothed: smooth(before?.smoothed ?? NOTHING, used),
    waiting: NOTHING,
    since: stillWaits ? before.since : at,
    isShort: false,
    wished: NOTHING,
    isFenced: false,
    isAdmitted: false,
    ...(before?.moved === undefined ? {} : { moved: before.moved }),
    ...inheritedOf(pendingFor(before, ask)),
  };
}

/** What was said to be used does not become less by not being known. */
const notLess = (before: GrantedChild | undefined, { unknown }: QuotaAsk, said: Amounts): Amounts =>
  before === undefined || unknown === undefined
    ? said
    : amountsBy(budgetsIn(said, before.committed), (budget) => {
        const [uses, used] = [amountOf(said, budget), amountOf(before.committed, budget)];
        return unknown.includes(budget) ? most(uses, used) : uses;
      });

function retiredBy(before: GrantedChild, incarnation: string): readonly string[] {
  if (before.incarnation === incarnation || before.incarnation === "")
    return before.retired.filter((one) => one !== incarnation);
  return [...before.retired, before.incarnation].filter((one) => one !== incarnation).slice(-RETIRED_MAX);
}

const smooth = (before: Amounts, used: Amounts): Amounts =>
  amountsBy(budgetsIn(before, used), (budget) => {
    const [was, is] = [amountOf(before, budget), atLeastNothing(amountOf(used, budget))];
    return is >= was ? is : was - (was - is + 3n) / 4n;
  });

/** Need first: what is used already may reach into the reserve, growth may not. Then a share, of what nobody waits for. */
function grantOf(view: View, child: GrantedChild, ask: QuotaAsk, budget: string): bigint {
  const held = amountOf(ask.held, budget);
  const others = grantedInAll(view, budget) - held;
  const uncovered = atLeastNothing(amountOf(ask.committed, budget) - held);
  const cover = between(uncovered, ceilingOf(view, budget) - others - held);
  const ofOthers = uncoveredInAll(view, budget, "changed");
  const growth = atLeastNothing(amountOf(ask.needed, budget) - uncovered);
  const room = poolAmount(view, budget, cover + growth) - others - ofOthers - held - cover;
  const met = between(growth, room - promised(view, budget, child.child, child));
  const needed = held + cover + met;
  if (cover < uncovered || met < growth) return needed;
  const spare = shareAmount(view, budget) - others - ofOthers - needed;
  return needed + topUpOf(view, child, budget, needed, spare);
}

const between = (wanted: bigint, room: bigint): bigint => least(wanted, atLeastNothing(room));

/** Only for whom little is left, so that not every ask moves amounts. */
function topUpOf(view: View, child: GrantedChild, budget: string, granted: bigint, room: bigint): bigint {
  const pool = poolOf(view, budget);
  const inUse = amountOf(child.used, budget) + atLeastNothing(granted - amountOf(child.granted, budget));
  const left = granted - inUse;
  if (!isScarce(granted, inUse) && 2n * left >= chunkOf(pool)) return 0n;
  const goal = topUpGoalOf(view.state.policy, pool, inUse, amountOf(child.smoothed, budget));
  return between(atLeastNothing(goal - granted), room - promised(view, budget, child.child));
}

const unmetOf = ({ held, needed }: QuotaAsk, granted: Amounts): Amounts =>
  amountsBy(Object.keys(needed), (budget) =>
    atLeastNothing(amountOf(held, budget) + amountOf(needed, budget) - amountOf(granted, budget)),
  );

function eventOf(before: GrantedChild | undefined, ask: QuotaAsk, after: GrantedChild): Granted {
  const isChanged = !sameAmounts(before?.granted ?? NOTHING, after.granted);
  const isOther = before?.incarnation !== after.incarnation || before.isAdmitted;
  // Said once: a disk that did not know it would keep it once more.
  const hasTaken = before?.inherited?.length !== after.inherited?.length;
  // After a crash, too, it is promised to nobody else.
  const isOtherUse = !sameAmounts(uncoveredIn(before), uncoveredIn(after));
  return {
    kind: "quota-granted",
    child: after,
    held: ask.held,
    isNew: before === undefined,
    isChanged,
    isDurable: isChanged || isOther || hasTaken || isOtherUse || !sameAmounts(ask.held, after.granted),
  };
}

/** What a child is told: the same for an ask as for its repeat, since nothing has been granted in between. */
export function replyFor(state: GrantsState, child: ChildName, above?: Above): QuotaReply | undefined {
  const record = state.children.get(child);
  if (record === undefined || record.isFenced) return undefined;
  const { n, granted, wished, isShort, inherited = [] } = record;
  const age = above === undefined ? {} : { ageMs: above.ageMs };
  const over = overIn(state, above, granted);
  const told = over.length === 0 ? {} : { over };
  return { n, granted, wished, isShort, ...age, ...told, ...inheritedOf(inherited) };
}

/** Until what is granted and what is used beyond that is within the limit, whoever uses less of what it holds does not use it again. */
const overIn = (state: GrantsState, above: Above | undefined, granted: Amounts): readonly string[] =>
  Object.keys(granted).filter((budget) => {
    const limit = state.own.get(budget)?.limit;
    if (limit === undefined) return above?.over?.includes(budget) === true;
    return (state.granted.get(budget) ?? 0n) + (state.uncovered.get(budget) ?? 0n) > limit;
  });

/** It has another parent, or none, and holds nothing any more: on its disk before it says so. */
export function decideLeave(
  state: GrantsState,
  child: ChildName,
  incarnation: string,
  committed: Amounts,
  heir?: ChildName,
): MemberOutcome {
  const record = state.children.get(child);
  if (record === undefined) return { kind: "done", event: undefined };
  if (record.isFenced || (record.incarnation !== incarnation && !record.isAdmitted))
    return { kind: "refused", code: "child-fenced" };
  if (hasAny(committed)) return { kind: "refused", code: "child-holds" };
  if (heir !== undefined && keptFor(state, heir) >= INHERITANCES_MAX)
    return { kind: "refused", code: "too-many" };
  return { kind: "done", event: { kind: "child-left", child, ...(heir === undefined ? {} : { heir }) } };
}

/** A person has seen to it that there is one copy only: the next incarnation that asks is the confirmed one. */
export function decideAdmit(state: GrantsState, child: ChildName): MemberOutcome {
  const record = state.children.get(child);
  if (record === undefined) return { kind: "refused", code: "child-unknown" };
  if (!record.isFenced) return { kind: "done", event: undefined };
  return { kind: "done", event: { kind: "child-admitted", child } };
}
