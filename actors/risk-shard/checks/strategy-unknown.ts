/** An order that names a strategy names an open one of this account. */
import type { BuiltInCheck } from "./check.ts";

export const strategyUnknown: BuiltInCheck = {
  code: "strategy-unknown",
  fixCode: 99,
  scope: "strategy",
  judge: ({ inputs }) => (inputs.standing.strategyState === 2 ? "fail" : "pass"),
};
