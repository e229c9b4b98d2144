/** Σ of the larger extreme of each symbol: of the account, of a strategy, or of one symbol. */
import { grossOf } from "../exposure.ts";
import { restIn, valuesIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { EXPOSURE } from "./units.ts";

export const maxGrossExposure: LimitCheck = {
  kind: "max-gross-exposure",
  fixCode: 25,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: EXPOSURE,
  standing: true,
  measure: (scene, { limit }) => {
    const found = valuesIn(scene, limit.scope.kind);
    if (found === undefined) return undefined;
    const { gross } = restIn(scene, limit.scope.kind);
    return {
      observed: gross + grossOf(found.before),
      projected: gross + grossOf(found.after),
      reduction: found.reduction,
    };
  },
};
