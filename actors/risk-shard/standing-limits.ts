/** How the book stands against those limits that hold without an order: for violations, and for who asks how much is used. */
import { assert } from "../../src/domain/assert.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import { ZERO } from "../../src/domain/money.ts";
import { limitCheckOf } from "./checks/registry.ts";
import { limitsFor, type Subject } from "./evaluate.ts";
import type { ViolationRaised } from "./events.ts";
import { gather } from "./gather.ts";
import type { OrderTerms } from "./messages.ts";
import { sceneOf } from "./scene.ts";
import { type Limit, NO_STRATEGY, type RiskState } from "./state.ts";

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
  const standing = limits.filter((limit) => limitCheckOf(limit.kind)?.standing === true);
  if (standing.length === 0) return [];
  const scene = sceneOf(gather(state, asOrder(subject), at));
  return limitsFor(subject, standing, []).flatMap((applied) => {
    const { limit } = applied;
    const check = limitCheckOf(limit.kind);
    assert(check !== undefined, "a standing limit has a check");
    const measure = check.measure(scene, applied);
    if (measure === undefined) return [];
    const bound = check.unit.bound(scene, limit, limit.threshold);
    return [{ limit, subject, observed: measure.observed, bound, scale: check.unit.scale(scene) }];
  });
}

/** For every member of one limit's scope. */
export const usesOf = (state: RiskState, limit: Limit, at: number): LimitUse[] =>
  subjectsOf(state, limit).flatMap((subject) => usesFor(state, subject, [limit], at));

export const isOver = ({ observed, bound }: LimitUse): boolean => observed > bound;

export function violationOf(use: LimitUse, at: number): ViolationRaised {
  const { limit, subject, observed, bound, scale } = use;
  return {
    kind: "violation-raised",
    at,
    code: limit.kind,
    symbol: limit.scope.kind === "account" || subject.symbol === NO_SYMBOL ? undefined : subject.symbol,
    strategy: limit.scope.kind === "strategy" ? subject.strategy : NO_STRATEGY,
    limitId: limit.id,
    limit: decimalText(bound, scale),
    observed: decimalText(observed, scale),
  };
}

/** No line has it: seen from here, all of an account or a strategy is the rest. */
const NO_SYMBOL = "";

function subjectsOf(state: RiskState, { kind, scope }: Limit): Subject[] {
  switch (scope.kind) {
    case "account":
      return [{ symbol: NO_SYMBOL, strategy: NO_STRATEGY }];
    case "symbol":
      return [...state.symbolLines.keys()]
        .filter((symbol) => scope.id === undefined || scope.id === symbol)
        .map((symbol) => ({ symbol, strategy: NO_STRATEGY }));
    case "strategy":
      return strategiesIn(state, scope.id).flatMap((strategy) =>
        isOfPosition(kind) ? linesOf(state, strategy) : [{ symbol: NO_SYMBOL, strategy }],
      );
  }
}

const strategiesIn = (state: RiskState, id: string | undefined): string[] =>
  [...state.strategyTotals.keys()].filter(
    (strategy) => strategy !== NO_STRATEGY && (id === undefined || id === strategy),
  );

const linesOf = (state: RiskState, strategy: string): Subject[] =>
  [...state.symbolLines]
    .filter(([, { strategies }]) => strategies.includes(strategy))
    .map(([symbol]) => ({ symbol, strategy }));

const isOfPosition = (kind: Limit["kind"]): boolean =>
  kind === "max-position-qty" || kind === "max-position-notional";

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
