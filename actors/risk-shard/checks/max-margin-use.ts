/** Initial margin of the book in percent of equity, by the larger extreme of each symbol. What closes asks for none. */
import { NO_LINE } from "../book-records.ts";
import { grossOf } from "../extremes.ts";
import { initialRateOf, marginShare, shareOf } from "../margin.ts";
import { MARGIN_KEY, NO_SUM } from "../sum-records.ts";
import { valuesIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { missing } from "./measure.ts";
import { PERCENT, ratioMeasure } from "./ratio.ts";
import { RATIO } from "./units.ts";

/** Margin never falls as an order grows: it is a share of gross, which does not either. */
export const maxMarginUse: LimitCheck = {
  kind: "max-margin-use",
  fixCode: 25,
  riskLimitType: 8,
  scopes: ["account"],
  scopeDefault: "account",
  unit: RATIO,
  standing: true,
  /** Of all other symbols; then the share of the order's own, as a fraction. */
  gather: ({ state, terms, instrument }) => {
    if (!state.sums.demand.margin) return undefined;
    const { gross } = state.sums.byKey.get(MARGIN_KEY) ?? NO_SUM;
    const line = state.symbolLines.get(terms.symbol) ?? NO_LINE;
    const { times, over } = initialRateOf(instrument);
    return [gross - marginShare(grossOf(line), instrument), times, over];
  },
  measure: (scene, { scope }, found) => {
    const line = valuesIn(scene, scope)?.gross;
    if (line === undefined) return undefined;
    const [rest, times, over] = found ?? [];
    if (rest === undefined || times === undefined || over === undefined)
      return missing("sums-missing", line.reduction);
    const whole = scene.inputs.standing.equity;
    if (whole <= 0n) return missing("no-equity", line.reduction);
    const at = (gross: bigint) => ({ part: rest + shareOf(gross, { times, over }), whole });
    return ratioMeasure(() => at(line.observed), at(line.projected), PERCENT, line.reduction);
  },
};
