/**
 * Highest and lowest mark of a symbol in sliding windows, for limits that compare an order with them. A window is kept in slots of a
 * twentieth of it, so a price leaves up to one slot late, never early. After a load the symbol tells its recent highs and lows; until a
 * window is known from end to end it says nothing. Prices are doubled, as marks are.
 */
import type { Symbol } from "../../src/domain/ids.ts";
import type { PastStretch } from "../../src/domain/past-price.ts";
import type { PriceMark } from "../../src/domain/price.ts";
import type { PriceSnapshot, PriceUpdate } from "../price-hub/messages.ts";
import type { PriceRange, PriceSlot } from "./range-records.ts";
import type { Limit, RiskState } from "./state.ts";
import { usableMark } from "./valuation.ts";

/** A window of a minute is then exact to three seconds, in some 500 bytes. */
export const RANGE_SLOTS = 20;

const WINDOWS = new WeakMap<readonly Limit[], readonly number[]>();

/** Those that a set asks for, each once, ascending. */
export function windowsOf(limits: readonly Limit[]): readonly number[] {
  const known = WINDOWS.get(limits);
  if (known !== undefined) return known;
  const asked = limits.flatMap(({ kind, windowMs }) =>
    kind === "price-collar-period" ? (windowMs ?? []) : [],
  );
  const windows = [...new Set(asked)].sort((one, other) => one - other);
  WINDOWS.set(limits, windows);
  return windows;
}

type Told = Pick<PriceUpdate, "symbol" | "mark" | "changes" | "leftOut">;

/** A hub's update: every change of the last price since the one before, or the newest of them. */
export function followRange({ ranges, limits }: RiskState, told: Told, now: number): void {
  const { symbol, mark } = told;
  const windows = windowsOf(limits.limits);
  const known = ranges.get(symbol);
  if (windows.length === 0) ranges.delete(symbol);
  else if (known === undefined || known.n <= mark.lastChanges)
    ranges.set(symbol, withUpdate(known, told, windows, now));
}

/** The same range, unless something is missing between it and the update: then one that begins with the update. */
function withUpdate(
  known: PriceRange | undefined,
  { mark, changes, leftOut }: Told,
  windows: readonly number[],
  now: number,
): PriceRange {
  const heard = known?.n ?? 0;
  const fresh = changes.filter(([n]) => n > heard);
  const spanned = leftOut !== undefined && heard >= leftOut[0] ? leftOut.slice(1) : undefined;
  // Changes are numbered: as many as there are since then are all of them.
  const isWhole = spanned !== undefined || heard + fresh.length === mark.lastChanges;
  const range =
    known !== undefined && isWhole
      ? known
      : torn(windows, fresh[0]?.[1] ?? now, mark.lastChanges - fresh.length);
  range.n = mark.lastChanges;
  for (const [, ts, last] of fresh) {
    // At the newest of them: what was left out leaves late, never early.
    for (const price of spanned ?? []) note(range, ts, 2 * price);
    note(range, ts, 2 * last);
  }
  if (mark.last === undefined) noteMark(range, mark);
  return range;
}

/** What the symbol says when it is asked: all up to its newest price. */
export function learnRange(
  { ranges, limits }: RiskState,
  symbol: Symbol,
  { mark, recent }: Pick<PriceSnapshot, "mark" | "recent">,
  now: number,
): void {
  const windows = windowsOf(limits.limits);
  if (windows.length === 0 || recent === undefined) return;
  const present = ranges.get(symbol);
  const known = present !== undefined && hasWindows(present, windows) ? present : undefined;
  if (known !== undefined && !known.isTorn && known.n >= mark.lastChanges) return;
  // Between this answer and what came from the hub meanwhile something is missing.
  if (known !== undefined && mark.lastChanges < known.from) return;
  const range = known ?? torn(windows, now, mark.lastChanges);
  for (const stretch of recent.stretches) noteStretch(range, stretch, now);
  if (mark.lastChanges >= range.n) noteMark(range, mark);
  // Nobody tells what the middle of bid and ask was before.
  if (mark.last !== undefined || mark.quoteTs === undefined) range.since = recent.since;
  range.n = Math.max(range.n, mark.lastChanges);
  range.from = 0;
  range.isTorn = false;
  ranges.set(symbol, range);
}

