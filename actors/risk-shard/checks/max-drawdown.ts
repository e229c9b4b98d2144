/** How far the account's equity stands below its peak since the limit was first put, in percent of the peak. Cash that moves moves the peak. It trips. */
import { lossFound, observedLoss } from "../losses.ts";
import { closesIn } from "../scene.ts";
import type { LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import { RATIO } from "./units.ts";

export const maxDrawdown: LimitCheck = {
  kind: "max-drawdown",
  fixCode: 3,
  scopes: ["account"],
  scopeDefault: "account",
  unit: RATIO,
  standing: true,
  trips: true,
  // Each has its own peak.
  parameters: ({ id }) => id,
  gather: ({ state, limit, member }) => lossFound(state, limit, member),
  // As with a day's loss.
  measure: (scene, { scope }, found) => {
    const reduction = closesIn(scene, scope);
    if (found === undefined) return missing("peak-missing", reduction);
    const down = observedLoss("max-drawdown", found);
    return measured(down, down, reduction);
  },
};
