/** Σ of the larger extreme of each symbol: of the account, a strategy, a symbol, a class or a group. */
import { valuesIn } from "../views.ts";
import { BOOK_SCOPES, grossBeside, restGross, SUMMED_SCOPES } from "./book-rest.ts";
import type { LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import { EXPOSURE } from "./units.ts";

export const maxGrossExposure: LimitCheck = {
  kind: "max-gross-exposure",
  fixCode: 25,
  riskLimitType: 1,
  scopes: BOOK_SCOPES,
  scopeDefault: "account",
  unit: EXPOSURE,
  standing: true,
  gathersIn: SUMMED_SCOPES,
  gather: restGross,
  measure: (scene, { scope }, found) => {
    const line = valuesIn(scene, scope)?.gross;
    if (line === undefined || scope === "symbol") return line;
    const rest = grossBeside(scene, scope, found);
    if (rest === undefined) return missing("class-missing", line.reduction);
    return measured(rest + line.observed, rest + line.projected, line.reduction);
  },
};
