/**
 * Accepted orders in a sliding window, for limits on their rate. A window is counted in slots of a hundredth of it, so it takes the
 * same room whatever the threshold; an order leaves the count up to one slot late, never early.
 */
import { RATE_WINDOWS_MAX } from "./capacity.ts";
import { put, type Trail } from "./changes.ts";
import type { Limit, RateWindow, RiskState } from "./state.ts";

/** A window of one second is then exact to 10 ms, in about 1 KB. */
export const RATE_SLOTS = 100;

export type RateMember = { readonly symbol: string; readonly strategy: string };

/** Limits of the same scope and window share one count. */
export function rateKey(limit: Limit, member: RateMember): string {
  const id =
    limit.scope.kind === "account" ? "" : limit.scope.kind === "symbol" ? member.symbol : member.strategy;
  return `${limit.scope.kind}:${id}|${limit.windowMs}`;
}

export const countAt = (window: RateWindow | undefined, windowMs: number, at: number): number =>
  (window?.slots ?? [])
    .filter(([slot]) => isWithin(slot, slotMsOf(windowMs), windowMs, at))
    .reduce((sum, [, count]) => sum + count, 0);

/** Counts one accepted order in each window that a limit watches. */
export function countOrder(
  state: RiskState,
  limits: readonly Limit[],
  member: RateMember,
  at: number,
  trail?: Trail,
): void {
  const keys = new Map(limits.map((limit) => [rateKey(limit, member), limit.windowMs ?? 1]));
  for (const [key, windowMs] of keys) {
    put(state.rates, key, counted(state.rates.get(key), windowMs, at), trail);
  }
}

/** Whether a window for this order exists or can be made. */
export function hasRateRoom(
  state: RiskState,
  limits: readonly Limit[],
  member: RateMember,
  at: number,
): boolean {
  const fresh = limits.filter((limit) => !state.rates.has(rateKey(limit, member))).length;
  if (state.rates.size + fresh <= RATE_WINDOWS_MAX) return true;
  return state.rates.size - spentWindows(state, at).length + fresh <= RATE_WINDOWS_MAX;
}

/** Windows in which nothing counts any more. */
export const spentWindows = (state: RiskState, at: number): string[] =>
  [...state.rates].filter(([key, window]) => isSpent(key, window, at)).map(([key]) => key);

const slotMsOf = (windowMs: number): number => Math.ceil(windowMs / RATE_SLOTS);

/** Some of the slot lies in (at − window, at]. */
const isWithin = (slot: number, slotMs: number, windowMs: number, at: number): boolean =>
  (slot + 1) * slotMs > at - windowMs;

function counted(window: RateWindow | undefined, windowMs: number, at: number): RateWindow {
  const slotMs = slotMsOf(windowMs);
  const kept = (window?.slots ?? []).filter(([slot]) => isWithin(slot, slotMs, windowMs, at));
  const newest = kept.at(-1);
  // A clock that went back counts in the newest slot: later, never earlier.
  const slot = Math.max(Math.floor(at / slotMs), newest?.[0] ?? 0);
  if (newest?.[0] !== slot) return { slotMs, slots: [...kept, [slot, 1]] };
  return { slotMs, slots: [...kept.slice(0, -1), [slot, newest[1] + 1]] };
}

function isSpent(key: string, window: RateWindow, at: number): boolean {
  const windowMs = Number(key.slice(key.lastIndexOf("|") + 1));
  return countAt(window, windowMs, at) === 0;
}
