/** What an account has: its equity and what that is made of, by currency, and what it may still take on. */
import { z } from "zod";
import { dateText } from "./account-history.ts";
import { plainId, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

const money = z.string();
const parts = {
  /** Deposits, withdrawals and what else no position has earned. */
  cash: money,
  realised: money,
  unrealised: money,
  /** Below zero: rebates. */
  fees: money,
  /** Funding payments, dividends and cash in lieu: above zero where received. */
  funding: money,
  /** realised + unrealised − fees + funding */
  total: money,
};

const currencyBalance = z
  .strictObject({
    currency: z.string(),
    ...parts,
    /** What one of it is worth in the account's, at 12 decimals; null where no mark says it. The parts are converted one by one. */
    fxRate: money.nullable(),
    /** Null: the account's own. */
    fxSymbol: symbolId.nullable(),
    fxAgeMs: z.int().min(0).nullable(),
  })
  .meta({ id: "CurrencyBalance" });

export const balancesReply = z
  .strictObject({
    account: plainId,
    /** All figures but those by currency are in it. */
    currency: z.string(),
    /** startingEquity + cash + total */
    equity: money,
    startingEquity: money,
    ...parts,
    /** `total` since the trading day began; null where it is not known how the account stood then. */
    dayPnl: money.nullable(),
    /** Of each symbol the worse of what it can become worth with its working orders, times `marginInitial`; fully paid where there is none. */
    marginInitial: money,
    /** Of what is held, by `marginMaintenance`. */
    marginMaintenance: money,
    /** Equity less the initial margin, and never below zero. */
    buyingPower: money,
    /** Held or worked without a price or a rate, and rates that are not known: they count 0 above. */
    unpriced: z.array(symbolId),
    /** The account's own first. */
    currencies: z.array(currencyBalance),
    /** The trading day that `dayPnl` is of. */
    day: dateText,
    seq: z.int().min(0),
  })
  .meta({ id: "Balances" });
export type BalancesReply = z.output<typeof balancesReply>;

export const getBalances = endpoint({
  method: "GET",
  path: "/v1/accounts/{account}/balances",
  scope: "risk:read",
  tag: "Risk",
  summary:
    "Equity from marks and what it is made of, margin and buying power; the same by currency, with the rates between them.",
  params: z.strictObject({ account: plainId }),
  replies: { 200: balancesReply },
});
