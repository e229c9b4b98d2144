/** How the book stands against those limits that hold without an order: for violations, and for who asks how much is used. */
import { assert } from "../../src/domain/assert.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { CLASS_KINDS, type ClassKind } from "../../src/domain/limit.ts";
import { ZERO } from "../../src/domain/money.ts";
import { classesFor, groundOf, holdsFor, memberOf, type Subject } from "./applied-limits.ts";
import { sumsCovering } from "./book-sums.ts";
import { isSummed } from "./checks/book-rest.ts";
import { observedOf } from "./checks/measure.ts";
import { limitCheckOf } from "./checks/registry.ts";
import type { ViolationRaised } from "./events.ts";
import { gather } from "./gather.ts";
import type { Found } from "./inputs.ts";
import type { OrderTerms } from "./messages.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { type Limit, NO_LIMITS, NO_STRATEGY, type RiskState } from "./state.ts";

/** How far one member of a limit's scope uses it. */
export type LimitUse = {
  readonly limit: Limit;
  readonly subject: Subject;
  readonly observed: bigint;
  readonly bound: bigint;
  /** Decimals of both. */
  readonly scale: number;
};

/** For one symbol and strategy, all standing limits that hold for them. What cannot be valued is left out. */
export function usesFor(
  state: RiskState,
  subject: Subject,
  limits: readonly Limit[],
  at: number,
): LimitUse[] {
  const standing = standingOf(limits).filter(({ kind }) => limitCheckOf(kind)?.trips !== true);
  if (standing.length === 0) return [];
  const classes = classesFor(limits, state.instruments.get(subject.symbol as Symbol));
  return usesIn(withSums(state, limits), { ...subject, classes }, groupsOf(standing), at);
}

/**
 * Every member of every standing limit's scope: `visit` gets what the limits of its scope make of it. Each member is gathered once,
 * however many limits there are.
 */
export function visitUses(
  state: RiskState,
  limits: readonly Limit[],
  at: number,
  visit: (uses: readonly LimitUse[]) => void,
): void {
  const summed = withSums(state, limits);
  for (const [members, held] of Map.groupBy(standingOf(limits), membersOf)) {
    const groups = groupsOf(held);
    for (const subject of SUBJECTS[members](summed, held)) {
      if (!held.some((limit) => holdsFor(limit, subject))) continue;
      visit(usesIn(summed, subject, groups, at));
    }
  }
}

/** A set that is not in force may ask for sums that are not kept. */
function withSums(state: RiskState, limits: readonly Limit[]): RiskState {
  const sums = sumsCovering(state, limits);
  return sums === state.sums ? state : { ...state, sums };
}

/** Of two members of one limit's scope, whether the first uses more of it: by the ratio, since members can have other scales. */
export const usesMore = (one: LimitUse, other: LimitUse): boolean =>
  one.observed * other.bound > other.observed * one.bound;

export const isOver = ({ observed, bound }: LimitUse): boolean => observed > bound;

export function violationOf(use: LimitUse, at: number): ViolationRaised {
  const { limit, subject, observed, bound, scale } = use;
  return {
    kind: "violation-raised",
    at,
    code: limit.kind,
    symbol: isOfSymbol(limit) && subject.symbol !== NO_SYMBOL ? subject.symbol : undefined,
    strategy: limit.scope.kind === "strategy" ? subject.strategy : NO_STRATEGY,
    limitId: limit.id,
    limit: decimalText(bound, scale),
    observed: decimalText(observed, scale),
    ...(isSummed(limit.scope.kind) ? { member: memberOf(limit, subject) } : {}),
  };
}

/** An account's, a class's and a group's sums are about no one symbol. */
const isOfSymbol = ({ kind, scope }: Limit): boolean =>
  scope.kind === "symbol" || scope.kind === "strategy" || OF_EACH_SYMBOL.includes(kind);

/** Of the account's own: what several accounts use of an inherited one is known above. */
const standingOf = (limits: readonly Limit[]): Limit[] =>
  limits.filter((limit) => limit.quota === undefined && limitCheckOf(limit.kind)?.standing === true);

/** Limits of one kind and scope measure the same of a member: it is measured once for all of them. */
const groupsOf = (limits: readonly Limit[]): Limit[][] => [...Map.groupBy(limits, measureKey).values()];

function measureKey(limit: Limit): string {
  const { kind, scope } = limit;
  const group = scope.kind === "group" ? scope.id : "";
  return `${kind} ${scope.kind} ${group} ${limitCheckOf(kind)?.parameters?.(limit) ?? ""}`;
}

