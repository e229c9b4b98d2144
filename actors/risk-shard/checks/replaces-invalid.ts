/** What is replaced is a working order of the same symbol, side and strategy that is not being replaced already. */
import type { BuiltInCheck } from "./check.ts";

export const replacesInvalid: BuiltInCheck = {
  code: "replaces-invalid",
  fixCode: 5,
  scope: "account",
  judge: ({ inputs }) => (inputs.standing.replacing === 2 ? "fail" : "pass"),
};
