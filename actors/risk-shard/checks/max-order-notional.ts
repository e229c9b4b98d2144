/** Value of one order at the price that it is valued at, closing or not. A part of the volume is worth what it is at the mark. */
import { valueOf } from "../../../src/domain/worth.ts";
import { accountWorth } from "../fx.ts";
import { orderValue, type Scene } from "../scene.ts";
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { gatherScaled, isScaled, measureScaled, scaledParameters } from "./scaled-bound.ts";
import { MONEY } from "./units.ts";

export const maxOrderNotional: LimitCheck = {
  kind: "max-order-notional",
  fixCode: 27,
  riskLimitType: 11,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: MONEY,
  scopeless: true,
  standing: false,
  parameters: scaledParameters,
  gathersFor: isScaled,
  gather: gatherScaled,
  measure: (scene, { limit }, found) => {
    const value = orderValue(scene);
    if (value === undefined) return undefined;
    if (!isScaled(limit)) return measured(0n, value);
    const order = { value, bound: limit.threshold, valueOf: (qty: bigint) => valueAtMark(scene, qty) };
    return measureScaled(scene, limit, found, order);
  },
};

function valueAtMark({ mark, fx, inputs: { instrument } }: Scene, qty: bigint): bigint | undefined {
  const worth = instrument === undefined ? undefined : accountWorth(instrument, mark.doubled, fx);
  return worth === undefined ? undefined : valueOf(qty, worth);
}
