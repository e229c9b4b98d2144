/** Age of the oldest price that is used, in milliseconds: in place of the minute that holds without this limit. */
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { COUNT } from "./units.ts";

export const maxPriceAge: LimitCheck = {
  kind: "max-price-age",
  fixCode: 19,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: COUNT,
  scopeless: true,
  standing: false,
  measure: ({ priceAge }) => {
    if (priceAge === undefined) return undefined;
    const age = BigInt(priceAge);
    return measured(age, age);
  },
};
