/** Orders that were accepted in the account's trading day, with this one; replacements are orders. What closes is counted and let through. */
import { dayCountAt } from "../day-counts.ts";
import type { LimitCheck } from "./check.ts";
import { oneMore } from "./counted.ts";
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
  measure: (scene, { scope }, found) => oneMore(scene, scope, found?.[0]),
};