/** Whether the symbol is to be asked for what it was traded at. */
export function lacksRange({ ranges, limits, marks }: RiskState, symbol: Symbol): boolean {
  const windows = windowsOf(limits.limits);
  if (windows.length === 0) return false;
  const known = ranges.get(symbol);
  return known === undefined || known.isTorn || !hasWindows(known, windows) || lags(known, marks.get(symbol));
}

/** Lowest and highest doubled mark in (at − window, at], with the one that stood when it began; undefined where it is not known. */
export function rangeAt(
  { ranges, marks }: RiskState,
  symbol: Symbol,
  windowMs: number,
  at: number,
): readonly [low: number, high: number] | undefined {
  const range = ranges.get(symbol);
  const mark = marks.get(symbol);
  const window = range?.windows.find((one) => one.windowMs === windowMs);
  if (range === undefined || window === undefined || lags(range, mark)) return undefined;
  if (range.since > at - windowMs) return undefined;
  const { doubled } = usableMark(mark);
  let low = doubled ?? Number.POSITIVE_INFINITY;
  let high = doubled ?? 0;
  for (let index = window.slots.length - 1; index >= 0; index--) {
    const slot = window.slots[index];
    if (slot === undefined) break;
    const isWithin = (slot.slot + 1) * slotMsOf(windowMs) > at - windowMs;
    low = Math.min(low, isWithin ? slot.low : slot.last);
    high = Math.max(high, isWithin ? slot.high : slot.last);
    if (!isWithin) break;
  }
  return high === 0 ? undefined : [low, high];
}

/** Changes that the mark has and the range has not. */
const lags = ({ n }: PriceRange, mark: PriceMark | undefined): boolean => (mark?.lastChanges ?? 0) > n;

const torn = (windows: readonly number[], since: number, from: number): PriceRange => ({
  ...{ n: from, from, since, isTorn: true },
  windows: windows.map((windowMs) => ({ windowMs, slots: [] })),
});

const hasWindows = ({ windows }: PriceRange, asked: readonly number[]): boolean =>
  asked.every((windowMs) => windows.some((one) => one.windowMs === windowMs));

const slotMsOf = (windowMs: number): number => Math.ceil(windowMs / RANGE_SLOTS);

/** Where there is no trade it is the middle, as often as it is told. */
function noteMark(range: PriceRange, mark: PriceMark): void {
  const { doubled, at } = usableMark(mark);
  if (doubled !== undefined && at !== undefined) note(range, at, doubled);
}

function note(range: PriceRange, ts: number, doubled: number): void {
  if (!Number.isSafeInteger(doubled) || doubled <= 0) return;
  for (const { windowMs, slots } of range.windows) {
    const slot = slotAt(slots, Math.floor(ts / slotMsOf(windowMs)), doubled);
    slot.high = Math.max(slot.high, doubled);
    slot.low = Math.min(slot.low, doubled);
    slot.last = doubled;
  }
}

/** At its end: what was traded in it leaves late, never early. */
function noteStretch(range: PriceRange, [, end, high, low, last]: PastStretch, now: number): void {
  for (const { windowMs, slots } of range.windows) {
    const slot = slotAt(slots, Math.floor(Math.min(end - 1, now) / slotMsOf(windowMs)), 2 * last);
    slot.high = Math.max(slot.high, 2 * high);
    slot.low = Math.min(slot.low, 2 * low);
  }
}

/** Slots ascend. One that is older than all of the window and one more is not kept. */
function slotAt(slots: PriceSlot[], slot: number, doubled: number): PriceSlot {
  let place = slots.length;
  while (place > 0 && (slots[place - 1]?.slot ?? 0) > slot) place--;
  const before = slots[place - 1];
  if (before?.slot === slot) return before;
  const opened: PriceSlot = { slot, high: doubled, low: doubled, last: doubled };
  slots.splice(place, 0, opened);
  const oldest = (slots.at(-1)?.slot ?? slot) - RANGE_SLOTS;
  // The newest of those before says what stood when the window began.
  while (slots.length > 1 && (slots[1]?.slot ?? 0) < oldest) slots.shift();
  return opened;
}
