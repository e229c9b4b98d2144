/**
 * An instrument in another currency than the account's is summed with the rest by an FX mark. For new risk it is of the last minute; what
 * closes goes by any.
 */
import { PRICE_AGE_MS_MAX } from "../../../src/domain/price.ts";
import { isReduction, type Scene } from "../scene.ts";
import type { BuiltInCheck } from "./check.ts";

export const fxMissing: BuiltInCheck = {
  code: "fx-missing",
  fixCode: 19,
  scope: "symbol",
  judge: (scene) => {
    const { instrument } = scene.inputs;
    if (instrument === undefined) return "skip";
    if (instrument.sameCurrency) return "pass";
    const age = fxAge(scene);
    if (age === undefined) return "fail";
    return age <= PRICE_AGE_MS_MAX || isReduction(scene) ? "pass" : "fail";
  },
  shown: (scene) => {
    const age = fxAge(scene);
    if (age === undefined) return undefined;
    return { limit: BigInt(PRICE_AGE_MS_MAX), observed: BigInt(age), projected: BigInt(age) };
  },
};

/** Undefined where no mark is known, or none is needed. */
const fxAge = ({ inputs: { at, fx } }: Scene): number | undefined =>
  fx === undefined ? undefined : Math.max(0, at - fx.at);
