/** Gross of the order's symbol with all symbols of the book that move with it by more than `rho`. */
import { PART_SCALE } from "../../../src/domain/limit.ts";
import { NO_LINE } from "../book-records.ts";
import { grossOf } from "../extremes.ts";
import { freshen } from "../return-book.ts";
import { clusterGross } from "../return-clusters.ts";
import type { Limit } from "../state.ts";
import { valuesIn } from "../views.ts";
import { isKnown, lackIn, toldOf } from "./book-risk.ts";
import type { LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import { MONEY } from "./units.ts";

/** Where a limit does not say otherwise. */
const RHO = 600_000n;

/** Gross never falls as an order grows: the other extreme of its line stays where it is. */
export const maxClusterGross: LimitCheck = {
  kind: "max-cluster-gross",
  fixCode: 25,
  riskLimitType: 1,
  scopes: ["account", "symbol"],
  scopeDefault: "account",
  unit: MONEY,
  standing: false,
  parameters: ({ rho = RHO }) => String(rho),
  gather: ({ state, terms: { symbol }, limit }) => {
    freshen(state);
    if (!isKnown(state.returns, symbol)) return undefined;
    const whole = clusterGross(state, symbol, rhoOf(limit));
    const own = grossOf(state.symbolLines.get(symbol) ?? NO_LINE);
    return [whole - own, lackIn(state.returns, symbol)];
  },
  measure: (scene, _measuring, found) => {
    const line = valuesIn(scene, "account")?.gross;
    if (line === undefined) return undefined;
    const [rest, lack] = found ?? [];
    if (rest === undefined) return missing("returns-missing", line.reduction);
    const [observed, projected] = [rest + line.observed, rest + line.projected];
    return measured(observed, projected, line.reduction || projected <= observed, { told: toldOf(lack) });
  },
};

const rhoOf = ({ rho = RHO }: Limit): number => Number(rho) / 10 ** PART_SCALE;
