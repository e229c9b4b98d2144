/** What part of the median volume of an interval (`intervalMinutes` of the symbol's liquidity) one order is, closing or not. */
import { FINER } from "../liquidity-numbers.ts";
import type { LimitCheck } from "./check.ts";
import { liquidityIn, liquidityMissing } from "./liquidity-found.ts";
import { PERCENT, ratioOfOrder } from "./ratio.ts";
import { RATIO } from "./units.ts";

export const maxVolumeParticipation: LimitCheck = {
  kind: "max-volume-participation",
  fixCode: 3,
  riskLimitType: 15,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: RATIO,
  scopeless: true,
  standing: false,
  gather: liquidityIn("interval"),
  measure: (scene, _measuring, found) => {
    if (scene.inputs.instrument === undefined) return undefined;
    const [, interval = 0n] = found ?? [];
    return (
      liquidityMissing(scene, found) ?? ratioOfOrder({ part: scene.qty * FINER, whole: interval }, PERCENT)
    );
  },
};
