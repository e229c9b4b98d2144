/**
 * All that the checks of one order look at, as integers. It stands in the decision's fact (`inputs-codec.ts`), so that the decision
 * can be made again, byte by byte, from the fact and the limit set of its version.
 */
import type { Instrument, InstrumentStatus } from "../../src/domain/instrument.ts";
import type { ClassKind } from "../../src/domain/limit.ts";
import type { OrderType } from "../../src/domain/order.ts";
import type { Severity } from "./severity.ts";
import type { FxMark } from "./state.ts";
import type { Quoted } from "./valuation.ts";

/** Whether a number of the order can be had at the instrument's scale. */
export type Fit = 0 | 1 | 2;
export const FITS: Fit = 0;
export const OFF_SCALE: Fit = 1;
export const OUT_OF_RANGE: Fit = 2;

export type { Severity } from "./severity.ts";

export type OrderInputs = {
  readonly side: 1 | -1;
  readonly type: OrderType;
  /** 0 where it does not fit. */
  readonly qty: number;
  readonly qtyFit: Fit;
  readonly price: number | undefined;
  readonly stopPrice: number | undefined;
  /** Of both prices the worse. */
  readonly priceFit: Fit;
  readonly reduceOnly: boolean;
};

/** How the account, the strategy and the shard stand. */
export type StandingInputs = {
  /** False where a bound of the shard leaves no room for this order. */
  readonly hasRoom: boolean;
  /** 0 none named · 1 active · 2 unknown · 3 a draft · 4 paused. */
  readonly strategyState: 0 | 1 | 2 | 3 | 4;
  /** 0 replaces nothing · 1 an order that may be replaced · 2 one that may not. */
  readonly replacing: 0 | 1 | 2;
  /** Of account, strategy, symbol, sector. */
  readonly severities: readonly [Severity, Severity, Severity, Severity];
  readonly equity: bigint;
  /** Held symbols without a price, this order's own aside. */
  readonly unpriced: number;
  /** The first of them; undefined where there is none, and in facts that did not name it yet. */
  readonly unpricedSymbol?: string | undefined;
  /** Reserving orders of this symbol, without the one to be replaced. */
  readonly symbolWorking: number;
  /** Orders in the windows of the rate limits that apply, in the order of the set. */
  readonly rates: readonly number[];
  /** Somebody may only reduce, and what would flip is cut to the close; absent else, and in facts from before it was. */
  readonly cutsFlips?: true | undefined;
};

export type InstrumentInputs = {
  readonly tickSize: number;
  readonly lotSize: number;
  readonly sizeScale: number;
  readonly notionalUnit: bigint;
  /** Absent where it is linear, and in facts from before there was anything else. */
  readonly contract?: NonNullable<Instrument["contract"]>;
  readonly minQty: number | undefined;
  readonly maxQty: number | undefined;
  readonly minNotional: bigint | undefined;
  readonly status: InstrumentStatus;
  readonly sameCurrency: boolean;
};

/** One symbol as the account or as a strategy holds it, without the order to be replaced; `rest` is everything else of theirs. */
export type View = {
  readonly pos: bigint;
  readonly buys: bigint;
  readonly sells: bigint;
  readonly restGross: bigint;
  readonly restHigh: bigint;
  readonly restLow: bigint;
  /** Reserving orders of all symbols. */
  readonly working: number;
};

/** What a kind of limit has gathered of the state beyond what all checks look at, in integers: it stands in the decision's fact. */
export type Found = readonly bigint[];

/** What reference data says of the instrument; undefined where it does not say it. */
export type Classes = Readonly<Record<ClassKind, string | undefined>>;

export type Inputs = {
  readonly at: number;
  readonly order: OrderInputs;
  readonly standing: StandingInputs;
  readonly instrument: InstrumentInputs | undefined;
  readonly mark: Quoted | undefined;
  /** Of an instrument in another currency than the account's, what one of it is worth; absent where nothing says it. */
  readonly fx?: FxMark | undefined;
  readonly account: View;
  /** Undefined where the order names no strategy. */
  readonly strategy: View | undefined;
  /** Where limits of the set are scoped by them. */
  readonly classes?: Classes | undefined;
  /** Of each limit that gathers (`AppliedLimits.gathering`); null where the state does not know it. */
  readonly found?: readonly (Found | null)[] | undefined;
  /** Places in the set of limits that are tripped for this order's members; of those that are slowed −1 less the place. */
  readonly tripped?: readonly number[] | undefined;
  /** Of an account that has a parent: what it holds of the budget of each inherited limit (`AppliedLimits.quotas`), or that it may not go by it. */
  readonly quotas?: readonly bigint[] | "away" | undefined;
};
