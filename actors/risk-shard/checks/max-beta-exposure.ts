/** Beta × value in percent of equity: what the book moves with the market. Beta is the factor of that name in reference data. */
import { BETA } from "../book-sums.ts";
import type { LimitCheck } from "./check.ts";
import { factorRest, measureFactor } from "./factor-exposure.ts";
import { PERCENT } from "./ratio.ts";
import { RATIO } from "./units.ts";

export const maxBetaExposure: LimitCheck = {
  kind: "max-beta-exposure",
  fixCode: 3,
  scopes: ["account"],
  scopeDefault: "account",
  unit: RATIO,
  standing: true,
  gather: (asked) => factorRest(asked, BETA),
  measure: (scene, _measuring, found) => measureFactor(scene, found, "beta-missing", PERCENT),
};
