/** Which hub a symbol's prices go through. */
import { stableHash } from "../../src/domain/hash.ts";
import type { Symbol } from "../../src/domain/ids.ts";

/** May never change: a subscriber's subscriptions stand in the hub that this number chose. */
export const PRICE_HUBS = 8;

export const priceHubOf = (symbol: Symbol): string => `hub-${stableHash(symbol) % PRICE_HUBS}`;
