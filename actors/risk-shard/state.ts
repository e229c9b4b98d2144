/**
 * What a risk shard remembers. Records are immutable and replaced in their maps, so that a trial can put back what it changed.
 * Quantities are integers at the instrument's sizeScale, prices at its priceScale, money 10⁻¹² of the account's currency.
 */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Liquidity } from "../../src/domain/liquidity.ts";
import type { Money } from "../../src/domain/money.ts";
import type { OrderStatus, OrderType, Side, TimeInForce, TradingState } from "../../src/domain/order.ts";
import type { Position } from "../../src/domain/position.ts";
import type { PriceMark } from "../../src/domain/price.ts";
import type { FxRate } from "../../src/domain/worth.ts";
import type { Split } from "../../src/quant/money/entry.ts";
import type { Brought } from "./brought-codec.ts";

/** In place of a strategy where there is none: part of keys, so never absent. */
export const NO_STRATEGY = "";

export type Account = {
  readonly account: string;
  readonly currency: string;
  /** The capital that it starts from. */
  readonly equity: Money;
  readonly parent?: string;
  /** Whose trading days are its own; without one those of UTC. */
  readonly calendar?: string;
  /** When it was first put; not known of accounts from before this was kept. */
  readonly since?: number;
  /** By currency, the symbol whose price leads to the account's. */
  readonly fx?: Readonly<Record<string, Symbol>>;
  /** Of orders, and of fills of no known order, that name none. It is open. */
  readonly defaultStrategy?: string;
};

export type LimitKind =
  | "max-order-qty"
  | "max-order-notional"
  | "max-position-qty"
  | "max-position-notional"
  | "max-gross-exposure"
  | "max-net-exposure"
  | "max-working-orders"
  | "max-order-rate"
  | "max-price-age";
export type LimitScopeKind = "account" | "strategy" | "symbol";

export type Limit = {
  readonly id: string;
  readonly kind: LimitKind;
  /** Without `id` it holds for each member. */
  readonly scope: { readonly kind: LimitScopeKind; readonly id?: string };
  /** Both at the scale of the kind's unit (`checks/units.ts`). */
  readonly threshold: bigint;
  readonly warnAt?: bigint;
  readonly action: "reject" | "reduce" | "warn";
  readonly windowMs?: number;
  readonly unit: "money" | "equity-percent";
};

/** Sorted as the registry publishes the kinds. `text` is the public array as it was put. */
export type LimitSet = { readonly version: number; readonly limits: readonly Limit[]; readonly text: string };

export type StateScopeKind = "account" | "strategy" | "symbol" | "sector";
export type StandingState = {
  readonly scope: { readonly kind: StateScopeKind; readonly id?: string };
  readonly state: TradingState;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
};

export type Order = {
  /** Of the fact that accepted it. */
  readonly seq: number;
  readonly clientOrderId: string;
  readonly orderId: string;
  readonly strategy: string;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly type: OrderType;
  /** What was allowed. */
  readonly qty: number;
  readonly price?: number;
  readonly stopPrice?: number;
  readonly timeInForce?: TimeInForce;
  readonly reduceOnly?: true;
  /** The price that it was valued at when it was accepted. */
  readonly valuedAt: number;
  readonly filled: bigint;
  readonly status: OrderStatus;
  readonly acceptedAt: number;
  readonly replaces?: string;
  /** The other of an order and its replacement, while the venue has not answered. The replacement is the one that replaces. */
  readonly partner?: string;
  /** A replacement that is in force by a fill of it: the `replace` report that says so is still to come, if it does. */
  readonly provenByFill?: true;
  /** Corporate actions that changed it while it worked. */
  readonly adjusted?: readonly string[];
};

export type PositionRecord = {
  readonly symbol: Symbol;
  readonly strategy: string;
  readonly position: Position;
  /** Splits that were booked in it, ascending: by them a late fill from before is restated. */
  readonly splits?: readonly Split[];
  readonly brought?: Brought;
};

/** What is held and worked in one symbol, by the account or by one strategy. It exists while any of it is not zero. */
export type Line = {
  readonly pos: bigint;
  readonly buys: bigint;
  readonly sells: bigint;
  /** Orders that reserve; one and its pending replacement count once. */
  readonly working: number;
  /** (pos + buys) × mark and (pos − sells) × mark; both 0 without a mark. */
  readonly high: bigint;
  readonly low: bigint;
  readonly priced: boolean;
};
export type SymbolLine = Line & { readonly strategies: readonly string[] };

/** Sums over lines, kept by difference. */
export type Totals = {
  readonly long: bigint;
  readonly short: bigint;
  readonly gross: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly working: number;
  /** Lines without a mark: while there are any, the sums say too little. */
  readonly unpriced: number;
};

/** What one of another currency is worth in the account's. `at`: the moment of the mark that says so. */
export type FxMark = FxRate & { readonly at: number };

/** What there is in one currency, in its own money: sums over positions, and cash that no position has earned. */
export type Purse = {
  readonly cash: bigint;
  readonly realised: bigint;
  readonly unrealised: bigint;
  readonly fees: bigint;
  readonly funding: bigint;
};

/** The account at the last close of its trading day, in its own currency: what it makes in a day it makes since. */
export type Closing = {
  /** By which the day is called. */
  readonly date: string;
  readonly at: number;
  /** Of the snapshot's first fact. */
  readonly seq: number;
  /** Undefined where something had no price or no rate: what the day after makes is not known then. */
  readonly figures: Purse | undefined;
};

