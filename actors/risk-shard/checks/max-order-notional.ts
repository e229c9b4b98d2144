/** Value of one order at the price that it is valued at, closing or not. */
import { orderValue } from "../scene.ts";
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { MONEY } from "./units.ts";

export const maxOrderNotional: LimitCheck = {
  kind: "max-order-notional",
  fixCode: 27,
  riskLimitType: 11,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: MONEY,
  scopeless: true,
  standing: false,
  measure: (scene) => {
    const value = orderValue(scene);
    return value === undefined ? undefined : measured(0n, value);
  },
};
