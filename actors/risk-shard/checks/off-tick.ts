/** An order's prices stand on the tick grid. */
import { FITS } from "../inputs.ts";
import type { BuiltInCheck } from "./check.ts";

export const offTick: BuiltInCheck = {
  code: "off-tick",
  fixCode: 18,
  scope: "symbol",
  judge: ({ inputs: { instrument, order } }) => {
    if (instrument === undefined) return "skip";
    if (order.priceFit !== FITS) return "fail";
    const { tickSize } = instrument;
    return (order.price ?? 0) % tickSize === 0 && (order.stopPrice ?? 0) % tickSize === 0 ? "pass" : "fail";
  },
};
