/** Of an account that has a parent: nothing has been heard of it for so long that limits and states above may be others. What closes goes through. */
import { isReduction } from "../scene.ts";
import type { BuiltInCheck } from "./check.ts";

export const parentAway: BuiltInCheck = {
  code: "parent-away",
  fixCode: 99,
  scope: "account",
  judge: (scene) => (scene.inputs.quotas === "away" && !isReduction(scene) ? "fail" : "pass"),
};
