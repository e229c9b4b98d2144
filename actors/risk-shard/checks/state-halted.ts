/** Halted: no order at all while it stands. */
import { severestOf, severestScope } from "../trading-states.ts";
import type { BuiltInCheck } from "./check.ts";

export const stateHalted: BuiltInCheck = {
  code: "state-halted",
  fixCode: 99,
  scope: ({ inputs }) => severestScope(inputs.standing.severities),
  judge: ({ inputs }) => (severestOf(inputs.standing.severities) === 2 ? "fail" : "pass"),
};
