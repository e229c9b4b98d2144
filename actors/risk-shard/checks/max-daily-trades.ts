/**
 * Fills of the account's trading day, and orders that work, each of which is one fill more at least, with this one. Only an order that fills
 * in several parts can lead above it. What closes is counted and let through.
 */
import { dayCountAt } from "../day-counts.ts";
import { workingIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { oneMore } from "./counted.ts";
import { COUNT } from "./units.ts";

export const maxDailyTrades: LimitCheck = {
  kind: "max-daily-trades",
  fixCode: 3,
  riskLimitType: 17,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: COUNT,
  standing: true,
  gather: ({ state, scope, member, at }) => [BigInt(dayCountAt(state, `${scope}:${member}`, at).trades)],
  measure: (scene, { scope }, found) => {
    const [fills] = found ?? [];
    const working = BigInt(workingIn(scene.inputs, scope));
    return oneMore(scene, scope, fills === undefined ? undefined : fills + working);
  },
};
