/**
 * What working orders may still trade, at the price that each was valued at: sums for limits on the turnover, kept by difference, in the
 * currency of what is traded. An order and its pending replacement count once, the larger of the two, as they reserve.
 */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { isPriceable, valueAtPrice } from "../../src/domain/worth.ts";
import { put, type Trail } from "./changes.ts";
import { type DayScope, dayKey, isDayScope } from "./day-counts.ts";
import { magnitude } from "./extremes.ts";
import { isPending, type Limit, NO_STRATEGY, type Order, type RiskState, remainingOf } from "./state.ts";

/** Of the account, a symbol or a strategy, in one currency. */
export const workingKey = (memberKey: string, currency: string): string => `${memberKey}|${currency}`;

/** Orders of one pair as they stood and as they stand. */
export function moveWorking(
  state: RiskState,
  before: readonly (Order | undefined)[],
  after: readonly Order[],
  trail?: Trail,
): void {
  const scopes = scopesOf(state.limits.limits);
  const [first] = after;
  const instrument = first === undefined ? undefined : state.instruments.get(first.symbol);
  if (scopes.length === 0 || first === undefined || instrument === undefined) return;
  const change = valueOfPair(instrument, after) - valueOfPair(instrument, before);
  if (change === 0n) return;
  for (const key of keysOf(scopes, first, instrument.currency)) {
    const sum = (state.workingValues.get(key) ?? 0n) + change;
    put(state.workingValues, key, sum === 0n ? undefined : sum, trail);
  }
}

/** All of them anew: after a load, another set of limits, or other reference data. */
export function recountWorking(state: RiskState, trail?: Trail): void {
  const { workingValues } = state;
  const scopes = scopesOf(state.limits.limits);
  const sums = scopes.length === 0 ? NONE : summed(state, scopes);
  for (const key of [...workingValues.keys()]) if (!sums.has(key)) put(workingValues, key, undefined, trail);
  for (const [key, sum] of sums) if (workingValues.get(key) !== sum) put(workingValues, key, sum, trail);
}

const NONE: ReadonlyMap<string, bigint> = new Map();

function summed({ orders, instruments }: RiskState, scopes: readonly DayScope[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const order of orders.values()) {
    const instrument = instruments.get(order.symbol);
    if (instrument === undefined || isPending(order)) continue;
    const partner = order.partner === undefined ? undefined : orders.get(order.partner);
    const value = valueOfPair(instrument, [order, partner]);
    if (value === 0n) continue;
    for (const key of keysOf(scopes, order, instrument.currency))
      sums.set(key, (sums.get(key) ?? 0n) + value);
  }
  return sums;
}

/** What remains of an order, and may still be traded. */
export function workingValueOf(instrument: Instrument, order: Order | undefined): bigint {
  const remaining = remainingOf(order);
  if (order === undefined || remaining === 0n || !isPriceable(instrument, order.valuedAt)) return 0n;
  return magnitude(valueAtPrice(instrument, remaining, order.valuedAt));
}

function valueOfPair(instrument: Instrument, orders: readonly (Order | undefined)[]): bigint {
  let larger = 0n;
  for (const order of orders) {
    const value = workingValueOf(instrument, order);
    if (value > larger) larger = value;
  }
  return larger;
}

function keysOf(
  scopes: readonly DayScope[],
  member: { readonly symbol: Symbol; readonly strategy: string },
  currency: string,
): string[] {
  return scopes
    .filter((scope) => scope !== "strategy" || member.strategy !== NO_STRATEGY)
    .map((scope) => workingKey(dayKey(scope, member), currency));
}

/** In which limits of a set ask for it. */
const SCOPES = new WeakMap<readonly Limit[], readonly DayScope[]>();

function scopesOf(limits: readonly Limit[]): readonly DayScope[] {
  const known = SCOPES.get(limits);
  if (known !== undefined) return known;
  const kinds = limits.flatMap(({ kind, scope }) => (kind === "max-daily-turnover" ? [scope.kind] : []));
  const scopes = [...new Set(kinds)].filter(isDayScope);
  SCOPES.set(limits, scopes);
  return scopes;
}
