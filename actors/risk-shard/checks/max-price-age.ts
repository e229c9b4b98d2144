/** Age of the newest price that is used, in milliseconds: in place of the minute that holds without this limit. */
import type { LimitCheck } from "./check.ts";
import { ageOf } from "./price-stale.ts";
import { COUNT } from "./units.ts";

export const maxPriceAge: LimitCheck = {
  kind: "max-price-age",
  fixCode: 19,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: COUNT,
  standing: false,
  measure: (scene) => {
    const age = ageOf(scene);
    return age === undefined
      ? undefined
      : { observed: BigInt(age), projected: BigInt(age), reduction: false };
  },
};
