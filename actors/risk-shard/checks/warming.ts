/** While a held symbol has no price, sums over the book say too little: nothing but reductions until it has one. */
import { isReduction } from "../scene.ts";
import type { BuiltInCheck } from "./check.ts";

export const warming: BuiltInCheck = {
  code: "warming",
  fixCode: 19,
  scope: "account",
  culprit: ({ inputs }) => inputs.standing.unpricedSymbol,
  judge: (scene) => (scene.inputs.standing.unpriced === 0 || isReduction(scene) ? "pass" : "fail"),
};
