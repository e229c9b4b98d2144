/**
 * What happened in a sliding window, for limits on a rate: orders that were accepted, orders that came in, executions. A window is counted
 * in slots of a hundredth of it, so it takes the same room whatever the threshold; an event leaves the count up to one slot late, never early.
 */
import { RATE_WINDOWS_MAX } from "./capacity.ts";
import { put, type Trail } from "./changes.ts";
import type { Limit, RateWindow, RiskState } from "./state.ts";

/** A window of one second is then exact to 10 ms, in about 1 KB. */
export const RATE_SLOTS = 100;

export type RateMember = { readonly symbol: string; readonly strategy: string };

/** Accepted orders stand under their scope alone: so windows on disk have been named since before others were counted. */
function countedBy({ kind, id }: Limit): string {
  if (kind === "max-message-rate") return "message ";
  // Each by itself, since who releases one of them lets it count anew.
  return kind === "repeated-execution" ? `execution ${id} ` : "";
}

/** Limits of what is counted alike, of the same scope and window, share one count. */
export function rateKey(limit: Limit, member: RateMember): string {
  const id =
    limit.scope.kind === "account" ? "" : limit.scope.kind === "symbol" ? member.symbol : member.strategy;
  const newest = NEWEST_KEYS.get(limit);
  if (newest?.id === id) return newest.key;
  const key = `${countedBy(limit)}${limit.scope.kind}:${id}|${limit.windowMs}`;
  NEWEST_KEYS.set(limit, { id, key });
  return key;
}

/** The next order is mostly of the same member, and a text that was just put together is dear to look up. */
const NEWEST_KEYS = new WeakMap<Limit, { readonly id: string; readonly key: string }>();

export function countAt(window: RateWindow | undefined, windowMs: number, at: number): number {
  if (window === undefined) return 0;
  const slotMs = slotMsOf(windowMs);
  const { slots } = window;
  let sum = 0;
  // Slots ascend: where one does not count any more, none before it does.
  for (let index = slots.length - 1; index >= 0; index--) {
    const slot = slots[index];
    if (slot === undefined || !isWithin(slot[0], slotMs, windowMs, at)) break;
    sum += slot[1];
  }
  return sum;
}

/** Counts one event in each window that a limit watches. */
export function countEvent(
  state: RiskState,
  limits: readonly Limit[],
  member: RateMember,
  at: number,
  trail?: Trail,
): void {
  // Taken back, a window may be spent again that was not when they were looked for.
  trail?.push(() => SPENT.delete(state.rates));
  const seen: string[] = [];
  for (const limit of limits) {
    const key = rateKey(limit, member);
    if (seen.includes(key)) continue;
    seen.push(key);
    put(state.rates, key, counted(state.rates.get(key), limit.windowMs ?? 1, at), trail);
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
  const tooMany = state.rates.size + fresh - RATE_WINDOWS_MAX;
  if (tooMany <= 0) return true;
  let spent = 0;
  // One that was counted since then is another record.
  for (const [key, window] of spentAt(state, at)) {
    if (state.rates.get(key) === window && ++spent >= tooMany) return true;
  }
  return false;
}

/** Windows in which nothing counts any more. */
export const spentWindows = (state: RiskState, at: number): string[] => [...findSpent(state, at).keys()];

type Spent = { readonly at: number; readonly windows: ReadonlyMap<string, RateWindow> };

/** Looked for once for all orders of a request, not for each of them: a shard at this bound has ten thousand windows. */
const SPENT = new WeakMap<RiskState["rates"], Spent>();

function spentAt(state: RiskState, at: number): Spent["windows"] {
  const { rates } = state;
  const known = SPENT.get(rates);
  if (known?.at === at) return known.windows;
  const windows = findSpent(state, at);
  SPENT.set(rates, { at, windows });
  return windows;
}

const findSpent = ({ rates }: RiskState, at: number): Map<string, RateWindow> =>
  new Map([...rates].filter(([key, window]) => isSpent(key, window, at)));

const slotMsOf = (windowMs: number): number => Math.ceil(windowMs / RATE_SLOTS);

/** Some of the slot lies in (at − window, at]. */
const isWithin = (slot: number, slotMs: number, windowMs: number, at: number): boolean =>
  (slot + 1) * slotMs > at - windowMs;

function counted(window: RateWindow | undefined, windowMs: number, at: number): RateWindow {
  const slotMs = slotMsOf(windowMs);
  const slots = stillWithin(window?.slots ?? [], slotMs, windowMs, at);
  const newest = slots.at(-1);
  // A clock that went back counts in the newest slot: later, never earlier.
  const slot = Math.max(Math.floor(at / slotMs), newest?.[0] ?? 0);
  if (newest?.[0] === slot) slots[slots.length - 1] = [slot, newest[1] + 1];
  else slots.push([slot, 1]);
  return { slotMs, slots };
}

/** What was counted in one window in two places. */
export function mergedWindow(
  key: string,
  own: RateWindow | undefined,
  other: RateWindow,
  at: number,
): RateWindow {
  const { slotMs } = other;
  const sums = new Map<number, number>();
  for (const [slot, count] of [...(own?.slots ?? []), ...other.slots])
    sums.set(slot, (sums.get(slot) ?? 0) + count);
  const slots = [...sums].sort(([one], [next]) => one - next);
  return { slotMs, slots: stillWithin(slots, slotMs, windowOf(key), at) };
}

/** A copy of those that count: they are the last. */
function stillWithin(slots: RateWindow["slots"], slotMs: number, windowMs: number, at: number): Slot[] {
  const first = slots.findIndex(([slot]) => isWithin(slot, slotMs, windowMs, at));
  return first < 0 ? [] : slots.slice(first);
}

type Slot = RateWindow["slots"][number];

/** Slots ascend: where the newest does not count, none does. */
function isSpent(key: string, { slotMs, slots }: RateWindow, at: number): boolean {
  const newest = slots.at(-1);
  return newest === undefined || !isWithin(newest[0], slotMs, windowOf(key), at);
}

const windowOf = (key: string): number => Number(key.slice(key.lastIndexOf("|") + 1));
