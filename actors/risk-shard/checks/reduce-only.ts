/** An order that is sent to reduce only closes: what its strategy holds where it names one, else what the account holds. */
import { isReduction } from "../scene.ts";
import type { BuiltInCheck } from "./check.ts";

export const reduceOnly: BuiltInCheck = {
  code: "reduce-only",
  fixCode: 99,
  scope: "symbol",
  judge: (scene) => {
    const { order, strategy } = scene.inputs;
    if (!order.reduceOnly) return "pass";
    if (strategy === undefined) return isReduction(scene) ? "pass" : "fail";
    return scene.qty > 0n && scene.qty <= scene.strategyClosable ? "pass" : "fail";
  },
};
