/** Sums by budget: what is not named is 0, and nothing that is 0 is named. */
import type { Amounts } from "./messages.ts";

export const NOTHING: Amounts = Object.freeze({});

export const amountOf = (amounts: Amounts, budget: string): bigint => amounts[budget] ?? 0n;

/** All names that stand in them, each once. */
export function budgetsIn(...all: readonly (Amounts | ReadonlyMap<string, unknown>)[]): Set<string> {
  const names = new Set<string>();
  for (const one of all) {
    for (const budget of one instanceof Map ? one.keys() : Object.keys(one)) names.add(budget);
  }
  return names;
}

export function amountsBy(budgets: Iterable<string>, amount: (budget: string) => bigint): Amounts {
  const amounts: Record<string, bigint> = {};
  for (const budget of budgets) {
    const value = amount(budget);
    if (value !== 0n) amounts[budget] = value;
  }
  return amounts;
}

export const sameAmounts = (one: Amounts, other: Amounts): boolean =>
  isWithin(one, other) && isWithin(other, one);

/** Nothing of it is above the bounds. */
export function isWithin(amounts: Amounts, bounds: Amounts): boolean {
  for (const budget of Object.keys(amounts)) {
    if (amountOf(amounts, budget) > amountOf(bounds, budget)) return false;
  }
  return true;
}

export function hasAny(amounts: Amounts): boolean {
  for (const budget of Object.keys(amounts)) if (amountOf(amounts, budget) > 0n) return true;
  return false;
}

export const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);
export const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
export const atLeastNothing = (amount: bigint): bigint => most(amount, 0n);
