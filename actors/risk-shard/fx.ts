/** What other currencies are worth in the account's: by the marks of the symbols that it names for them. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import {
  type Contract,
  type FxDirection,
  type FxRate,
  fxRateOf,
  isInverse,
  type Worth,
  worthAt,
} from "../../src/domain/worth.ts";
import type { Account, FxMark, RiskState } from "./state.ts";
import { usableMark } from "./valuation.ts";

type Quote = Pick<Instrument, "currency" | "contract">;

/** How the price of `quoted` leads from `currency` to the account's; undefined where it does not. */
export function directionOf(
  account: Pick<Account, "currency">,
  currency: string,
  quoted: Quote,
): FxDirection | undefined {
  if (isInverse(quoted)) return undefined;
  if (quoted.currency === account.currency) return "multiply";
  return quoted.currency === currency ? "divide" : undefined;
}

/** By currency, as the account was put. */
export const fxEntries = (
  account: Account | undefined,
): readonly (readonly [currency: string, symbol: Symbol])[] =>
  account?.fx === undefined ? [] : Object.entries(account.fx);

/** The account's own, and those that it names a symbol for: in all others nothing is booked. */
export const isBookable = (account: Account | undefined, currency: string): boolean =>
  account !== undefined && (currency === account.currency || account.fx?.[currency] !== undefined);

/** As the mark of its symbol says now; undefined without one. */
export function fxMarkNow(state: RiskState, currency: string): FxMark | undefined {
  const { account } = state;
  const symbol = account?.fx?.[currency];
  const quoted = symbol === undefined ? undefined : state.instruments.get(symbol);
  if (account === undefined || symbol === undefined || quoted === undefined) return undefined;
  const direction = directionOf(account, currency, quoted);
  const { doubled, at } = usableMark(state.marks.get(symbol));
  if (direction === undefined || doubled === undefined || at === undefined) return undefined;
  const rate = fxRateOf(doubled, quoted.priceScale, direction);
  return rate === undefined ? undefined : { ...rate, at };
}

/** Between the account's currency and another one: "own" needs none, and undefined is not known. */
export const fxOf = (state: RiskState, currency: string): FxMark | "own" | undefined =>
  currency === state.account?.currency ? "own" : state.fxMarks.get(currency);

/** In the account's currency at half of `doubled`; undefined where price or rate say nothing. */
export function accountWorth(
  contract: Contract,
  doubled: number | bigint | undefined,
  fx: FxRate | "own" | undefined,
): Worth | undefined {
  if (doubled === undefined || fx === undefined) return undefined;
  return fx === "own" ? worthAt(contract, doubled) : worthAt(contract, doubled, fx);
}
