/** A draft of a strategy trades nothing yet; one that is paused trades only out of what it holds itself. */
import type { BuiltInCheck } from "./check.ts";

export const strategyInactive: BuiltInCheck = {
  code: "strategy-inactive",
  fixCode: 99,
  scope: "strategy",
  judge: ({ inputs, qty, strategyClosable }) => {
    const { strategyState } = inputs.standing;
    if (strategyState < 3) return "pass";
    return strategyState === 4 && qty > 0n && qty <= strategyClosable ? "pass" : "fail";
  },
};
