/** An account without a limit has no risk appetite. */
import type { BuiltInCheck } from "./check.ts";

export const noLimits: BuiltInCheck = {
  code: "no-limits",
  fixCode: 99,
  scope: "account",
  judge: (_scene, { isEmptySet }) => (isEmptySet ? "fail" : "pass"),
};
