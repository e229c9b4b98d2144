/** What is held long with all that works on the buying side, over all symbols: what is short does not make it less. */
import { longOf } from "../extremes.ts";
import { valuesIn } from "../views.ts";
import { BOOK_SCOPES, REST_SCOPES, restLong } from "./book-rest.ts";
import type { LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import { MONEY } from "./units.ts";

/** It rises with the quantity of an order of its own side, and an order of the other side leaves it as it is. */
export const maxLongNotional: LimitCheck = {
  kind: "max-long-notional",
  fixCode: 25,
  riskLimitType: 4,
  scopes: BOOK_SCOPES,
  scopeDefault: "account",
  unit: MONEY,
  standing: true,
  gathersIn: REST_SCOPES,
  gather: restLong,
  measure: (scene, { scope }, found) => {
    const line = valuesIn(scene, scope);
    if (line === undefined) return undefined;
    const rest = scope === "symbol" ? 0n : found?.[0];
    if (rest === undefined) return missing("class-missing", line.gross.reduction);
    const [observed, projected] = [rest + longOf(line.before), rest + longOf(line.after)];
    return measured(observed, projected, line.gross.reduction || projected <= observed);
  },
};
