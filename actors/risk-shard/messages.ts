/** What may be asked of a risk shard: one account's limits, orders and positions. Text in, text out. */
import type { PriceSubscriberApi } from "../price-hub/messages.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";

export type ListQuery = { readonly limit: number; readonly after?: string; readonly status?: string };
export type ListPage = { readonly items: readonly string[]; readonly total: number; readonly next?: string };
export type ShownChecks = "all" | "telling";

export interface RiskShardApi extends PriceSubscriberApi {
  putAccount(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  putLimits(envelope: Envelope, body: string, ifMatch?: string): Promise<ActorReply<string>>;
  limits(envelope: Envelope, version?: number): Promise<ActorReply<string>>;
  /** A dry run on the very path that orders take, without effect. */
  check(envelope: Envelope, body: string, shown: ShownChecks): Promise<ActorReply<string>>;
  orders(envelope: Envelope, body: string, shown: ShownChecks): Promise<ActorReply<string>>;
  executions(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  setState(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  account(envelope: Envelope): Promise<ActorReply<string>>;
  positions(envelope: Envelope, query: ListQuery): Promise<ActorReply<ListPage>>;
  workingOrders(envelope: Envelope, query: ListQuery): Promise<ActorReply<ListPage>>;
  exposures(envelope: Envelope): Promise<ActorReply<string>>;
  violations(envelope: Envelope, query: ListQuery): Promise<ActorReply<ListPage>>;
  decisions(envelope: Envelope, query: ListQuery): Promise<ActorReply<ListPage>>;
  /** Registers the strategy and books its opening legs; waits until the strategy has heard, at most 2 s. */
  openStrategy(envelope: Envelope, strategy: string, body: string): Promise<ActorReply<string>>;
  amendStrategy(envelope: Envelope, strategy: string, body: string): Promise<ActorReply<string>>;
  replaceLegs(envelope: Envelope, strategy: string, body: string): Promise<ActorReply<string>>;
  closeStrategy(envelope: Envelope, strategy: string): Promise<ActorReply<string>>;
}
