/** The account was never put, or belongs to somebody else: both are answered before any check, and nothing is recorded. */
import type { BuiltInCheck } from "./check.ts";

export const accountUnknown: BuiltInCheck = {
  code: "account-unknown",
  fixCode: 15,
  scope: "account",
  judge: () => "pass",
};
