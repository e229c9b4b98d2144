/** There must be a price to mark the position at, and one to value the order by. */
import { isAnyUsable, type Quoted } from "../valuation.ts";
import type { BuiltInCheck } from "./check.ts";

export const priceMissing: BuiltInCheck = {
  code: "price-missing",
  fixCode: 19,
  scope: "symbol",
  judge: ({ inputs, mark, valuedAt }) => {
    if (inputs.instrument === undefined) return "skip";
    if (!isAnyUsable(mark)) return isAnythingKnown(inputs.mark) ? "skip" : "fail";
    if (mark.doubled === undefined) return "fail";
    // A price of the order's own that does not fit is the tick's matter.
    return valuedAt === undefined && inputs.order.type === "market" ? "fail" : "pass";
  },
};

const isAnythingKnown = (mark: Quoted | undefined): boolean =>
  (mark?.last ?? mark?.bid ?? mark?.ask) !== undefined;
