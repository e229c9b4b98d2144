/** Records of the book: what a symbol's line holds and works, what there is in each currency, and what changed it from outside. */
import type { Money } from "../../src/domain/money.ts";
import type { FxRate } from "../../src/domain/worth.ts";

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
  /** What each strategy had made, in the account's currency; undefined where `figures` is. */
  readonly ofStrategies?: ReadonlyMap<string, bigint> | undefined;
};

/** All purses and the starting capital, in the account's currency; how many of them no rate leads from. */
export type Funds = { readonly equity: bigint; readonly unconverted: number };

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
