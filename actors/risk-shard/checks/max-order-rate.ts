/** Accepted orders in a sliding window, with this one. What was rejected was not sent, and does not count. */
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { COUNT } from "./units.ts";

export const maxOrderRate: LimitCheck = {
  kind: "max-order-rate",
  fixCode: 21,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: COUNT,
  standing: false,
  measure: (_scene, _scope, rate) => measured(BigInt(rate), BigInt(rate) + 1n),
};
