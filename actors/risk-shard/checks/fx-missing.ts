/** An instrument in another currency than the account's cannot be summed with the rest until there are FX marks. */
import type { BuiltInCheck } from "./check.ts";

export const fxMissing: BuiltInCheck = {
  code: "fx-missing",
  fixCode: 19,
  scope: "symbol",
  judge: ({ inputs: { instrument } }) => {
    if (instrument === undefined) return "skip";
    return instrument.sameCurrency ? "pass" : "fail";
  },
};
