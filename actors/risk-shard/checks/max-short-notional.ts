/** What is held short with all that works on the selling side, over all symbols: what is long does not make it less. */
import { shortOf } from "../extremes.ts";
import { valuesIn } from "../views.ts";
import { BOOK_SCOPES, REST_SCOPES, restShort } from "./book-rest.ts";
import type { LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import { MONEY } from "./units.ts";

/** It rises with the quantity of an order of its own side, and an order of the other side leaves it as it is. */
export const maxShortNotional: LimitCheck = {
  kind: "max-short-notional",
  fixCode: 25,
  riskLimitType: 5,
  scopes: BOOK_SCOPES,
  scopeDefault: "account",
  unit: MONEY,
  standing: true,
  gathersIn: REST_SCOPES,
  gather: restShort,
  measure: (scene, { scope }, found) => {
    const line = valuesIn(scene, scope);
    if (line === undefined) return undefined;
    const rest = scope === "symbol" ? 0n : found?.[0];
    if (rest === undefined) return missing("class-missing", line.gross.reduction);
    const [observed, projected] = [rest + shortOf(line.before), rest + shortOf(line.after)];
    return measured(observed, projected, line.gross.reduction || projected <= observed);
  },
};
