/** What the position in a symbol can come to be worth at its mark, either way, with all that works. */
import { grossOf } from "../exposure.ts";
import { valuesIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { MONEY } from "./units.ts";

export const maxPositionNotional: LimitCheck = {
  kind: "max-position-notional",
  fixCode: 20,
  scopes: ["symbol", "strategy"],
  scopeDefault: "symbol",
  unit: MONEY,
  standing: true,
  measure: (scene, { limit }) => {
    const found = valuesIn(scene, limit.scope.kind);
    if (found === undefined) return undefined;
    const { before, after, reduction } = found;
    return { observed: grossOf(before), projected: grossOf(after), reduction };
  },
};
