/** Accepted orders in a sliding window, with this one. What was rejected was not sent, and does not count. */
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { COUNT } from "./units.ts";

export const maxOrderRate: LimitCheck = {
  kind: "max-order-rate",
  fixCode: 21,
  riskLimitType: 17,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: COUNT,
  standing: false,
  parameters: ({ id }) => id,
  measure: ({ inputs }, { rateIndex }) => {
    const rate = BigInt(inputs.standing.rates[rateIndex] ?? 0);
    return measured(rate, rate + 1n);
  },
};
