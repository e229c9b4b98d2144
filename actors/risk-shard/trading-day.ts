/** The trading day of the account, and what it had made when that day began. */
import { type AccountDay, accountDays } from "../../src/quant/account-days.ts";
import { NO_PURSE } from "./book-records.ts";
import { broughtSums } from "./brought-sums.ts";
import { convertedPurse } from "./funds.ts";
import { fxOf } from "./fx.ts";
import { addedTo } from "./purses.ts";
import type { Purse, RiskState } from "./state.ts";

/** By the calendar that the account names. */
export const tradingDayAt = ({ account }: RiskState, at: number): AccountDay =>
  accountDays(account?.calendar).dayAt(at);

/** All purses in the account's currency, each part for itself. One that no rate leads from counts 0. */
export const figuresNow = (state: RiskState): Purse => inOwn(state, state.purses);

/** What imports of the day brought along, so. */
export function broughtNow(state: RiskState): Purse {
  const purses = new Map<string, Purse>();
  for (const own of broughtSums(state).values())
    for (const [currency, made] of own) purses.set(currency, addedTo(purses.get(currency) ?? NO_PURSE, made));
  return inOwn(state, purses);
}

/** Each part of each currency in the account's. */
export function inOwn(state: RiskState, purses: ReadonlyMap<string, Purse>): Purse {
  let sum = NO_PURSE;
  for (const [currency, purse] of purses) {
    const fx = fxOf(state, currency);
    if (fx !== undefined) sum = addedTo(sum, fx === "own" ? purse : convertedPurse(purse, fx));
  }
  return sum;
}

/**
 * What the account's trading day is counted from: how it stood at the last close, or nothing, of an account that was made since; and what
 * imports brought along. Undefined of one that is older than its closes, and after a close that lacked a price or a rate.
 */
export function figuresAtOpen(state: RiskState): Purse | undefined {
  const stood = figuresAtClose(state);
  return stood === undefined ? undefined : addedTo(stood, broughtNow(state));
}

function figuresAtClose({ closing, account }: RiskState): Purse | undefined {
  if (closing !== undefined) return closing.figures;
  return account?.since === undefined ? undefined : NO_PURSE;
}
