/**
 * Facts of a risk shard, stored for ever. Each event is one fact: kind, committed at, and the payload that `facts.ts` writes of it.
 * Inside, quantities are integers at the instrument's sizeScale, prices at its priceScale, money 10⁻¹² of the instrument's currency, or of the account's.
 */

import type { CashType } from "../../src/domain/cash.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Money } from "../../src/domain/money.ts";
import type { ExecutionType, Side } from "../../src/domain/order.ts";
import type { DifferenceKind, Reconciliation } from "../../src/domain/reconciliation.ts";
import type { Entry, HoldingChange } from "../../src/quant/money/entry.ts";
import type { DecisionRecord } from "./decision-record.ts";
import type { LimitsPlanned } from "./limit-records.ts";
import type { MassCancelAsked } from "./mass-cancel.ts";
import type { OrderTerms, StrategyNews } from "./messages.ts";
import type { ParentEvent } from "./parent-events.ts";
import type { PartEvent } from "./parts-events.ts";
import type {
  Account,
  Closing,
  HeldAction,
  LimitSet,
  Order,
  PositionRecord,
  StandingState,
  Strategy,
} from "./state.ts";
import type { WatchEvent } from "./watch-events.ts";

export type { ViolationRaised } from "./watch-events.ts";

export type AccountPut = {
  readonly kind: "account-put";
  readonly at: number;
  readonly account: Account;
  readonly by: string;
};

export type LimitsPut = {
  readonly kind: "limits-put";
  readonly at: number;
  readonly set: LimitSet;
  readonly by: string;
};

export type StateSet = { readonly kind: "state-set"; readonly at: number; readonly standing: StandingState };

export type OrderDecided = {
  readonly kind: "order-decided";
  readonly at: number;
  readonly terms: OrderTerms;
  readonly decision: "accept" | "reduce" | "reject";
  /** Decimal text. */
  readonly allowedQty: string;
  readonly code: string | undefined;
  readonly limitsVersion: number;
  readonly verdicts: string;
  /** Text of the rows. */
  readonly checks: string;
  /** Text too. Absent where no check was made: the id was used before. */
  readonly inputs: string | undefined;
  /** Empty where rejected; else the new order, and the one it replaces. */
  readonly orders: readonly Order[];
  /** What a repeat of the order is answered from. */
  readonly record: DecisionRecord;
};

export type ExecutionBooked = {
  readonly kind: "execution-booked";
  readonly at: number;
  readonly type: ExecutionType;
  readonly execId: string;
  readonly clientOrderId: string | undefined;
  readonly symbol: Symbol;
  readonly strategy: string;
  readonly side: Side;
  /** Of a fill. */
  readonly qty?: number;
  readonly price?: number;
  readonly fee: Money;
  readonly ts: number;
  /** A leg that a strategy was opened with. */
  readonly opening: boolean;
  /** Of an acknowledgement. */
  readonly venueOrderId?: string;
  /** Of an expiry that nobody reported: the order's own time was over. */
  readonly reason?: "ttl";
  /** As they stand afterwards: the order, and the other of its pair. */
  readonly orders: readonly Order[];
  /** As it stands after a fill. */
  readonly position?: PositionRecord;
  /** All fields of the report in a fixed form; empty for openings, which no report brings. */
  readonly body: string;
  /** By a fill, at average cost, in the instrument's currency. */
  readonly realised?: Money;
  /** Of a late fill from before a split: what was paid out for a fraction of a share, where that is another since. */
  readonly funding?: Money;
  /** Of a bust or a correction: the fill that it is about. */
  readonly refExecId?: string;
  /** Of a bust or a correction: by how much each entry of the line is another, in the account's order. */
  readonly revised?: readonly HoldingChange[];
  /** Of a correction that says more was traded: by how much, in the instrument's currency. */
  readonly tradedMore?: bigint;
  /** What the journal of its line takes. */
  readonly journal?: JournalChange;
};

/** What a journal of a line takes: an entry behind all others, another one in place of that of its id, or one less. */
export type JournalChange =
  | { readonly add: Entry }
  | { readonly replace: Entry }
  | { readonly remove: string };

/** More of what a report revised, where that is more than one fact says. */
export type ExecutionRevised = {
  readonly kind: "execution-revised";
  readonly at: number;
  readonly execId: string;
  readonly refExecId: string;
  readonly symbol: Symbol;
  readonly strategy: string;
  readonly revised: readonly HoldingChange[];
};

