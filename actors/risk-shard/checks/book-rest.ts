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

type Whole = Extremes & { readonly long: bigint; readonly short: bigint; readonly gross: bigint };

/** Undefined where reference data does not say whose sum it is. */
const restBy =
  (rest: (whole: Whole, line: Extremes) => Found) =>
  (asked: Asked): Found | undefined => {
    const whole = wholeOf(asked);
    return whole === undefined ? undefined : rest(whole, lineOf(asked));
  };

export const restLong = restBy(({ long }, line) => [long - longOf(line)]);
export const restShort = restBy(({ short }, line) => [short - shortOf(line)]);
export const restGross = restBy(({ gross }, line) => [gross - grossOf(line)]);
export const restExtremes = restBy(({ high, low }, line) => [high - line.high, low - line.low]);

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

function wholeOf({ state, terms, scope, member }: Asked): Whole | undefined {
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
