/** Killed: no order at all until a person lifts it. */
import { severestOf, severestScope } from "../trading-states.ts";
import type { BuiltInCheck } from "./check.ts";

export const stateKilled: BuiltInCheck = {
  code: "state-killed",
  fixCode: 99,
  scope: ({ inputs }) => severestScope(inputs.standing.severities),
  judge: ({ inputs }) => (severestOf(inputs.standing.severities) === 3 ? "fail" : "pass"),
};
