/** Age of the oldest price that is used, in milliseconds: in place of the minute that holds without this limit. */
import type { LimitCheck } from "./check.ts";
import { COUNT } from "./units.ts";

export const maxPriceAge: LimitCheck = {
  kind: "max-price-age",
  fixCode: 19,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: COUNT,
  standing: false,
  measure: ({ priceAge }) =>
    priceAge === undefined
      ? undefined
      : { observed: BigInt(priceAge), projected: BigInt(priceAge), reduction: false },
};
