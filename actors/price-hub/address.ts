/** Which hub a symbol's prices go through. */
import { assert } from "../../src/domain/assert.ts";
import { stableHash } from "../../src/domain/hash.ts";
import type { Symbol } from "../../src/domain/ids.ts";

/** May never change: a subscriber's subscriptions stand in the hub that this number chose. */
export const PRICE_HUBS = 8;

export const priceHubOf = (symbol: Symbol): string => `hub-${stableHash(symbol) % PRICE_HUBS}`;

/** The name of a hub's own object. */
export function hubNameOf(name: string | undefined): string {
  assert(name !== undefined && /^hub-\d+$/.test(name), "a hub's object is named hub-<number>");
  return name;
}
