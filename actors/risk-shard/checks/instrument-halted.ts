/** A halted or delisted instrument takes no orders. */
import type { BuiltInCheck } from "./check.ts";

export const instrumentHalted: BuiltInCheck = {
  code: "instrument-halted",
  fixCode: 2,
  scope: "symbol",
  judge: ({ inputs: { instrument } }) => {
    if (instrument === undefined) return "skip";
    return instrument.status === "active" ? "pass" : "fail";
  },
};
