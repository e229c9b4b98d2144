/** What limits of the book gather: all of their scope but the order's own line, which each of them adds as it becomes. */
import { CLASS_KINDS, type ClassKind } from "../../../src/domain/limit.ts";
import { NO_LINE, NO_TOTALS } from "../book-records.ts";
import { type Extremes, grossOf, longOf, shortOf } from "../extremes.ts";
import type { Found } from "../inputs.ts";
import type { Scene } from "../scene.ts";
import { type LimitScopeKind, lineKey } from "../state.ts";
import { NO_SUM, sumKey } from "../sum-records.ts";
import { viewIn } from "../views.ts";
import type { Asked } from "./check.ts";

/** Scopes whose sums are kept because a limit asks for them. Those of an account and its strategies always are. */
export const SUMMED_SCOPES = [...CLASS_KINDS, "group"] as const satisfies readonly LimitScopeKind[];
export const BOOK_SCOPES = ["account", "strategy", "symbol", ...SUMMED_SCOPES] as const;
/** Where it takes a sum to know the rest: a symbol is all there is of itself. */
export const REST_SCOPES = ["account", "strategy", ...SUMMED_SCOPES] as const;

type Side = "long" | "short" | "gross" | "high" | "low";

/** Undefined where reference data does not say whose sum it is. */
export const restOf =
  (...sides: readonly Side[]) =>
  (asked: Asked): Found | undefined => {
    const whole = wholeOf(asked);
    if (whole === undefined) return undefined;
    const line = lineOf(asked);
    return sides.map((side) => whole[side] - SIDES[side](line));
  };

export const isSummed = (scope: LimitScopeKind): scope is ClassKind | "group" =>
  SUMMED_SCOPES.some((kind) => kind === scope);

/** Gross of the scope without the order's line, for kinds that gather it where it is not among the inputs of all checks. */
export function grossBeside(
  scene: Scene,
  scope: LimitScopeKind,
  found: Found | undefined,
): bigint | undefined {
  if (scope === "symbol") return 0n;
  return isSummed(scope) ? found?.[0] : viewIn(scene, scope)?.restGross;
}

function wholeOf({ state, terms, scope, member }: Asked): Readonly<Record<Side, bigint>> | undefined {
  if (scope === "strategy") return state.strategyTotals.get(terms.strategy) ?? NO_TOTALS;
  if (!isSummed(scope)) return state.totals;
  return member === "" ? undefined : (state.sums.byKey.get(sumKey(scope, member)) ?? NO_SUM);
}

function lineOf({ state, terms, scope }: Asked): Extremes {
  const { symbol, strategy } = terms;
  const line =
    scope === "strategy" ? state.strategyLines.get(lineKey(symbol, strategy)) : state.symbolLines.get(symbol);
  return line ?? NO_LINE;
}

const SIDES: Readonly<Record<Side, (line: Extremes) => bigint>> = {
  long: longOf,
  short: shortOf,
  gross: grossOf,
  high: ({ high }) => high,
  low: ({ low }) => low,
};