/** All purses and the starting capital, in the account's currency; how many of them no rate leads from. */
export type Funds = { readonly equity: bigint; readonly unconverted: number };

export type StrategyLeg = {
  readonly symbol: Symbol;
  /** As stated when the leg was added; decimal text. */
  readonly opening?: { readonly qty: string; readonly avgPrice: string };
  /** What it is meant to hold, signed; decimal text. */
  readonly targetQty?: string;
};
/** One that is closed has left: orders that name it are as those that name none that ever was. */
export type StrategyState = "draft" | "active" | "paused";
export type Strategy = {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly legs: readonly StrategyLeg[];
  /** Absent in what was opened before there were states: active. */
  readonly state?: StrategyState;
  /** Opening executions so far: their ids count on. */
  readonly openings: number;
  readonly openedAt: number;
};

/** A corporate action of a symbol that was applied to what is held and worked here. Texts are as the symbol tells them. */
export type HeldAction = {
  readonly id: string;
  /** `manual`: it cannot be applied here, and somebody was told. */
  readonly type: "split" | "bonus" | "dividend" | "manual";
  /** Where its ex-date begins: all that is from before it is another since. */
  readonly startsAt: number;
  /** Of a split or bonus issue, what so many become: `to / from`, both whole. Of a dividend both are one. */
  readonly from: bigint;
  readonly to: bigint;
  /** Of a dividend: for one, in the instrument's currency; else nothing. */
  readonly amount: Money;
};

/** Accepted orders by slots of a hundredth of the window, the oldest first. */
export type RateWindow = {
  readonly slotMs: number;
  readonly slots: readonly (readonly [slot: number, count: number])[];
};

export type RiskState = {
  /** Of the newest fact. */
  seq: number;
  account: Account | undefined;
  limits: LimitSet;
  totals: Totals;
  funds: Funds;
  /** Undefined before the first close. */
  closing: Closing | undefined;
  /** By currency; empty after a load. */
  readonly fxMarks: Map<string, FxMark>;
  /** By currency. */
  readonly purses: Map<string, Purse>;
  /** What positions in a symbol stand above their cost, in its currency, at its mark. */
  readonly unrealised: Map<Symbol, bigint>;
  /** Symbols of other currencies than the account's that have a line, by currency. */
  readonly foreignLines: Map<string, Map<Symbol, true>>;
  /** By scope, `kind:id`; `active` is absence. */
  readonly tradingStates: Map<string, StandingState>;
  readonly instruments: Map<Symbol, Instrument>;
  /** Empty after a load. */
  readonly marks: Map<Symbol, PriceMark>;
  /** How easily they trade, as their symbols told it last, each as of its own `ts`. */
  readonly liquidity: Map<Symbol, Liquidity>;
  /** By `symbol/strategy`. */
  readonly positions: Map<string, PositionRecord>;
  /** Those that work, by clientOrderId. */
  readonly orders: Map<string, Order>;
  /** Orders that ended, or changed after their end, since the last commit. */
  readonly ended: Map<string, Order>;
  readonly symbolLines: Map<Symbol, SymbolLine>;
  /** By `symbol/strategy`. */
  readonly strategyLines: Map<string, Line>;
  readonly strategyTotals: Map<string, Totals>;
  readonly strategies: Map<string, Strategy>;
  /** By `scope|windowMs`. */
  readonly rates: Map<string, RateWindow>;
};

export const NO_LIMITS: LimitSet = { version: 0, limits: [], text: "[]" };
export const NO_LINE: Line = { pos: 0n, buys: 0n, sells: 0n, working: 0, high: 0n, low: 0n, priced: true };
export const NO_TOTALS: Totals = {
  long: 0n,
  short: 0n,
  gross: 0n,
  high: 0n,
  low: 0n,
  working: 0,
  unpriced: 0,
};

export const NO_PURSE: Purse = { cash: 0n, realised: 0n, unrealised: 0n, fees: 0n, funding: 0n };

export const initialState = (): RiskState => ({
  seq: 0,
  account: undefined,
  limits: NO_LIMITS,
  totals: NO_TOTALS,
  funds: { equity: 0n, unconverted: 0 },
  closing: undefined,
  fxMarks: new Map(),
  purses: new Map(),
  unrealised: new Map(),
  foreignLines: new Map(),
  tradingStates: new Map(),
  instruments: new Map(),
  marks: new Map(),
  liquidity: new Map(),
  positions: new Map(),
  orders: new Map(),
  ended: new Map(),
  symbolLines: new Map(),
  strategyLines: new Map(),
  strategyTotals: new Map(),
  strategies: new Map(),
  rates: new Map(),
});

export const lineKey = (symbol: string, strategy: string): string => `${symbol}/${strategy}`;

export const isPending = (order: Order): boolean =>
  order.partner !== undefined && order.replaces === order.partner;

/** Without the other of its pair: one of them has ended, or the venue has answered. */
export function alone(order: Order): Order {
  const { partner: _, ...rest } = order;
  return rest;
}

/** What still works at the venue. */
export function remainingOf(order: Order | undefined): bigint {
  if (order === undefined || order.status !== "working") return 0n;
  const left = BigInt(order.qty) - order.filled;
  return left > 0n ? left : 0n;
}
