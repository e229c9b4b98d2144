/** Gross over the account's equity. Where there is no equity left, nothing but what closes is borne by any. */
import { valuesIn } from "../views.ts";
import { BOOK_SCOPES, grossBeside, restGross, SUMMED_SCOPES } from "./book-rest.ts";
import type { LimitCheck } from "./check.ts";
import { missing } from "./measure.ts";
import { PLAIN, ratioMeasure } from "./ratio.ts";
import { RATIO } from "./units.ts";

/** Gross never falls as an order grows: the other extreme of its line stays where it is. */
export const maxLeverage: LimitCheck = {
  kind: "max-leverage",
  fixCode: 25,
  scopes: BOOK_SCOPES,
  scopeDefault: "account",
  unit: RATIO,
  standing: true,
  gathersIn: SUMMED_SCOPES,
  gather: restGross,
  measure: (scene, { scope }, found) => {
    const line = valuesIn(scene, scope)?.gross;
    if (line === undefined) return undefined;
    const rest = grossBeside(scene, scope, found);
    if (rest === undefined) return missing("class-missing", line.reduction);
    const whole = scene.inputs.standing.equity;
    if (whole <= 0n) return missing("no-equity", line.reduction);
    const before = () => ({ part: rest + line.observed, whole });
    return ratioMeasure(before, { part: rest + line.projected, whole }, PLAIN, line.reduction);
  },
};
