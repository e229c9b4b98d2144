/**
 * A limit of the day that is put within the day: what was done before is counted from the orders and reports that the account still has, ten
 * thousand of each at the least. It is read once, some tens of milliseconds for as many.
 */
import { scaledInteger } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { valueAtPrice } from "../../src/domain/worth.ts";
import type { Journal } from "../runtime/journal.ts";
import { DAY_COUNTS_MAX } from "./capacity.ts";
import {
  addedDay,
  type DayScope,
  type Done,
  dayCountAt,
  dayKey,
  dayStart,
  isDayScope,
} from "./day-counts.ts";
import type { RiskEvent } from "./events.ts";
import { magnitude } from "./extremes.ts";
import type { ExecutionBookedFact } from "./facts.ts";
import { isDaily } from "./flow-limits.ts";
import { leftAbove } from "./left-above.ts";
import type { OrderRows } from "./order-rows.ts";
import type { RateMember } from "./rates.ts";
import { type DayCount, type Limit, NO_STRATEGY, type Order, type RiskState } from "./state.ts";

export type DaySources = { readonly orders: Pick<OrderRows, "page">; readonly executions: Journal };

/** Of one reading: most days are shorter. */
const PAGE_MAX = 500;

/** The members that were counted, and what they turn out to stand above. */
export type Seeded = { readonly members: readonly string[]; readonly violations: readonly RiskEvent[] };

/** After the set was put, in place of `before`. */
export function seedDays(
  state: RiskState,
  before: readonly Limit[],
  sources: DaySources,
  at: number,
): Seeded {
  const fresh = freshLimits(before, state.limits.limits);
  if (fresh.length === 0) return { members: [], violations: [] };
  // The put itself has said these.
  const said = new Set(leftAbove(state, before, fresh, at).map(limitIn));
  const scopes = [...new Set(fresh.map(({ scope }) => scope.kind))].filter(isDayScope);
  const counts = [...countsOf(state, scopes, sources, at)];
  const members = counts.flatMap(([key, count]) => (keep(state, key, count, at) ? [key] : []));
  const violations = leftAbove(state, before, fresh, at).filter((one) => !said.has(limitIn(one)));
  return { members, violations };
}

const limitIn = (event: RiskEvent): string | undefined => ("limitId" in event ? event.limitId : undefined);

/** Limits of the day that the set before did not have for as many members. */
function freshLimits(before: readonly Limit[], after: readonly Limit[]): Limit[] {
  const covers = ({ scope }: Limit, other: Limit): boolean =>
    scope.kind === other.scope.kind && (scope.id === undefined || scope.id === other.scope.id);
  const known = before.filter(isDaily);
  return after.filter((limit) => isDaily(limit) && !known.some((one) => covers(one, limit)));
}

function countsOf(
  state: RiskState,
  scopes: readonly DayScope[],
  { orders, executions }: DaySources,
  at: number,
): Map<string, DayCount> {
  // What a part did before it left the others is counted by part 0.
  const start = Math.max(dayStart(state, at), (state.parts?.leftAt ?? -1) + 1);
  const counts = new Map<string, DayCount>();
  const add = (member: RateMember, done: Done): void => {
    for (const scope of scopes) {
      if (scope === "strategy" && member.strategy === NO_STRATEGY) continue;
      const key = dayKey(scope, member);
      counts.set(key, addedDay(counts.get(key), done, at));
    }
  };
  for (const order of ordersSince(state, orders, start)) add(order, { orders: 1, trades: 0 });
  for (const fill of fillsSince(executions, start)) add(memberOf(fill), tradeOf(state, fill));
  return counts;
}

/** Each once: those that work, that ended in this group, and that are on disk. */
function ordersSince(state: RiskState, rows: DaySources["orders"], start: number): Iterable<Order> {
  const found = new Map<number, Order>();
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const page = rows.page(undefined, before, PAGE_MAX);
    for (const order of page) if (order.acceptedAt >= start) found.set(order.seq, order);
    const last = page.at(-1);
    if (last === undefined || last.acceptedAt < start) break;
    before = last.seq;
  }
  for (const orders of [state.orders, state.ended])
    for (const order of orders.values()) if (order.acceptedAt >= start) found.set(order.seq, order);
  return found.values();
}

function fillsSince(executions: Journal, start: number): ExecutionBookedFact[] {
  const facts = [...executions.pending.values()].map(parse);
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const page = executions.page(before, PAGE_MAX);
    facts.push(...page.map(({ payload }) => parse(payload)));
    const last = page.at(-1);
    if (last === undefined || (facts.at(-1)?.at ?? 0) < start) break;
    before = last.seq;
  }
  return facts.filter(({ type, opening, at }) => type === "fill" && !opening && at >= start);
}

// SAFETY: only facts of this kind are appended to the journal.
const parse = (payload: string): ExecutionBookedFact => JSON.parse(payload) as ExecutionBookedFact;

const memberOf = ({ symbol, strategy }: ExecutionBookedFact): RateMember => ({
  symbol,
  strategy: strategy ?? NO_STRATEGY,
});

function tradeOf({ instruments }: RiskState, fill: ExecutionBookedFact): Done {
  const trade = { orders: 0, trades: 1 };
  const instrument = instruments.get(fill.symbol as Symbol);
  const amount = instrument === undefined ? undefined : valueOfFill(instrument, fill);
  if (instrument === undefined || amount === undefined) return trade;
  return { ...trade, turnover: { currency: instrument.currency, amount } };
}

function valueOfFill(instrument: Instrument, { qty, price }: ExecutionBookedFact): bigint | undefined {
  const size = scaledInteger(qty ?? "", instrument.sizeScale);
  const paid = scaledInteger(price ?? "", instrument.priceScale);
  return size.ok && paid.ok ? magnitude(valueAtPrice(instrument, BigInt(size.value), paid.value)) : undefined;
}

/** What was counted all along may know more than what is kept. */
function keep(state: RiskState, key: string, count: DayCount, at: number): boolean {
  const known = dayCountAt(state, key, at);
  if (!state.dayCounts.has(key) && state.dayCounts.size >= DAY_COUNTS_MAX) return false;
  const turnover: Record<string, bigint> = { ...known.turnover };
  for (const [currency, amount] of Object.entries(count.turnover))
    if (amount > (turnover[currency] ?? 0n)) turnover[currency] = amount;
  state.dayCounts.set(key, {
    at,
    orders: Math.max(known.orders, count.orders),
    trades: Math.max(known.trades, count.trades),
    turnover,
  });
  return true;
}
