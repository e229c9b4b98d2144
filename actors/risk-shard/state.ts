/**
 * What a risk shard remembers. Records are immutable and replaced in their maps, so that a trial can put back what it changed.
 * Quantities are integers at the instrument's sizeScale, prices at its priceScale, money 10⁻¹² of the account's currency.
 */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Liquidity } from "../../src/domain/liquidity.ts";
import type { Money } from "../../src/domain/money.ts";
import type { OrderStatus, OrderType, Side, TimeInForce, TradingState } from "../../src/domain/order.ts";
import type { PreviousClose } from "../../src/domain/past-price.ts";
import type { Position } from "../../src/domain/position.ts";
import type { PriceMark } from "../../src/domain/price.ts";
import type { Split } from "../../src/quant/money/entry.ts";
import type { Closing, Funds, FxMark, Line, Purse, SymbolLine, Totals } from "./book-records.ts";
import { NO_TOTALS } from "./book-records.ts";
import type { Brought } from "./brought-codec.ts";
import type { LevelStand, LimitSet, PendingLimits, Trip } from "./limit-records.ts";
import { type LossBook, noLosses } from "./loss-records.ts";
import type { OrderSince } from "./order-since.ts";
import type { Above } from "./parent-records.ts";
import type { PartsStanding } from "./parts-records.ts";
import { noPrices, type WorkingPrices } from "./price-sides.ts";
import type { PriceRange } from "./range-records.ts";
import { emptyReturnBook, type ReturnBook, type RiskModel, USUAL_MODEL } from "./return-records.ts";
import { type BookSums, NO_DEMAND } from "./sum-records.ts";

export type { Closing, Funds, FxMark, HeldAction, Line, Purse, SymbolLine, Totals } from "./book-records.ts";

/** In place of a strategy where there is none: part of keys, so never absent. */
export const NO_STRATEGY = "";

export type Account = {
  readonly account: string;
  readonly currency: string;
  /** The capital that it starts from. */
  readonly equity: Money;
  readonly parent?: string;
  /** Of its needs among those of its parent's other children; the usual one where it says nothing. */
  readonly priority?: number;
  /** Whose trading days are its own; without one those of UTC. */
  readonly calendar?: string;
  /** When it was first put; not known of accounts from before this was kept. */
  readonly since?: number;
  /** By currency, the symbol whose price leads to the account's. */
  readonly fx?: Readonly<Record<string, Symbol>>;
  /** Of orders, and of fills of no known order, that name none. It is open. */
  readonly defaultStrategy?: string;
  /** By which bars its covariances are reckoned; the usual ones where it says nothing. */
  readonly riskModel?: RiskModel;
  /** A set of limits that is looser takes a second person. */
  readonly fourEyes?: true;
};

export type { LimitKind, LimitScopeKind } from "../../src/domain/limit.ts";

export type { LevelStand, Limit, LimitSet, Quota, Trip } from "./limit-records.ts";

export type StateScopeKind = "account" | "strategy" | "symbol" | "sector";
export type StandingState = {
  readonly scope: { readonly kind: StateScopeKind; readonly id?: string };
  readonly state: TradingState;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
};

export type Order = OrderSince & {
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

/** What was counted, by slots of a hundredth of the window, the oldest first. */
export type RateWindow = {
  readonly slotMs: number;
  readonly slots: readonly (readonly [slot: number, count: number])[];
};

/** What one member did in a trading day of the account: the one that `at`, of the newest count, is of. */
export type DayCount = {
  readonly at: number;
  /** Accepted. */
  readonly orders: number;
  /** Fills. */
  readonly trades: number;
  /** What fills were worth, by the currency that they were in. */
  readonly turnover: Readonly<Record<string, bigint>>;
};

export type RiskState = {
  /** Of the newest fact. */
  seq: number;
  account: Account | undefined;
  limits: LimitSet;
  /** What waits to be a limit, and overrides in force, by id. */
  readonly pendingLimits: Map<string, PendingLimits>;
  totals: Totals;
  /** Those that the limits in force ask for. */
  sums: BookSums;
  returns: ReturnBook;
  funds: Funds;
  /** Undefined before the first close. */
  closing: Closing | undefined;
  /** What limits on losses look at. */
  readonly losses: LossBook;
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
  /** Of an account that has a parent. */
  above: Above | undefined;
  /** Undefined of an account that never was split. */
  parts: PartsStanding | undefined;
  /** By `tripKey`. */
  readonly trips: Map<string, Trip>;
  /** By the same. Empty after a load. */
  readonly levels: Map<string, LevelStand>;
  readonly instruments: Map<Symbol, Instrument>;
  /** Empty after a load. */
  readonly marks: Map<Symbol, PriceMark>;
  /** How easily they trade, as their symbols told it last, each as of its own `ts`. */
  readonly liquidity: Map<Symbol, Liquidity>;
  /** The close before the trading day of the newest tick. Empty after a load, as ranges are. */
  readonly previousCloses: Map<Symbol, PreviousClose>;
  /** Highs and lows of windows that limits ask for. */
  readonly ranges: Map<Symbol, PriceRange>;
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
  /** By what is counted, `scope|windowMs`. */
  readonly rates: Map<string, RateWindow>;
  /** By scope, `kind:member`, where a limit of the day asks for it. */
  readonly dayCounts: Map<string, DayCount>;
  /** What working orders are worth at the price that each was valued at, by `kind:member|currency`, where a limit on the turnover asks for it. */
  readonly workingValues: Map<string, bigint>;
  workingPrices: WorkingPrices;
  /** When an order of that content was accepted last, where a limit on duplicates asks for it. */
  readonly contents: Map<string, number>;
};

export const NO_LIMITS: LimitSet = { version: 0, limits: [], text: "[]" };
export const initialState = (): RiskState => ({
  seq: 0,
  account: undefined,
  limits: NO_LIMITS,
  pendingLimits: new Map(),
  totals: NO_TOTALS,
  sums: { demand: NO_DEMAND, byKey: new Map(), ranking: undefined, days: undefined },
  returns: emptyReturnBook(USUAL_MODEL),
  funds: { equity: 0n, unconverted: 0 },
  closing: undefined,
  losses: noLosses(),
  fxMarks: new Map(),
  purses: new Map(),
  unrealised: new Map(),
  foreignLines: new Map(),
  tradingStates: new Map(),
  above: undefined,
  parts: undefined,
  trips: new Map(),
  levels: new Map(),
  instruments: new Map(),
  marks: new Map(),
  liquidity: new Map(),
  previousCloses: new Map(),
  ranges: new Map(),
  positions: new Map(),
  orders: new Map(),
  ended: new Map(),
  symbolLines: new Map(),
  strategyLines: new Map(),
  strategyTotals: new Map(),
  strategies: new Map(),
  rates: new Map(),
  dayCounts: new Map(),
  workingValues: new Map(),
  workingPrices: noPrices(),
  contents: new Map(),
});

export const tripKey = (limitId: string, member: string): string => `${limitId}|${member}`;

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
