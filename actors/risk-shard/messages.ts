/** What may be asked of a risk shard: one account's limits, orders and positions. Text in, text out. */
import type { AccountBody, StateBody } from "../../src/contracts/accounts.ts";
import type { LimitObject } from "../../src/contracts/limits.ts";
import type { NewStrategy, NewStrategyLegs, StrategyPatch } from "../../src/contracts/strategies.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { ExecutionType, OrderType, Side, TimeInForce } from "../../src/domain/order.ts";
import type { PriceSubscriberApi } from "../price-hub/messages.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";
import type { LinkHostApi } from "../runtime/streams/link.ts";
import type * as strategy from "../strategy/messages.ts";

export type ListQuery = { readonly limit: number; readonly after?: string; readonly status?: string };
export type ListPage = { readonly items: readonly string[]; readonly total: number; readonly next?: string };
export type ShownChecks = "all" | "telling";

export interface RiskShardApi extends PriceSubscriberApi, InspectedApi, LinkHostApi {
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
  /** Registers the strategy and books its opening legs; waits until the strategy has heard, at most 2 s. The reply: `{"id"}`. */
  openStrategy(envelope: Envelope, strategy: string, body: string): Promise<ActorReply<string>>;
  amendStrategy(envelope: Envelope, strategy: string, body: string): Promise<ActorReply<string>>;
  replaceLegs(envelope: Envelope, strategy: string, body: string): Promise<ActorReply<string>>;
  closeStrategy(envelope: Envelope, strategy: string): Promise<ActorReply<string>>;
}

/** An order as it was sent. Numbers are canonical decimal text: what they are worth depends on the instrument. */
export type OrderTerms = {
  readonly clientOrderId: string;
  /** Empty where none is named. */
  readonly strategy: string;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly type: OrderType;
  readonly qty: string;
  readonly price: string | undefined;
  readonly stopPrice: string | undefined;
  readonly timeInForce: TimeInForce | undefined;
  readonly reduceOnly: boolean;
  readonly replaces: string | undefined;
  /** All fields in a fixed form: two orders of the same id are the same where this is equal. */
  readonly body: string;
};

export type ExecutionTerms = {
  readonly type: ExecutionType;
  readonly execId: string;
  readonly clientOrderId: string;
  readonly symbol: Symbol | undefined;
  readonly side: Side | undefined;
  readonly qty: string | undefined;
  readonly price: string | undefined;
  readonly fee: string | undefined;
  readonly ts: number;
  readonly body: string;
};

/** Commands that change what the account is, not what it holds. `by` is the principal of the call. */
export type AccountCommand =
  | {
      readonly type: "put-account";
      readonly account: string;
      readonly body: AccountBody;
      readonly by: string;
    }
  | {
      readonly type: "put-limits";
      readonly limits: readonly LimitObject[];
      readonly ifMatch: string | undefined;
      readonly by: string;
    }
  | { readonly type: "set-state"; readonly body: StateBody; readonly by: string };

export type StrategyCommand =
  | { readonly type: "open-strategy"; readonly strategy: string; readonly body: NewStrategy }
  | { readonly type: "amend-strategy"; readonly strategy: string; readonly body: StrategyPatch }
  | { readonly type: "replace-legs"; readonly strategy: string; readonly body: NewStrategyLegs }
  | { readonly type: "close-strategy"; readonly strategy: string };

/** What strategies and the tenant's directory hear of this account. */
export type StrategyNews = strategy.StrategyNews;
export type LegInstrument = strategy.LegInstrument;
