/**
 * What part of gross one symbol is, by its larger extreme; or one class, or one group. Of an account and of a strategy it is each of
 * their symbols. The first symbol of a book is all of it: a book is begun under a limit in percent of equity (`max-gross-exposure`).
 */
import { valuesIn, viewIn } from "../views.ts";
import { BOOK_SCOPES, isSummed, restGross, SUMMED_SCOPES } from "./book-rest.ts";
import type { LimitCheck } from "./check.ts";
import { missing } from "./measure.ts";
import { PERCENT, ratioMeasure } from "./ratio.ts";
import { RATIO } from "./units.ts";

/** (part + g) / (whole + g) rises with g, since the part is none of what is beside it; and g never falls as an order grows. */
export const maxWeight: LimitCheck = {
  kind: "max-weight",
  fixCode: 3,
  scopes: BOOK_SCOPES,
  scopeDefault: "symbol",
  unit: RATIO,
  standing: true,
  gathersIn: SUMMED_SCOPES,
  gather: restGross,
  measure: (scene, { scope }, found) => {
    const line = valuesIn(scene, scope)?.gross;
    const view = viewIn(scene, scope);
    if (line === undefined || view === undefined) return undefined;
    const part = isSummed(scope) ? found?.[0] : 0n;
    if (part === undefined) return missing("class-missing", line.reduction);
    const before = () => ({ part: part + line.observed, whole: view.restGross + line.observed });
    const after = { part: part + line.projected, whole: view.restGross + line.projected };
    return ratioMeasure(before, after, PERCENT, line.reduction);
  },
};
