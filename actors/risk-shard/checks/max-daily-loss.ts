/** What the trading day has lost, with what is open: since the last close, or since the account or the limit's strategy began. It trips. */
import { lossFound, observedLoss } from "../losses.ts";
import { closesIn } from "../scene.ts";
import type { LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import { MONEY } from "./units.ts";

export const maxDailyLoss: LimitCheck = {
  kind: "max-daily-loss",
  fixCode: 3,
  scopes: ["account", "strategy"],
  scopeDefault: "account",
  unit: MONEY,
  standing: true,
  trips: true,
  gather: ({ state, limit, member }) => lossFound(state, limit, member),
  // An order changes nothing of it. Made smaller, what closes still closes: so a flip is cut to the close.
  measure: (scene, { scope }, found) => {
    const reduction = closesIn(scene, scope);
    if (found === undefined) return missing("day-start-missing", reduction);
    const loss = observedLoss("max-daily-loss", found);
    return measured(loss, loss, reduction);
  },
};
