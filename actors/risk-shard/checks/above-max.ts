/** The instrument's largest quantity, and the largest that can be counted. */
import { OUT_OF_RANGE } from "../inputs.ts";
import type { BuiltInCheck } from "./check.ts";

export const aboveMax: BuiltInCheck = {
  code: "above-max",
  fixCode: 13,
  scope: "symbol",
  judge: ({ inputs: { instrument, order }, qty }) => {
    if (instrument === undefined) return "skip";
    if (order.qtyFit === OUT_OF_RANGE) return "fail";
    return instrument.maxQty !== undefined && qty > BigInt(instrument.maxQty) ? "fail" : "pass";
  },
};
