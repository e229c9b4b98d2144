/**
 * What each strategy has made, by currency: kept by difference as long as a limit asks for it, so that an order sums nothing. It moves where
 * the account's own purses move (`funds.ts`), and is made anew when limits are put and after a load (`losses.ts`).
 */

import { NO_PURSE } from "./book-records.ts";
import { put, type Trail } from "./changes.ts";
import type { Made } from "./loss-records.ts";
import { addedTo } from "./purses.ts";
import { NO_STRATEGY, type Purse } from "./state.ts";

export const nothingMade = (): Made => ({ purses: new Map(), unrealised: new Map() });

/** `key`: of the line that made it. */
export function moveMade(
  made: Made | undefined,
  line: { readonly key: string; readonly strategy: string; readonly currency: string },
  change: Purse,
  trail?: Trail,
): void {
  const { key, strategy, currency } = line;
  if (made === undefined || strategy === NO_STRATEGY) return;
  let own = made.purses.get(strategy);
  if (own === undefined) {
    own = new Map();
    put(made.purses, strategy, own, trail);
  }
  put(own, currency, addedTo(own.get(currency) ?? NO_PURSE, change), trail);
  if (change.unrealised === 0n) return;
  const unrealised = (made.unrealised.get(key) ?? 0n) + change.unrealised;
  put(made.unrealised, key, unrealised === 0n ? undefined : unrealised, trail);
}
