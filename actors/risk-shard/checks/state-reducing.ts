/** Reducing: orders up to what closes; one that would flip is cut to the close, and this warns. A strategy that is to reduce is measured by what it holds itself. */
import { isCut } from "../close-out.ts";
import { isReduction } from "../scene.ts";
import { severestOf, severestScope } from "../trading-states.ts";
import type { BuiltInCheck } from "./check.ts";

export const stateReducing: BuiltInCheck = {
  code: "state-reducing",
  fixCode: 99,
  scope: ({ inputs }) => severestScope(inputs.standing.severities),
  judge: (scene) => {
    const { severities } = scene.inputs.standing;
    if (severestOf(severities) !== 1) return "pass";
    const [account, strategy, symbol, sector] = severities;
    if (account + symbol + sector > 0 && !isReduction(scene)) return "fail";
    const closesForStrategy = scene.qty > 0n && scene.qty <= scene.strategyClosable;
    if (strategy > 0 && !closesForStrategy) return "fail";
    return isCut(scene) ? "warn" : "pass";
  },
};
