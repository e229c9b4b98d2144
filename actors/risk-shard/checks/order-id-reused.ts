/** The same clientOrderId with another body: found when the id is looked up, before any other check. */
import type { BuiltInCheck } from "./check.ts";

export const orderIdReused: BuiltInCheck = {
  code: "order-id-reused",
  fixCode: 6,
  scope: "account",
  judge: () => "pass",
};
