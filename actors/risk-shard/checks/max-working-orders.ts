/** Orders that reserve, with this one. An order and its pending replacement count once. */
import type { LimitCheck } from "./check.ts";
import { COUNT } from "./units.ts";

export const maxWorkingOrders: LimitCheck = {
  kind: "max-working-orders",
  fixCode: 3,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: COUNT,
  standing: true,
  measure: ({ inputs }, { limit }) => {
    const working = {
      account: inputs.account.working,
      strategy: inputs.strategy?.working ?? 0,
      symbol: inputs.standing.symbolWorking,
    }[limit.scope.kind];
    return { observed: BigInt(working), projected: BigInt(working) + 1n, reduction: false };
  },
};