function usesIn(
  state: RiskState,
  subject: Subject,
  groups: readonly (readonly Limit[])[],
  at: number,
): LimitUse[] {
  const scene = sceneFor(state, subject, at);
  return groups.flatMap((group) => {
    const held = group.filter((limit) => holdsFor(limit, subject));
    const [first] = held;
    if (first === undefined || isOfUnknownClass(first, subject)) return [];
    const check = limitCheckOf(first.kind);
    assert(check !== undefined, "a standing limit has a check");
    const measuring = { limit: first, scope: first.scope.kind, rateIndex: 0 };
    const measure = check.measure(scene, measuring, foundFor(state, subject, first, at));
    if (measure === undefined || measure.missing !== undefined) return [];
    const ground = groundOf(scene.inputs);
    const scale = check.unit.scale(ground);
    return held.map((limit) => {
      const bound = check.unit.bound(ground, limit, limit.threshold);
      return { limit, subject, observed: observedOf(measure), bound, scale };
    });
  });
}

/** Of a class that reference data does not say nothing is known, so nothing is used of its limits. */
const isOfUnknownClass = (limit: Limit, subject: Subject): boolean =>
  CLASS_KINDS.some((kind) => kind === limit.scope.kind) && memberOf(limit, subject) === "";

/** An order of nothing sees the book. Limits that count orders are none of its matter, and dear to gather. */
const sceneFor = (state: RiskState, subject: Subject, at: number): Scene =>
  sceneOf(gather({ ...state, limits: NO_LIMITS }, asOrder(subject), at));

function foundFor(state: RiskState, subject: Subject, limit: Limit, at: number): Found | undefined {
  const instrument = state.instruments.get(subject.symbol as Symbol);
  const about = { scope: limit.scope.kind, member: memberOf(limit, subject) };
  const asked = { state, terms: asOrder(subject), at, instrument, original: undefined, limit, ...about };
  return limitCheckOf(limit.kind)?.gather?.(asked);
}

/** No line has it: seen from here, all of an account or a strategy is the rest. */
const NO_SYMBOL = "";

type Members = Limit["scope"]["kind"] | "line";

function membersOf({ kind, scope }: Limit): Members {
  if (!OF_EACH_SYMBOL.includes(kind)) return scope.kind;
  return scope.kind === "strategy" ? "line" : scope.kind === "account" ? "symbol" : scope.kind;
}

const SUBJECTS: Readonly<Record<Members, (state: RiskState, held: readonly Limit[]) => readonly Subject[]>> =
  {
    account: () => [{ symbol: NO_SYMBOL, strategy: NO_STRATEGY }],
    symbol: ({ symbolLines }) => [...symbolLines.keys()].map((symbol) => ({ symbol, strategy: NO_STRATEGY })),
    strategy: ({ strategyTotals }) =>
      [...strategyTotals.keys()].map((strategy) => ({ symbol: NO_SYMBOL, strategy })),
    sector: (state) => classesIn(state, "sector"),
    country: (state) => classesIn(state, "country"),
    currency: (state) => classesIn(state, "currency"),
    issuer: (state) => classesIn(state, "issuer"),
    group: (_state, held) =>
      [...new Set(held.flatMap(({ scope }) => scope.id ?? []))].map((group) => ({ ...NOBODY, group })),
    line: ({ symbolLines }) =>
      [...symbolLines].flatMap(([symbol, { strategies }]) =>
        strategies.map((strategy) => ({ symbol, strategy })),
      ),
  };

const NOBODY: Subject = { symbol: NO_SYMBOL, strategy: NO_STRATEGY };

/** Of everything that is held or worked. */
function classesIn({ symbolLines, instruments }: RiskState, kind: ClassKind): Subject[] {
  const members = new Set<string>();
  for (const symbol of symbolLines.keys()) {
    const member = instruments.get(symbol)?.[kind];
    if (member !== undefined) members.add(member);
  }
  return [...members].map((member) => ({ ...NOBODY, classes: { ...NO_CLASSES, [kind]: member } }));
}

const NO_CLASSES = { sector: undefined, country: undefined, currency: undefined, issuer: undefined };

/** Of an account or a strategy they are about each symbol for itself. */
const OF_EACH_SYMBOL: readonly Limit["kind"][] = ["max-position-qty", "max-position-notional", "max-weight"];

/** An order of nothing: checks of it see the book. */
const asOrder = ({ symbol, strategy }: Subject): OrderTerms => ({
  clientOrderId: "",
  strategy,
  // SAFETY: it is only looked up; a subject without a symbol is found nowhere.
  symbol: symbol as OrderTerms["symbol"],
  side: "buy",
  type: "market",
  qty: String(ZERO),
  price: undefined,
  stopPrice: undefined,
  timeInForce: undefined,
  reduceOnly: false,
  replaces: undefined,
  body: "",
});
