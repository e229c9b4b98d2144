/** An order's quantity stands on the lot grid. */
import { OFF_SCALE } from "../inputs.ts";
import type { BuiltInCheck } from "./check.ts";

export const offLot: BuiltInCheck = {
  code: "off-lot",
  fixCode: 13,
  scope: "symbol",
  judge: ({ inputs: { instrument, order } }) => {
    if (instrument === undefined) return "skip";
    if (order.qtyFit === OFF_SCALE) return "fail";
    return order.qty % instrument.lotSize === 0 ? "pass" : "fail";
  },
};
