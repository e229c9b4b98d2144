/** What imports since the last close brought along, by strategy and currency: summed once, until another one comes or the day closes. */

import { NO_PURSE } from "./book-records.ts";
import { broughtLines } from "./brought.ts";
import type { LossBook } from "./loss-records.ts";
import { addedTo } from "./purses.ts";
import type { Closing, Purse, RiskState } from "./state.ts";

type ByStrategy = ReadonlyMap<string, ReadonlyMap<string, Purse>>;
type Sums = { readonly closing: Closing | undefined; readonly sums: ByStrategy };

const KNOWN = new WeakMap<LossBook["broughtAsOf"], Sums>();

export function broughtSums(state: RiskState): ByStrategy {
  const { losses, closing } = state;
  const known = KNOWN.get(losses.broughtAsOf);
  if (known !== undefined && known.closing === closing) return known.sums;
  const sums = new Map<string, Map<string, Purse>>();
  for (const { strategy, currency, made } of broughtLines(state)) {
    const own = sums.get(strategy) ?? new Map<string, Purse>();
    own.set(currency, addedTo(own.get(currency) ?? NO_PURSE, made));
    sums.set(strategy, own);
  }
  KNOWN.set(losses.broughtAsOf, { closing, sums });
  return sums;
}
