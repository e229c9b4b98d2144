/** The worse of both extremes over all symbols: every buy filled and no sell, or the other way round. */
import { type Extremes, grossOf } from "../extremes.ts";
import type { View } from "../inputs.ts";
import { valuesIn, viewIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { EXPOSURE } from "./units.ts";

export const maxNetExposure: LimitCheck = {
  kind: "max-net-exposure",
  fixCode: 25,
  riskLimitType: 2,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: EXPOSURE,
  standing: true,
  measure: (scene, { scope }) => {
    const line = valuesIn(scene, scope);
    const rest = scope === "symbol" ? undefined : viewIn(scene, scope);
    // The worse of the two extremes of one symbol is its gross.
    if (line === undefined || rest === undefined) return line?.gross;
    return measured(worseOf(line.before, rest), worseOf(line.after, rest), line.gross.reduction);
  },
};

const worseOf = ({ high, low }: Extremes, { restHigh, restLow }: View): bigint =>
  grossOf({ high: restHigh + high, low: restLow + low });
