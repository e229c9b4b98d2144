/** The instrument's smallest quantity and value, in its own currency. What closes is never too small. */
import { valueAtPrice } from "../../../src/domain/worth.ts";
import { FITS } from "../inputs.ts";
import { isReduction, type Scene } from "../scene.ts";
import type { BuiltInCheck, Verdict } from "./check.ts";

export const belowMin: BuiltInCheck = {
  code: "below-min",
  fixCode: 13,
  scope: "symbol",
  judge: judgeMinimum,
};

export function judgeMinimum(scene: Scene): Verdict {
  const { instrument, order } = scene.inputs;
  if (instrument === undefined || order.qtyFit !== FITS) return "skip";
  if (isReduction(scene)) return "pass";
  if (instrument.minQty !== undefined && scene.qty < BigInt(instrument.minQty)) return "fail";
  if (instrument.minNotional === undefined) return "pass";
  if (scene.valuedAt === undefined) return "skip";
  return valueAtPrice(instrument, scene.qty, scene.valuedAt) < instrument.minNotional ? "fail" : "pass";
}
