/** Loading × weight under one factor: a symbol of which reference data does not say the loading leaves it unknown. */
import type { LimitCheck } from "./check.ts";
import { factorRest, measureFactor } from "./factor-exposure.ts";
import { PLAIN } from "./ratio.ts";
import { RATIO } from "./units.ts";

export const maxFactorExposure: LimitCheck = {
  kind: "max-factor-exposure",
  fixCode: 3,
  scopes: ["account"],
  scopeDefault: "account",
  unit: RATIO,
  standing: true,
  parameters: ({ factor = "" }) => factor,
  gather: (asked) => factorRest(asked, asked.limit.factor ?? ""),
  measure: (scene, _measuring, found) => measureFactor(scene, found, "factor-missing", PLAIN),
};
