/** What flows through a price hub: a symbol's changes in, one batch per subscriber out. */

import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { PriceMark } from "../../src/domain/price.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";

/** One change of the last price. `n` counts a symbol's changes without a gap, so a receiver knows when it missed one. */
export type PriceChange = readonly [n: number, ts: number, last: number];

export type PriceUpdate = {
  readonly symbol: Symbol;
  /** The newest state, after all changes. */
  readonly mark: PriceMark;
  /** Every change of the last price since the update before, in order, or the newest of them where `sampled`. */
  readonly changes: readonly PriceChange[];
  /** Some changes were left out at a bound. */
  readonly sampled: boolean;
  /** Present when reference data changed. */
  readonly instrument?: Instrument;
};

export type PriceBatch = { readonly hub: string; readonly updates: readonly PriceUpdate[] };

/** `<kind>/<object name>`, for example `risk-shard/acme/main`. */
export type SubscriberName = `${"risk-shard" | "strategy"}/${string}`;

export type PriceSnapshot = { readonly instrument: Instrument; readonly mark: PriceMark };

export interface PriceHubApi extends InspectedApi {
  /** From a symbol, after its commit: all changes of one turn. Accepted as soon as it is in memory. */
  push(envelope: Envelope, update: PriceUpdate): Promise<ActorReply<null>>;
  /** Durable; repeating it changes nothing. From now on the subscriber gets these symbols' updates. */
  subscribe(
    envelope: Envelope,
    subscriber: SubscriberName,
    symbols: readonly Symbol[],
  ): Promise<ActorReply<null>>;
  unsubscribe(
    envelope: Envelope,
    subscriber: SubscriberName,
    symbols: readonly Symbol[],
  ): Promise<ActorReply<null>>;
}

/** What a hub calls on a risk shard or a strategy. A throw or a refusal makes the hub come again, from a snapshot. */
export interface PriceSubscriberApi {
  prices(envelope: Envelope, batch: PriceBatch): Promise<ActorReply<null>>;
}
