/**
 * An order that would trade with a working order of the same account, of whichever strategy. It holds for closing orders too: who sells to
 * himself closes nothing. Stops and stop-limits rest nowhere until the market reaches them, so they match nothing before.
 */
import { scaledInteger } from "../../../src/domain/decimal.ts";
import { tradesWithOwn } from "../working-prices.ts";
import type { Asked, LimitCheck } from "./check.ts";
import { measured } from "./measure.ts";
import { COUNT } from "./units.ts";

/** It does not depend on the quantity: what fails, fails when it is made smaller. */
export const selfMatch: LimitCheck = {
  kind: "self-match",
  fixCode: 99,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: COUNT,
  standing: false,
  gather: (asked) => [matches(asked) ? 1n : 0n],
  measure: (_scene, _measuring, found) => {
    const [matched] = found ?? [];
    return matched === undefined ? undefined : measured(0n, matched);
  },
};

function matches({ state, terms, instrument }: Asked): boolean {
  const { symbol, side, type } = terms;
  const price =
    instrument === undefined ? undefined : scaledInteger(terms.price ?? "", instrument.priceScale);
  return tradesWithOwn(state, { symbol, side, type, ...(price?.ok ? { price: price.value } : {}) });
}
