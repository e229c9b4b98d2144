/** The trading day of the account, and what it had made when that day began. */
import { type AccountDay, accountDays } from "../../src/quant/account-days.ts";
import { convertedPurse } from "./funds.ts";
import { fxOf } from "./fx.ts";
import { NO_PURSE, type Purse, type RiskState } from "./state.ts";

/** By the calendar that the account names. */
export const tradingDayAt = ({ account }: RiskState, at: number): AccountDay =>
  accountDays(account?.calendar).dayAt(at);

/** All purses in the account's currency, each part for itself. One that no rate leads from counts 0. */
export function figuresNow(state: RiskState): Purse {
  let sum = NO_PURSE;
  for (const [currency, purse] of state.purses) {
    const fx = fxOf(state, currency);
    if (fx !== undefined) sum = addedTo(sum, fx === "own" ? purse : convertedPurse(purse, fx));
  }
  return sum;
}

/**
 * As the account stood when its trading day began: at the last close, or at nothing, of an account that was made since. Undefined of one
 * that is older than its closes, and after a close that lacked a price or a rate.
 */
export function figuresAtOpen({ closing, account }: RiskState): Purse | undefined {
  if (closing !== undefined) return closing.figures;
  return account?.since === undefined ? undefined : NO_PURSE;
}

export const addedTo = (one: Purse, other: Purse): Purse => ({
  cash: one.cash + other.cash,
  realised: one.realised + other.realised,
  unrealised: one.unrealised + other.unrealised,
  fees: one.fees + other.fees,
  funding: one.funding + other.funding,
});

export const less = (one: Purse, other: Purse): Purse => ({
  cash: one.cash - other.cash,
  realised: one.realised - other.realised,
  unrealised: one.unrealised - other.unrealised,
  fees: one.fees - other.fees,
  funding: one.funding - other.funding,
});
