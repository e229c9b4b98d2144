/** Orders that reserve, with this one. An order and its pending replacement count once. */
import { workingIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { COUNT } from "./units.ts";

export const maxWorkingOrders: LimitCheck = {
  kind: "max-working-orders",
  fixCode: 3,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: COUNT,
  standing: true,
  measure: ({ inputs }, { scope }) => {
    const working = workingIn(inputs, scope);
    return measured(BigInt(working), BigInt(working) + 1n);
  },
};
