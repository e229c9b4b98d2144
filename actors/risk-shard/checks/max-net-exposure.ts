/**
 * The worse of both extremes over all symbols: every buy filled and no sell, or the other way round. Inherited there are two, each of one
 * extreme, since what one account is short does not pay for what another is long. Among the parts of a split account that is so of each symbol.
 */
import { type Extremes, grossOf, longOf, shortOf } from "../extremes.ts";
import type { Found } from "../inputs.ts";
import type { Difference, Scene } from "../scene.ts";
import type { LimitScopeKind } from "../state.ts";
import { valuesIn, viewIn } from "../views.ts";
import { BOOK_SCOPES, isSummed, restExtremes, restLong, restShort } from "./book-rest.ts";
import type { LimitCheck } from "./check.ts";
import { type LimitMeasure, measured, missing } from "./measure.ts";
import { EXPOSURE } from "./units.ts";

export const maxNetExposure: LimitCheck = {
  kind: "max-net-exposure",
  fixCode: 25,
  riskLimitType: 2,
  scopes: BOOK_SCOPES,
  scopeDefault: "account",
  unit: EXPOSURE,
  standing: true,
  gathersFor: ({ scope, quota }) => isSummed(scope.kind) || quota?.isBySymbol === true,
  gather: (asked) => {
    const { half, isBySymbol } = asked.limit.quota ?? {};
    if (isBySymbol !== true) return restExtremes(asked);
    return half === "short" ? restShort(asked) : restLong(asked);
  },
  parameters: ({ quota }) => `${quota?.half ?? ""}${quota?.isBySymbol === true ? " by symbol" : ""}`,
  measure: (scene, { scope, limit }, found) => {
    const line = valuesIn(scene, scope);
    // The worse of the two extremes of one symbol is its gross.
    if (line === undefined || scope === "symbol") return line?.gross;
    if (limit.quota?.isBySymbol === true) return bySymbol(limit.quota.half, line, found);
    const rest = isSummed(scope) ? extremesIn(found) : restIn(scene, scope);
    if (rest === undefined) return missing("class-missing", line.gross.reduction);
    const half = limit.quota?.half;
    if (half !== undefined) return halfOf(half, line, rest);
    return measured(worseOf(line.before, rest), worseOf(line.after, rest), line.gross.reduction);
  },
};

/** It only counts on its own side of nothing, and an order of the other side leaves it as it is. */
function halfOf(half: "long" | "short", { before, after, gross }: Difference, rest: Extremes): LimitMeasure {
  const observed = SIDE[half](rest, before);
  const projected = SIDE[half](rest, after);
  return measured(observed, projected, gross.reduction || projected <= observed);
}

function bySymbol(
  half: "long" | "short" | undefined,
  { before, after, gross }: Difference,
  [rest]: Found = [],
): LimitMeasure {
  if (rest === undefined) return missing("class-missing", gross.reduction);
  const side = half === "short" ? shortOf : longOf;
  const [observed, projected] = [rest + side(before), rest + side(after)];
  return measured(observed, projected, gross.reduction || projected <= observed);
}

const above = (value: bigint): bigint => (value > 0n ? value : 0n);
const SIDE = {
  long: (rest: Extremes, line: Extremes) => above(rest.high + line.high),
  short: (rest: Extremes, line: Extremes) => above(-rest.low - line.low),
} as const;

function extremesIn([high, low]: Found = []): Extremes | undefined {
  return high === undefined || low === undefined ? undefined : { high, low };
}

function restIn(scene: Scene, scope: LimitScopeKind): Extremes | undefined {
  const view = viewIn(scene, scope);
  return view === undefined ? undefined : { high: view.restHigh, low: view.restLow };
}

const worseOf = (line: Extremes, rest: Extremes): bigint =>
  grossOf({ high: rest.high + line.high, low: rest.low + line.low });
