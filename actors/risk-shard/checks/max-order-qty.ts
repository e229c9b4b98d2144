/** Quantity of one order, closing or not: a slip of the finger can be either. */
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { gatherScaled, isScaled, measureScaled, scaledParameters } from "./scaled-bound.ts";
import { QUANTITY } from "./units.ts";

export const maxOrderQty: LimitCheck = {
  kind: "max-order-qty",
  fixCode: 26,
  riskLimitType: 10,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: QUANTITY,
  scopeless: true,
  standing: false,
  parameters: scaledParameters,
  gathersFor: isScaled,
  gather: gatherScaled,
  measure: (scene, { limit }, found) => {
    const { instrument, standing } = scene.inputs;
    if (instrument === undefined) return undefined;
    if (!isScaled(limit)) return measured(0n, scene.qty);
    const ground = { sizeScale: instrument.sizeScale, equity: standing.equity };
    const bound = QUANTITY.bound(ground, limit, limit.threshold);
    return measureScaled(scene, limit, found, { value: scene.qty, bound, valueOf: (qty) => qty });
  },
};
