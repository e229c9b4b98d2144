/** What may be asked of a strategy, and the news that its account's risk shard sends it. */
import type { PriceSubscriberApi } from "../price-hub/messages.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { OutboxBatch } from "../runtime/outbox.ts";
import type { ActorReply } from "../runtime/reply.ts";

/** What a leg's numbers mean. `notionalUnit` is a bigint as text. */
export type LegInstrument = {
  readonly symbol: string;
  readonly priceScale: number;
  readonly sizeScale: number;
  readonly notionalUnit: string;
};

/** Facts of a risk shard whose destination is a strategy: kind = `type`, payload = its JSON. Order is the account's order. */
export type StrategyNews =
  | {
      readonly type: "strategy-opened";
      readonly strategy: string;
      readonly account: string;
      readonly name: string;
      readonly tags: readonly string[];
      readonly currency: string;
      readonly legs: readonly LegInstrument[];
      readonly at: number;
    }
  | {
      readonly type: "strategy-amended";
      readonly strategy: string;
      readonly name: string;
      readonly tags: readonly string[];
      readonly legs: readonly LegInstrument[];
      readonly at: number;
    }
  | { readonly type: "strategy-closed"; readonly strategy: string; readonly at: number }
  | {
      /** A booked execution of this strategy; opening legs come as `opening`. Integers at the leg's scales, fee as decimal text. */
      readonly type: "fill-booked";
      readonly strategy: string;
      readonly execId: string;
      readonly leg: LegInstrument;
      readonly side: "buy" | "sell";
      readonly qty: number;
      readonly price: number;
      readonly fee: string;
      readonly ts: number;
      readonly opening: boolean;
    };

export type M2mQuery = { readonly resolution: string; readonly from?: number; readonly to?: number; readonly limit: number };

export interface StrategyApi extends PriceSubscriberApi {
  receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>>;
  /** JSON text of the public strategy object. */
  describe(envelope: Envelope): Promise<ActorReply<string>>;
  /** JSON text of `{items}`. */
  positions(envelope: Envelope): Promise<ActorReply<string>>;
  /** JSON text of `{method, realised, unrealised, fees, total, …}`. */
  pnl(envelope: Envelope, method: string): Promise<ActorReply<string>>;
  /** JSON text of `{candles}`, and where older ones may stand in Postgres. */
  m2m(envelope: Envelope, query: M2mQuery): Promise<ActorReply<{ candles: readonly string[]; olderThan?: number }>>;
}
