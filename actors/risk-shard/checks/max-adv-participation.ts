/** What part of an average day's volume (of the last 20 sessions) one order is, closing or not. */
import { FINER } from "../liquidity-numbers.ts";
import type { LimitCheck } from "./check.ts";
import { liquidityIn, liquidityMissing } from "./liquidity-found.ts";
import { PERCENT, ratioOfOrder } from "./ratio.ts";
import { RATIO } from "./units.ts";

export const maxAdvParticipation: LimitCheck = {
  kind: "max-adv-participation",
  fixCode: 3,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: RATIO,
  scopeless: true,
  standing: false,
  gather: liquidityIn("adv"),
  measure: (scene, _measuring, found) => {
    if (scene.inputs.instrument === undefined) return undefined;
    const [, adv = 0n] = found ?? [];
    return liquidityMissing(scene, found) ?? ratioOfOrder({ part: scene.qty * FINER, whole: adv }, PERCENT);
  },
};
