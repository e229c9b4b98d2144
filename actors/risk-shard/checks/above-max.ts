/** The instrument's largest quantity, and the largest that can be counted. */
import { OUT_OF_RANGE } from "../inputs.ts";
import type { BuiltInCheck } from "./check.ts";

export const aboveMax: BuiltInCheck = {
  code: "above-max",
  fixCode: 13,
  scope: "symbol",
  judge: ({ inputs: { instrument, order } }) => {
    if (instrument === undefined) return "skip";
    if (order.qtyFit === OUT_OF_RANGE) return "fail";
    return instrument.maxQty !== undefined && order.qty > instrument.maxQty ? "fail" : "pass";
  },
};
