/** The worse of both extremes over all symbols: every buy filled and no sell, or the other way round. */
import { magnitude, netOf } from "../exposure.ts";
import { restIn, valuesIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { EXPOSURE } from "./units.ts";

export const maxNetExposure: LimitCheck = {
  kind: "max-net-exposure",
  fixCode: 25,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: EXPOSURE,
  standing: true,
  measure: (scene, { limit }) => {
    const found = valuesIn(scene, limit.scope.kind);
    if (found === undefined) return undefined;
    const { high, low } = restIn(scene, limit.scope.kind);
    const { before, after, reduction } = found;
    return {
      observed: magnitude(netOf({ high: high + before.high, low: low + before.low })),
      projected: magnitude(netOf({ high: high + after.high, low: low + after.low })),
      reduction,
    };
  },
};
