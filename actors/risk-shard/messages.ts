/** What may be asked of a risk shard: one account's limits, orders and positions. Text in, text out. */
import type { AccountBody, StateBody } from "../../src/contracts/accounts.ts";
import type { DecisionFilter } from "../../src/contracts/decisions.ts";
import type {
  AttributedBody,
  LimitVersion,
  OverrideBody,
  ProposalBody,
} from "../../src/contracts/limit-plan.ts";
import type { ReleaseBody } from "../../src/contracts/limit-trips.ts";
import type { LimitsBody } from "../../src/contracts/limits.ts";
import type { NewStrategy, NewStrategyLegs, StrategyPatch } from "../../src/contracts/strategies.ts";
import type { ViolationFilter } from "../../src/contracts/violations.ts";
import type { CashType } from "../../src/domain/cash.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { ExecutionType, OrderType, Side, TimeInForce } from "../../src/domain/order.ts";
import type { PartsMap } from "../../src/domain/parts-map.ts";
import type { PriceSubscriberApi } from "../price-hub/messages.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ChildApi } from "../runtime/escrow/messages.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";
import type { LinkHostApi } from "../runtime/streams/link.ts";
import type * as strategy from "../strategy/messages.ts";
import type { PartsWork } from "./parts-messages.ts";

export type ListQuery = { readonly limit: number; readonly after?: string; readonly status?: string };
export type RiskQuery = { readonly confidence?: number; readonly horizonDays?: number };
export type ListPage = {
  readonly items: readonly string[];
  readonly total: number;
  readonly next?: string;
  /** Of violations, how many there are of each code. */
  readonly totals?: Readonly<Record<string, number>>;
  /** Of violations: those below this seq are in Postgres only. */
  readonly olderThan?: number;
  /** Of decisions and violations of an account that was ever split: its other parts have some of their own. */
  readonly parts?: PartsMap;
};
export type ShownChecks = "all" | "telling";

/** `average` is told from memory; the others fold the journal of each line that they are asked for. */
export type CostMethod = "average" | "fifo" | "lifo";
export type HoldingsQuery = {
  readonly method: CostMethod;
  readonly symbol?: string;
  /** Empty for what no strategy holds; absent for all. */
  readonly strategy?: string;
  /** The key that the page before ended with. */
  readonly after?: string;
  /** Lines of one page: at most 500. Fewer come where their journals are long. */
  readonly limit: number;
  /** With the lots that are held. */
  readonly lots?: boolean;
};
/** What a line holds by a method. Decimal text: quantities and prices in the instrument's units, money in its currency. */
export type HeldLine = {
  readonly symbol: string;
  /** Empty where no strategy holds it. */
  readonly strategy: string;
  readonly currency: string;
  readonly qty: string;
  /** Signed: below zero for a short. */
  readonly cost: string;
  readonly realised: string;
  readonly fees: string;
  readonly funding: string;
  /** At the mark of now; null where there is none. */
  readonly unrealised: string | null;
  /** Why these are the figures at average cost, though another method was asked for. */
  readonly unavailable?: "journal-folded";
  /** The oldest first; `cost` signed. */
  readonly lots?: readonly { readonly qty: string; readonly cost: string; readonly ts: number }[];
};
export type HoldingsPage = {
  readonly items: readonly HeldLine[];
  readonly next?: string;
  /** Of the newest fact. */
  readonly seq: number;
};

/** Newest first. With an id that one alone, with its orders that still work. */
export type MassCancelsQuery = ListQuery & { readonly id?: string };
export type CancelsAsked =
  | { readonly type: "mass-cancel"; readonly body: string }
  /** Without a body it is answered how the switch stands. */
  | { readonly type: "dead-man"; readonly body?: string }
  /** Answered by a ListPage. */
  | ({ readonly type: "list" } & MassCancelsQuery);

export type ProfitQuery = { readonly method: CostMethod; readonly by: "account" | "strategy" | "symbol" };

export type ExecutionsQuery = ListQuery & {
  readonly symbol?: string;
  /** Empty for those of no strategy. */
  readonly strategy?: string;
  readonly type?: string;
};
/** Newest first. `items` are JSON texts of `{"seq":…}` and the fields of `ExecutionBookedFact`; `next` is the seq to go on below. */
export type ExecutionsPage = {
  readonly items: readonly string[];
  readonly next?: string;
  /** Facts below this seq have left here: they are in Postgres only. */
  readonly olderThan: number;
  /** Of an account that was ever split: its other parts have some of their own. */
  readonly parts?: PartsMap;
};