/** Cash that no fill brought: into what is held in a symbol, or into the account's own. */
export type CashMoved = {
  readonly kind: "cash-moved";
  readonly at: number;
  readonly id: string;
  readonly type: CashType;
  readonly currency: string;
  readonly amount: Money;
  readonly symbol: Symbol | undefined;
  readonly strategy: string;
  readonly ts: number;
  readonly note: string | undefined;
  readonly by: string;
  /** As it stands afterwards, where it is of a symbol. */
  readonly position?: PositionRecord;
  readonly journal?: JournalChange;
  /** All fields in a fixed form. */
  readonly body: string;
};

/** What an action of a symbol did to one line, with some of the orders that it changed. Of more orders there are more of these. */
export type ActionApplied = {
  readonly kind: "corporate-action-applied";
  readonly at: number;
  readonly symbol: Symbol;
  readonly strategy: string;
  readonly action: HeldAction;
  /** It was revoked, and what it did is undone. */
  readonly takenBack: boolean;
  /** By how much each entry of the line is another; what the action brings itself goes by its own id. */
  readonly revised: readonly HoldingChange[];
  /** As it stands afterwards, where something was held. */
  readonly position?: PositionRecord;
  readonly journal?: JournalChange;
  readonly orders: readonly Order[];
  readonly by: string;
};

/** What strategies hold in a symbol adds up to something else than what the account holds in it. */
export type PositionDrift = {
  readonly kind: "position-drift";
  readonly at: number;
  readonly symbol: Symbol;
  readonly ofStrategies: bigint;
  readonly ofAccount: bigint;
};

/** One part of how the account stands; the parts of one snapshot follow each other. */
export type AccountSnapshot = {
  readonly kind: "account-snapshot";
  readonly at: number;
  /** From 1. */
  readonly part: number;
  /** It ends a trading day; what the next one is compared with stands in the first part. */
  readonly closes: boolean;
  readonly closing?: Omit<Closing, "seq">;
  /** An AccountSnapshotFact. */
  readonly payload: string;
};

/** Whose an adjustment is, and what it is of. */
export type Adjustment = {
  readonly at: number;
  readonly origin: "import" | "reconcile";
  /** The id of the import or the reconciliation, and the place in it. */
  readonly ref: string;
  readonly n: number;
  readonly what: DifferenceKind | "order";
  readonly reason: string;
  readonly by: string;
};

/** A line or an order set right by hand, or brought along from elsewhere. Of cash it says whose the movement is that is booked beside it. */
export type Adjusted = Adjustment & {
  readonly kind: "adjusted";
  /** The entry's, the order's, the movement's. */
  readonly id: string;
  readonly symbol: Symbol | undefined;
  readonly strategy: string;
  readonly journal?: JournalChange;
  /** As it stands afterwards, where it is of a line. */
  readonly position?: PositionRecord;
  readonly revised: readonly HoldingChange[];
  /** As they stand afterwards: the order, and the other of its pair. */
  readonly orders: readonly Order[];
  /** The first of them was not known here: its id is taken from now on. */
  readonly added: boolean;
};

/** A broker's book was compared; nothing is changed by it. */
export type Reconciled = {
  readonly kind: "reconciled";
  readonly at: number;
  readonly reconciliation: Reconciliation;
};

/** A book was taken over: its lines, orders and cash are facts of their own, behind this one. */
export type BookImported = {
  readonly kind: "book-imported";
  readonly at: number;
  readonly id: string;
  readonly positions: number;
  readonly orders: number;
  readonly cash: number;
  readonly by: string;
};

/** What strategies and the tenant's directory hear: the fact is the news itself. `registered` is undefined once closed. */
export type StrategyChanged = {
  readonly kind: "strategy-changed";
  readonly at: number;
  readonly strategy: string;
  readonly registered: Strategy | undefined;
  readonly news: Exclude<StrategyNews, { readonly type: FillNews["news"]["type"] }>;
};
export type FillNews = {
  readonly kind: "fill-news";
  readonly at: number;
  readonly news: Extract<StrategyNews, { readonly type: "fill-booked" | "holding-revised" | "group-moved" }>;
};

export type RiskEvent =
  | Adjusted
  | Reconciled
  | BookImported
  | AccountPut
  | LimitsPut
  | LimitsPlanned
  | StateSet
  | MassCancelAsked
  | OrderDecided
  | ExecutionBooked
  | WatchEvent
  | ParentEvent
  | PartEvent
  | StrategyChanged
  | FillNews
  | ExecutionRevised
  | CashMoved
  | ActionApplied
  | PositionDrift
  | AccountSnapshot;
