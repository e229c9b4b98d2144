/**
 * What a part has counted over all of the account: fills of the trading day, orders of a window. Its symbols leave without it, since nobody
 * knows which of them it is of. Before the part leaves the quotas of the split, part 0 counts it as its own: what was used stays used.
 */

import { DAY_COUNTS_MAX, RATE_WINDOWS_MAX } from "./capacity.ts";
import { dayStart } from "./day-counts.ts";
import { decodeDay, encodeDay } from "./day-rows.ts";
import type { PartCounted, WideCounts } from "./parts-events.ts";
import { standingOf } from "./parts-records.ts";
import { mergedWindow, spentWindows } from "./rates.ts";
import { type Refused, refuse } from "./refused.ts";
import type { DayCount, RiskState } from "./state.ts";

const WIDE_RATE = /(?:^|\s)account:\|\d+$/;
export const isWideDay = (member: string): boolean => member === "account:";
export const isWideRate = (key: string): boolean => WIDE_RATE.test(key);

export const wideCounts = ({ dayCounts, rates }: RiskState): WideCounts => ({
  days: [...dayCounts].filter(([member]) => isWideDay(member)),
  rates: [...rates].filter(([key]) => isWideRate(key)),
});

type Text = {
  readonly days: readonly (readonly [key: string, payload: string])[];
  readonly rates: WideCounts["rates"];
};

export const countsText = ({ days, rates }: WideCounts): string =>
  JSON.stringify({ days: days.map(([key, count]) => [key, encodeDay(count)]), rates } satisfies Text);

export function countsIn(text: string): WideCounts {
  // SAFETY: made by `countsText` of another part.
  const { days, rates } = JSON.parse(text) as Text;
  return { days: days.map(([key, payload]) => [key, decodeDay(payload)]), rates };
}

export type Handed = { readonly part: number; readonly move: number; readonly counts: WideCounts };

/** At part 0. Between two moves nothing is counted by who has no symbols: what came with the same move is counted already. */
export function takeCounts(
  state: RiskState,
  { part, move, counts: { days, rates } }: Handed,
  at: number,
): { readonly events: readonly PartCounted[] } | Refused {
  const parts = standingOf(state.parts);
  if (parts.part !== 0) return refuse("invalid", `this is part ${parts.part}`);
  if (state.account === undefined) return refuse("account-unknown", "part 0 holds the account");
  if ((parts.counted?.[part] ?? 0) >= move) return { events: [] };
  const start = dayStart(state, at);
  const present = days.filter(([, count]) => count.at >= start);
  if (!hasRoom(state, { days: present, rates }, at))
    return refuse("overloaded", "as many members are counted as there can be");
  return { events: [{ kind: "part-counted", at, part, move, days: present, rates }] };
}

function hasRoom(state: RiskState, { days, rates }: WideCounts, at: number): boolean {
  const { dayCounts } = state;
  const freshDays = days.filter(([key]) => !dayCounts.has(key)).length;
  const freshRates = rates.filter(([key]) => !state.rates.has(key)).length;
  const isFull = freshRates > 0 && state.rates.size + freshRates > RATE_WINDOWS_MAX;
  if (isFull && state.rates.size + freshRates - spentWindows(state, at).length > RATE_WINDOWS_MAX)
    return false;
  return freshDays === 0 || dayCounts.size + freshDays <= DAY_COUNTS_MAX;
}

export function applyCounts(state: RiskState, { days, rates, at }: PartCounted): void {
  for (const [key, count] of days)
    state.dayCounts.set(key, mergedDay(state.dayCounts.get(key), count, dayStart(state, at)));
  for (const [key, window] of rates)
    state.rates.set(key, mergedWindow(key, state.rates.get(key), window, at));
}

/** Of the present day. */
function mergedDay(own: DayCount | undefined, other: DayCount, start: number): DayCount {
  if (own === undefined || own.at < start) return other;
  const turnover = { ...own.turnover };
  for (const [currency, amount] of Object.entries(other.turnover))
    turnover[currency] = (turnover[currency] ?? 0n) + amount;
  return {
    at: Math.max(own.at, other.at),
    orders: own.orders + other.orders,
    trades: own.trades + other.trades,
    turnover,
  };
}

/** Part 0 has counted it. */
export function forgetCounts(state: RiskState): void {
  const { days, rates } = wideCounts(state);
  for (const [key] of days) state.dayCounts.delete(key);
  for (const [key] of rates) state.rates.delete(key);
}
