/**
 * Facts of a risk shard, stored for ever. Each event is one fact: kind, committed at, and the payload that `facts.ts` writes of it.
 * Inside, quantities are integers at the instrument's sizeScale, prices at its priceScale, money 10⁻¹² of the account's currency.
 */

import type { Symbol } from "../../src/domain/ids.ts";
import type { Money } from "../../src/domain/money.ts";
import type { ExecutionType, Side } from "../../src/domain/order.ts";
import type { DecisionRecord } from "./decision-record.ts";
import type { OrderTerms, StrategyNews } from "./messages.ts";
import type { Account, LimitSet, Order, PositionRecord, StandingState, Strategy } from "./state.ts";

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
  /** As they stand afterwards: the order, and the other of its pair. */
  readonly orders: readonly Order[];
  /** As it stands after a fill. */
  readonly position?: PositionRecord;
  /** All fields of the report in a fixed form; empty for openings, which no report brings. */
  readonly body: string;
};

export type ViolationRaised = {
  readonly kind: "violation-raised";
  readonly at: number;
  /** `overfill`, `unsolicited-fill`, or the kind of a limit that the book stands above. */
  readonly code: string;
  readonly symbol: string | undefined;
  readonly strategy: string;
  readonly clientOrderId?: string;
  readonly execId?: string;
  readonly limitId?: string;
  /** Decimal text in the limit's unit. */
  readonly limit?: string;
  readonly observed?: string;
  /** Of a limit that was put: members of its scope that stand above it since. This one is furthest above. */
  readonly members?: number;
};

/** What strategies and the tenant's directory hear: the fact is the news itself. `registered` is undefined once closed. */
export type StrategyChanged = {
  readonly kind: "strategy-changed";
  readonly at: number;
  readonly strategy: string;
  readonly registered: Strategy | undefined;
  readonly news: Exclude<StrategyNews, { readonly type: "fill-booked" }>;
};
export type FillNews = {
  readonly kind: "fill-news";
  readonly at: number;
  readonly news: Extract<StrategyNews, { readonly type: "fill-booked" }>;
};

export type RiskEvent =
  | AccountPut
  | LimitsPut
  | StateSet
  | OrderDecided
  | ExecutionBooked
  | ViolationRaised
  | StrategyChanged
  | FillNews;
