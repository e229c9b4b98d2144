/** Σ of the larger extreme of each symbol: of the account, of a strategy, or of one symbol. */
import { valuesIn, viewIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { EXPOSURE } from "./units.ts";

export const maxGrossExposure: LimitCheck = {
  kind: "max-gross-exposure",
  fixCode: 25,
  riskLimitType: 1,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: EXPOSURE,
  standing: true,
  measure: (scene, { scope }) => {
    const line = valuesIn(scene, scope)?.gross;
    const rest = scope === "symbol" ? undefined : viewIn(scene, scope);
    if (line === undefined || rest === undefined) return line;
    const { restGross } = rest;
    return measured(restGross + line.observed, restGross + line.projected, line.reduction);
  },
};
