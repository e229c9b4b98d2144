/** Value of one order at the price that it is valued at, closing or not. */
import type { LimitCheck } from "./check.ts";
import { MONEY } from "./units.ts";

export const maxOrderNotional: LimitCheck = {
  kind: "max-order-notional",
  fixCode: 27,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: MONEY,
  standing: false,
  measure: ({ qty, valuedAt, inputs: { instrument } }) => {
    if (instrument === undefined || valuedAt === undefined) return undefined;
    const projected = qty * BigInt(valuedAt) * instrument.notionalUnit;
    return { observed: 0n, projected, reduction: false };
  },
};
