/**
 * Executions in a sliding window. With the one that reaches the count the limit trips (`executions-repeated.ts`), and nothing but what
 * closes goes on until a person who is named releases it; the window then begins anew.
 */
import { countAt, hasRateRoom, rateKey } from "../rates.ts";
import type { LimitCheck } from "./check.ts";
import { oneMore } from "./counted.ts";
import { COUNT } from "./units.ts";

export const repeatedExecution: LimitCheck = {
  kind: "repeated-execution",
  fixCode: 21,
  riskLimitType: 17,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "strategy",
  unit: COUNT,
  standing: false,
  parameters: ({ id }) => id,
  gather: ({ state, terms, at, limit }) => {
    const window = state.rates.get(rateKey(limit, terms));
    // At the bound nobody knows what was not counted.
    if (window === undefined && !hasRateRoom(state, [limit], terms, at)) return undefined;
    return [BigInt(countAt(window, limit.windowMs ?? 0, at))];
  },
  measure: (scene, { scope }, found) => oneMore(scene, scope, found?.[0]),
};
