/** Quantity of one order, closing or not: a slip of the finger can be either. */
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { QUANTITY } from "./units.ts";

export const maxOrderQty: LimitCheck = {
  kind: "max-order-qty",
  fixCode: 26,
  riskLimitType: 10,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: QUANTITY,
  scopeless: true,
  standing: false,
  measure: ({ qty, inputs }) => (inputs.instrument === undefined ? undefined : measured(0n, qty)),
};
