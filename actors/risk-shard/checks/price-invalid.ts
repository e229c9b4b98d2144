/** What is known of the price is of no use: bid above ask, not positive, not a number. */
import { isAnyUsable } from "../valuation.ts";
import type { BuiltInCheck } from "./check.ts";

export const priceInvalid: BuiltInCheck = {
  code: "price-invalid",
  fixCode: 19,
  scope: "symbol",
  judge: ({ inputs: { instrument, mark: known }, mark }) => {
    if (instrument === undefined || known === undefined) return "skip";
    const { last, bid, ask } = known;
    if (last === undefined && bid === undefined && ask === undefined) return "skip";
    return isAnyUsable(mark) ? "pass" : "fail";
  },
};
