/** Whether nothing came for too long. It is noticed with the tick that ends it: no timer keeps a quiet symbol awake. */
import type { BarCalendar } from "../../../src/quant/bar-calendar.ts";
import type { Changes } from "../changes.ts";
import { SILENCE_MS } from "../limits.ts";
import type { SymbolState } from "../state.ts";

/** No market has ever been closed for longer between two sessions since the second world war; one that is has no silence to tell. */
const CLOSED_DAYS_MAX = 31;

/** The next tick after the watermark is of that time. What follows the end of a feed is no silence. */
export function noteSilence(
  { watermark, endedAt, calendar }: SymbolState,
  ts: number,
  changes: Changes,
): void {
  if (watermark === 0 || ts - watermark <= SILENCE_MS || endedAt >= watermark) return;
  const silence = silenceBetween(calendar, watermark, ts);
  if (silence !== undefined) changes.silences.push(silence);
}

/** From the first to the last moment between at which trading was open; undefined where that was not for more than `SILENCE_MS` in all. */
export function silenceBetween(
  calendar: BarCalendar,
  from: number,
  to: number,
): { readonly from: number; readonly to: number } | undefined {
  let begins: number | undefined;
  let openMs = 0;
  let day = calendar.dayAt(from);
  for (let days = 0; days <= CLOSED_DAYS_MAX && day.start < to; days++) {
    for (const { start, end } of day.stretches) {
      const [first, last] = [Math.max(start, from), Math.min(end, to)];
      if (first >= last) continue;
      begins ??= first;
      openMs += last - first;
      if (openMs > SILENCE_MS) return { from: begins, to: lastOpenBefore(calendar, to) };
    }
    day = calendar.daySpanOn(day.day + 1);
  }
  return undefined;
}

/** There is one, not long before. */
function lastOpenBefore(calendar: BarCalendar, to: number): number {
  let day = calendar.dayAt(to);
  for (let days = 0; days <= CLOSED_DAYS_MAX; days++) {
    const open = day.stretches.findLast(({ start }) => start < to);
    if (open !== undefined) return Math.min(open.end, to);
    day = calendar.daySpanOn(day.day - 1);
  }
  return to;
}
