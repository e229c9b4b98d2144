/** What the position in a symbol can become at most, either way, with all that works. */
import { grossOf } from "../exposure.ts";
import { quantitiesIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { QUANTITY } from "./units.ts";

export const maxPositionQty: LimitCheck = {
  kind: "max-position-qty",
  fixCode: 3,
  scopes: ["symbol", "strategy"],
  scopeDefault: "symbol",
  unit: QUANTITY,
  standing: true,
  measure: (scene, { limit }) => {
    const found = quantitiesIn(scene, limit.scope.kind);
    if (found === undefined || scene.inputs.instrument === undefined) return undefined;
    const { before, after, reduction } = found;
    return { observed: grossOf(before), projected: grossOf(after), reduction };
  },
};
