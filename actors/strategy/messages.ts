/** What may be asked of a strategy, and the news that its account's risk shard sends it. */
import { z } from "zod";
import type { PriceSubscriberApi } from "../price-hub/messages.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { Fact, OutboxBatch } from "../runtime/fact.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { AuditedApi } from "../runtime/standing.ts";

const word = z.string().min(1);
const moment = z.int();

/** What a leg's numbers mean. `notionalUnit` is a bigint as text. */
const legInstrument = z.object({
  symbol: word,
  priceScale: z.int(),
  sizeScale: z.int(),
  notionalUnit: z.string().regex(/^\d+$/),
});
const legs = z.array(legInstrument).readonly();
const tags = z.array(z.string()).readonly();

/** Facts of a risk shard whose destination is a strategy: kind = `type`, payload = its JSON. Order is the account's order. */
export const strategyNews = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("strategy-opened"),
    strategy: word,
    account: word,
    name: z.string(),
    tags,
    currency: word,
    legs,
    at: moment,
  }),
  z.object({ type: z.literal("strategy-amended"), strategy: word, name: z.string(), tags, legs, at: moment }),
  z.object({ type: z.literal("strategy-closed"), strategy: word, at: moment }),
  z.object({
    /** A booked execution of this strategy; opening legs come as `opening`. Integers at the leg's scales, fee as decimal text. */
    type: z.literal("fill-booked"),
    strategy: word,
    execId: word,
    leg: legInstrument,
    side: z.enum(["buy", "sell"]),
    qty: z.int().positive(),
    price: z.int(),
    fee: z.string(),
    ts: moment,
    opening: z.boolean(),
  }),
]);

/** The news of a batch. A sender of ours writes it: what does not parse is a fault of ours, and nothing of its batch is taken. */
export const parseNews = (facts: readonly Fact[]): StrategyNews[] =>
  facts.map(([, , , payload]) => strategyNews.parse(JSON.parse(payload)));

export type LegInstrument = Readonly<z.output<typeof legInstrument>>;
export type StrategyNews = Readonly<z.output<typeof strategyNews>>;

export type M2mQuery = {
  readonly resolution: string;
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
};

export interface StrategyApi extends PriceSubscriberApi, AuditedApi {
  receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>>;
  /** JSON text of the public strategy object. */
  describe(envelope: Envelope): Promise<ActorReply<string>>;
  /** JSON text of `{items}`. */
  positions(envelope: Envelope): Promise<ActorReply<string>>;
  /** JSON text of `{method, realised, unrealised, fees, total, …}`. */
  pnl(envelope: Envelope, method: string): Promise<ActorReply<string>>;
  /** JSON text of `{candles}`, and where older ones may stand in Postgres. */
  m2m(
    envelope: Envelope,
    query: M2mQuery,
  ): Promise<ActorReply<{ candles: readonly string[]; olderThan?: number }>>;
}
