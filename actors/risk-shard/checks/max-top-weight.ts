/** What part of gross the `n` largest symbols are together. */
import { valuesIn } from "../views.ts";
import type { LimitCheck } from "./check.ts";
import { missing } from "./measure.ts";
import { PERCENT, ratioMeasure } from "./ratio.ts";
import { RATIO } from "./units.ts";

/**
 * With g the gross of the order's symbol it is (a + max(b, g)) / (rest + g): it falls until g is among the largest and rises from there,
 * so all quantities that make it no worse, or leave it below the limit, lie together.
 */
export const maxTopWeight: LimitCheck = {
  kind: "max-top-weight",
  fixCode: 3,
  scopes: ["account"],
  scopeDefault: "account",
  unit: RATIO,
  standing: true,
  parameters: ({ n }) => String(n),
  /** Of all other symbols the sum of the n − 1 largest, and the next one. */
  gather: ({ state, terms, limit: { n = 1 } }) => {
    const largest = state.sums.ranking?.top(n, terms.symbol);
    if (largest === undefined) return undefined;
    const sum = largest.slice(0, n - 1).reduce((all, gross) => all + gross, 0n);
    return [sum, largest[n - 1] ?? 0n];
  },
  measure: (scene, { scope }, found) => {
    const line = valuesIn(scene, scope)?.gross;
    if (line === undefined) return undefined;
    const [sum, next] = found ?? [];
    if (sum === undefined || next === undefined) return missing("sums-missing", line.reduction);
    const { restGross } = scene.inputs.account;
    const at = (gross: bigint) => ({ part: sum + (gross > next ? gross : next), whole: restGross + gross });
    return ratioMeasure(() => at(line.observed), at(line.projected), PERCENT, line.reduction);
  },
};
