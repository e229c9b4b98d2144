/** Orders that reserve, with this one. An order and its pending replacement count once. */
import type { Inputs } from "../inputs.ts";
import type { LimitScopeKind } from "../state.ts";
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

function workingIn({ account, strategy, standing }: Inputs, scope: LimitScopeKind): number {
  if (scope === "account") return account.working;
  return scope === "symbol" ? standing.symbolWorking : (strategy?.working ?? 0);
}
