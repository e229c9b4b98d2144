/** Orders that were accepted in the account's trading day, with this one; replacements are orders. What closes is counted and let through. */
import { dayCountAt } from "../day-counts.ts";
import { closesIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import { COUNT } from "./units.ts";

export const maxDailyOrders: LimitCheck = {
  kind: "max-daily-orders",
  fixCode: 3,
  riskLimitType: 17,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: COUNT,
  standing: true,
  gather: ({ state, scope, member, at }) => [BigInt(dayCountAt(state, `${scope}:${member}`, at).orders)],
  measure: (scene, { scope }, found) => {
    const [count] = found ?? [];
    if (count === undefined) return missing("history-full", closesIn(scene, scope));
    return measured(count, count + 1n, closesIn(scene, scope));
  },
};
