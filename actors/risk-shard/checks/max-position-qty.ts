/** What the position in a symbol can become at most, either way, with all that works. */
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
  measure: (scene, { scope }) =>
    scene.inputs.instrument === undefined ? undefined : quantitiesIn(scene, scope)?.gross,
};
