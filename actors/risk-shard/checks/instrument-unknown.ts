/** Without reference data no number of an order means anything. */
import type { BuiltInCheck } from "./check.ts";

export const instrumentUnknown: BuiltInCheck = {
  code: "instrument-unknown",
  fixCode: 1,
  scope: "symbol",
  judge: ({ inputs }) => (inputs.instrument === undefined ? "fail" : "pass"),
};
