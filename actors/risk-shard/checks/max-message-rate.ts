/**
 * Orders and replacements that come in, in a sliding window, with this one: also those that are rejected. Cancels never come this way, and
 * what closes is counted and let through, so that there is always room to get out.
 */
import { countAt, rateKey } from "../rates.ts";
import type { LimitCheck } from "./check.ts";
import { oneMore } from "./counted.ts";
import { COUNT } from "./units.ts";

export const maxMessageRate: LimitCheck = {
  kind: "max-message-rate",
  fixCode: 21,
  riskLimitType: 17,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: COUNT,
  standing: false,
  parameters: ({ windowMs }) => String(windowMs),
  gather: ({ state, terms, at, limit }) => [
    BigInt(countAt(state.rates.get(rateKey(limit, terms)), limit.windowMs ?? 0, at)),
  ],
  measure: (scene, { scope }, found) => oneMore(scene, scope, found?.[0]),
};
