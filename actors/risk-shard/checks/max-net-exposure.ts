/** The worse of both extremes over all symbols: every buy filled and no sell, or the other way round. */
import { type Extremes, grossOf } from "../extremes.ts";
import type { Found } from "../inputs.ts";
import type { Scene } from "../scene.ts";
import type { LimitScopeKind } from "../state.ts";
import { valuesIn, viewIn } from "../views.ts";
import { BOOK_SCOPES, isSummed, restOf, SUMMED_SCOPES } from "./book-rest.ts";
import type { LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import { EXPOSURE } from "./units.ts";

export const maxNetExposure: LimitCheck = {
  kind: "max-net-exposure",
  fixCode: 25,
  riskLimitType: 2,
  scopes: BOOK_SCOPES,
  scopeDefault: "account",
  unit: EXPOSURE,
  standing: true,
  gathersIn: SUMMED_SCOPES,
  gather: restOf("high", "low"),
  measure: (scene, { scope }, found) => {
    const line = valuesIn(scene, scope);
    // The worse of the two extremes of one symbol is its gross.
    if (line === undefined || scope === "symbol") return line?.gross;
    const rest = isSummed(scope) ? extremesIn(found) : restIn(scene, scope);
    if (rest === undefined) return missing("class-missing", line.gross.reduction);
    return measured(worseOf(line.before, rest), worseOf(line.after, rest), line.gross.reduction);
  },
};

function extremesIn([high, low]: Found = []): Extremes | undefined {
  return high === undefined || low === undefined ? undefined : { high, low };
}

function restIn(scene: Scene, scope: LimitScopeKind): Extremes | undefined {
  const view = viewIn(scene, scope);
  return view === undefined ? undefined : { high: view.restHigh, low: view.restLow };
}

const worseOf = (line: Extremes, rest: Extremes): bigint =>
  grossOf({ high: rest.high + line.high, low: rest.low + line.low });
