/** Herfindahl–Hirschman index of the account's symbols: Σ (gross of one ÷ gross of all)², between nothing and one. */

import { NO_LINE } from "../book-records.ts";
import { grossOf } from "../extremes.ts";
import { NO_SUM, SQUARES_KEY } from "../sum-records.ts";
import { valuesIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { missing } from "./measure.ts";
import { PLAIN, ratioMeasure } from "./ratio.ts";
import { RATIO } from "./units.ts";

/**
 * With g the gross of the order's symbol it is (squares + g²) / (rest + g)²: it falls until g is squares ÷ rest and rises from there, so
 * all quantities that make it no worse, or leave it below the limit, lie together.
 */
export const maxConcentration: LimitCheck = {
  kind: "max-concentration",
  fixCode: 3,
  scopes: ["account"],
  scopeDefault: "account",
  unit: RATIO,
  standing: true,
  gather: ({ state, terms }) => {
    if (!state.sums.demand.squares) return undefined;
    const { gross } = state.sums.byKey.get(SQUARES_KEY) ?? NO_SUM;
    const own = grossOf(state.symbolLines.get(terms.symbol) ?? NO_LINE);
    return [gross - own * own];
  },
  measure: (scene, { scope }, found) => {
    const line = valuesIn(scene, scope)?.gross;
    if (line === undefined) return undefined;
    const squares = found?.[0];
    if (squares === undefined) return missing("sums-missing", line.reduction);
    const { restGross } = scene.inputs.account;
    const at = (gross: bigint) => {
      const all = restGross + gross;
      return { part: squares + gross * gross, whole: all * all };
    };
    return ratioMeasure(() => at(line.observed), at(line.projected), PLAIN, line.reduction);
  },
};
