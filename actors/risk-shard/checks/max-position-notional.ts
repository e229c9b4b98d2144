/** What the position in a symbol can come to be worth at its mark, either way, with all that works. */
import { valuesIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { MONEY } from "./units.ts";

export const maxPositionNotional: LimitCheck = {
  kind: "max-position-notional",
  fixCode: 20,
  riskLimitType: 3,
  scopes: ["symbol", "strategy"],
  scopeDefault: "symbol",
  unit: MONEY,
  standing: true,
  measure: (scene, { scope }) => valuesIn(scene, scope)?.gross,
};
