/**
 * What happens to one line (a symbol of a strategy, or of none) and moves its money, in the order in which its account booked it.
 * Quantities at the instrument's sizeScale, prices at its priceScale, money in 10⁻¹² of its currency. `ts` is event time.
 */
import type { Money } from "../../domain/money.ts";
import type { HoldingAmounts } from "./holding.ts";

/**
 * A fill, a leg that was held on opening, or an adjustment. `qty` is signed. `value` says what |qty| is worth where no price says it
 * exactly (a book's average price), and then counts instead of the price; `realised` and `funding` are what an opening brings along or
 * an adjustment sets right. An adjustment of money alone has quantity 0.
 */
export type Trade = {
  readonly kind: "fill" | "opening" | "adjustment";
  readonly id: string;
  readonly ts: number;
  readonly qty: bigint;
  readonly price: number;
  readonly value?: Money;
  readonly fee: Money;
  readonly realised?: Money;
  readonly funding?: Money;
};

/**
 * `from` become `to`: what was held before `ts` is multiplied, its cost stays. What is finer than the sizeScale is paid out at `price`,
 * the reference price of the new shares; without one nothing is paid for it (`fractionOf` tells beforehand whether one is needed).
 */
export type Split = {
  readonly kind: "split";
  readonly id: string;
  readonly ts: number;
  readonly from: bigint;
  readonly to: bigint;
  readonly price?: number;
};

/** Funding, a dividend, a fee that belongs to no fill. `funding` is above zero where it was received, `fees` where it was paid. */
export type Cash = {
  readonly kind: "cash";
  readonly id: string;
  readonly ts: number;
  readonly funding: Money;
  readonly fees: Money;
};

export type Entry = Trade | Split | Cash;

/** What one entry did at one moment, at average cost: the changes of all entries add up to the position. */
export type HoldingChange = HoldingAmounts & { readonly id: string; readonly ts: number };
