/** A bound of the shard leaves no room: working orders, positions, symbols or counted windows. */
import type { BuiltInCheck } from "./check.ts";

export const overloaded: BuiltInCheck = {
  code: "overloaded",
  fixCode: 99,
  scope: "account",
  judge: ({ inputs }) => (inputs.standing.hasRoom ? "pass" : "fail"),
};