export interface RiskShardApi extends PriceSubscriberApi, InspectedApi, LinkHostApi, ChildApi {
  putAccount(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  putLimits(envelope: Envelope, body: string, ifMatch?: string): Promise<ActorReply<string>>;
  limits(envelope: Envelope, version?: number): Promise<ActorReply<string>>;
  /** What a person says to how limits come into force, and what is asked of it. Replies are JSON texts, changes `LimitsChanged`. */
  limitWork(envelope: Envelope, work: LimitWork): Promise<ActorReply<string>>;
  /** A dry run on the very path that orders take, without effect. */
  check(envelope: Envelope, body: string, shown: ShownChecks): Promise<ActorReply<string>>;
  orders(envelope: Envelope, body: string, shown: ShownChecks): Promise<ActorReply<string>>;
  executions(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  setState(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  /** Asks the cancel of what works in a scope; lists what was asked; sets and holds the dead-man switch. JSON text of what each answers. */
  cancels(envelope: Envelope, asked: CancelsAsked): Promise<ActorReply<string>>;
  watched(envelope: Envelope, query: WatchedQuery): Promise<ActorReply<ListPage>>;
  answerWatch(envelope: Envelope, said: WatchedAnswer): Promise<ActorReply<string>>;
  /** Movements of cash, each once by its id. The reply: `{"results", "seq"}`. */
  moveCash(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  /** Applies a recorded action of a symbol to what the account holds and works, or takes back one that was revoked. */
  applyAction(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  /** What lines hold by a method, by symbol and strategy. */
  holdings(envelope: Envelope, query: HoldingsQuery): Promise<ActorReply<HoldingsPage>>;
  /** Reports that were booked, out of the account's own journal. */
  bookedExecutions(envelope: Envelope, query: ExecutionsQuery): Promise<ActorReply<ExecutionsPage>>;
  /** What the account has made, in the trading day and since inception. */
  pnl(envelope: Envelope, query: ProfitQuery): Promise<ActorReply<string>>;
  /** Records how the account stands. The reply: the snapshot as the list of them shows it. */
  takeSnapshot(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  account(envelope: Envelope): Promise<ActorReply<string>>;
  positions(envelope: Envelope, query: ListQuery): Promise<ActorReply<ListPage>>;
  workingOrders(envelope: Envelope, query: ListQuery): Promise<ActorReply<ListPage>>;
  exposures(envelope: Envelope): Promise<ActorReply<string>>;
  /** Equity and what it is made of, margin and buying power. */
  balances(envelope: Envelope): Promise<ActorReply<string>>;
  /** What the book may lose. Symbols of it that have not told their bars are asked first. */
  risk(envelope: Envelope, query: RiskQuery): Promise<ActorReply<string>>;
  violations(envelope: Envelope, query: ListQuery): Promise<ActorReply<ListPage>>;
  decisions(envelope: Envelope, query: ListQuery): Promise<ActorReply<ListPage>>;
  /** The account beside its broker. The reply: what an import brought, or JSON text of the public reconciliation. */
  broker(envelope: Envelope, work: BrokerWork): Promise<ActorReply<string>>;
  /** Registers the strategy and books its opening legs; waits until the strategy has heard, at most 2 s. The reply: `{"id"}`. */
  openStrategy(envelope: Envelope, strategy: string, body: string): Promise<ActorReply<string>>;
  amendStrategy(envelope: Envelope, strategy: string, body: string): Promise<ActorReply<string>>;
  replaceLegs(envelope: Envelope, strategy: string, body: string): Promise<ActorReply<string>>;
  closeStrategy(envelope: Envelope, strategy: string): Promise<ActorReply<string>>;
  /** Makes the group or gives it another name and members; waits until it has heard, as for a strategy. The reply: the public group. */
  putGroup(envelope: Envelope, group: string, body: string): Promise<ActorReply<string>>;
  removeGroup(envelope: Envelope, group: string): Promise<ActorReply<string>>;
  /** A step of a split of the account, asked by its coordinator. JSON text of `PartsAnswers`. */
  parts?(envelope: Envelope, work: PartsWork): Promise<ActorReply<string>>;
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
  /** After so long what it reserves is released, whatever the venue has said. */
  readonly ttlMs?: number;
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
  readonly feeCurrency: string | undefined;
  /** Of a bust or a correction: the fill that it is about. */
  readonly refExecId: string | undefined;
  /** Of an acknowledgement. */
  readonly venueOrderId?: string;
  readonly ts: number;
  readonly body: string;
};

/** `amount` is canonical decimal text. */
export type CashTerms = {
  readonly id: string;
  readonly type: CashType;
  readonly currency: string;
  readonly amount: string;
  readonly symbol: Symbol | undefined;
  /** Empty where none is named. */
  readonly strategy: string;
  readonly ts: number;
  readonly note: string | undefined;
  readonly body: string;
};

/** A limit that is tripped is released by a person: `by` is the principal of the call. */
export type ReleaseCommand = {
  readonly limitId: string;
  readonly body: ReleaseBody;
  readonly by: string;
};

/** Lists of what is watched beside orders. */
export type WatchedQuery = ListQuery & {
  readonly list: "trips" | "inputs" | "violations" | "decisions";
  readonly symbol?: string;
  /** Of violations. */
  readonly filter?: ViolationFilter;
  /** Of decisions. */
  readonly decided?: DecisionFilter;
};
/** What a person says to it; `body` is JSON text. */
export type WatchedAnswer =
  | { readonly type: "release"; readonly limitId: string; readonly body: string }
  | { readonly type: "resolve-violation"; readonly seq: number; readonly body: string }
  /** `fact`: the payload of the decision's fact, where Postgres has it. */
  | { readonly type: "explain"; readonly seq: number; readonly fact?: string };

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
      readonly limits: LimitsBody["limits"];
      readonly effectiveAt?: number | undefined;
      readonly reason?: string | undefined;
      readonly template?: LimitsBody["template"] | undefined;
      readonly ifMatch: string | undefined;
      readonly by: string;
    }
  | { readonly type: "set-state"; readonly body: StateBody; readonly by: string };

/** Who is named in the body is the principal, `by`. */
export type LimitsCommand = { readonly by: string } & (
  | { readonly type: "override"; readonly body: OverrideBody }
  | { readonly type: "propose"; readonly body: ProposalBody }
  | { readonly type: "approve"; readonly id: string; readonly body: AttributedBody }
  | { readonly type: "reject"; readonly id: string; readonly body: AttributedBody }
  | { readonly type: "cancel"; readonly id: string; readonly body: AttributedBody }
);

export type BrokerWork =
  /** An existing book, all of it or nothing; once by its own id. */
  | { readonly type: "import"; readonly body: string }
  | { readonly type: "reconcile"; readonly body: string }
  | { readonly type: "find"; readonly id: string }
  | { readonly type: "resolve"; readonly id: string; readonly body: string };

export type LimitWork =
  | { readonly type: "pending" }
  /** The set that was in force then; refused `limits-unknown` where that is not known here. */
  | { readonly type: "as-of"; readonly at: number }
  /** Those that are kept here, newest first, below one: a `LimitVersionPage`. */
  | { readonly type: "versions"; readonly before?: number; readonly limit: number }
  | { readonly type: "override"; readonly body: string }
  | { readonly type: "propose"; readonly body: string }
  | { readonly type: "approve" | "reject" | "cancel"; readonly id: string; readonly body: string };

/** `total`: of all that there ever were. Versions below `olderThan` are in Postgres only. */
export type LimitVersionPage = {
  readonly items: readonly LimitVersion[];
  readonly total: number;
  readonly olderThan: number;
};

export type StrategyCommand =
  | { readonly type: "open-strategy"; readonly strategy: string; readonly body: NewStrategy }
  | { readonly type: "amend-strategy"; readonly strategy: string; readonly body: StrategyPatch }
  | { readonly type: "replace-legs"; readonly strategy: string; readonly body: NewStrategyLegs }
  | { readonly type: "close-strategy"; readonly strategy: string };

/** What strategies and the tenant's directory hear of this account. */
export type StrategyNews = strategy.StrategyNews;
export type LegInstrument = strategy.LegInstrument;
export type RateSource = strategy.RateSource;
export type Holding = strategy.Holding;
export type RevisionReason = strategy.RevisionReason;
