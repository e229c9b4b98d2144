/** Value of one order at the price that it is valued at, closing or not. */
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { MONEY } from "./units.ts";

export const maxOrderNotional: LimitCheck = {
  kind: "max-order-notional",
  fixCode: 27,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: MONEY,
  scopeless: true,
  standing: false,
  measure: ({ qty, valuedAt, inputs: { instrument } }) => {
    if (instrument === undefined || valuedAt === undefined) return undefined;
    return measured(0n, qty * BigInt(valuedAt) * instrument.notionalUnit);
  },
};
