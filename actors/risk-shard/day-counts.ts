/**
 * What was done in the account's trading day: orders that were accepted, fills, and what they were worth. A member is counted where a
 * limit asks for it, for all limits of the day at once. What a venue busts was traded: a day gives nothing back.
 */
import type { AccountDay } from "../../src/quant/account-days.ts";
import { DAY_COUNTS_MAX } from "./capacity.ts";
import { put, type Trail } from "./changes.ts";
import type { RateMember } from "./rates.ts";
import type { Account, DayCount, LimitScopeKind, RiskState } from "./state.ts";
import { tradingDayAt } from "./trading-day.ts";

const DAY_SCOPES = ["account", "strategy", "symbol"] as const;
export type DayScope = (typeof DAY_SCOPES)[number];
export const isDayScope = (kind: LimitScopeKind): kind is DayScope => DAY_SCOPES.some((one) => one === kind);

export const NO_COUNT: DayCount = { at: 0, orders: 0, trades: 0, turnover: {} };

/** What is added: `turnover` in the currency of what was traded. */
export type Done = {
  readonly orders: number;
  readonly trades: number;
  readonly turnover?: { readonly currency: string; readonly amount: bigint };
};

export const dayKey = (scope: DayScope, { symbol, strategy }: RateMember): string =>
  `${scope}:${scope === "account" ? "" : scope === "symbol" ? symbol : strategy}`;

/** Of the day that `at` is of: nothing where it was counted last in an earlier one. */
export function dayCountAt(state: RiskState, key: string, at: number): DayCount {
  const count = state.dayCounts.get(key);
  return count === undefined || isOver(count, dayStart(state, at)) ? NO_COUNT : count;
}

export function countDay(
  state: RiskState,
  scopes: readonly DayScope[],
  member: RateMember,
  done: Done,
  at: number,
  trail?: Trail,
): void {
  for (const scope of scopes) {
    const key = dayKey(scope, member);
    // An order without room is refused before, and so are all that follow a fill that has none.
    if (!hasDayRoom(state, [scope], member, at)) continue;
    put(state.dayCounts, key, addedDay(dayCountAt(state, key, at), done, at), trail);
  }
}

/** Whether each of them is counted already, or can be. */
export function hasDayRoom(
  state: RiskState,
  scopes: readonly DayScope[],
  member: RateMember,
  at: number,
): boolean {
  const { dayCounts } = state;
  if (dayCounts.size + scopes.length <= DAY_COUNTS_MAX) return true;
  const fresh = scopes.filter((scope) => !dayCounts.has(dayKey(scope, member))).length;
  let tooMany = dayCounts.size + fresh - DAY_COUNTS_MAX;
  if (tooMany <= 0 || fresh === 0) return true;
  const start = dayStart(state, at);
  // Those of earlier days leave when the group is written.
  for (const count of dayCounts.values()) if (isOver(count, start) && --tooMany <= 0) return true;
  return false;
}

/** Members whose day is over. */
export function spentDays(state: RiskState, at: number): string[] {
  const start = dayStart(state, at);
  return [...state.dayCounts].flatMap(([key, count]) => (isOver(count, start) ? [key] : []));
}

/** Under another calendar, what was counted last in its present day goes on: rather too much than too little. */
const isOver = (count: DayCount, start: number): boolean => count.at < start;

export function addedDay(
  before: DayCount = NO_COUNT,
  { orders, trades, turnover }: Done,
  at: number,
): DayCount {
  return {
    at: Math.max(before.at, at),
    orders: before.orders + orders,
    trades: before.trades + trades,
    turnover:
      turnover === undefined
        ? before.turnover
        : {
            ...before.turnover,
            [turnover.currency]: (before.turnover[turnover.currency] ?? 0n) + turnover.amount,
          },
  };
}

/** In which something can be traded: the account's own, and those that it names a symbol for. */
export function currenciesOf({ account }: RiskState): readonly string[] {
  if (account === undefined) return [];
  const known = CURRENCIES.get(account);
  if (known !== undefined) return known;
  const currencies = [account.currency, ...Object.keys(account.fx ?? {})];
  CURRENCIES.set(account, currencies);
  return currencies;
}

const CURRENCIES = new WeakMap<Account, readonly string[]>();

/** An account's days are looked up once for each, not for each order. */
const DAYS = new WeakMap<Account, AccountDay>();

export function dayStart(state: RiskState, at: number): number {
  const { account } = state;
  if (account === undefined) return 0;
  const known = DAYS.get(account);
  if (known !== undefined && at >= known.start && at < known.end) return known.start;
  const day = tradingDayAt(state, at);
  DAYS.set(account, day);
  return day.start;
}
